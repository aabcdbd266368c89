"""cn_mee/key_enterprise_penalties: its real public file, the four quarters of 2017."""

from tests.support.real_files.real_file import RealFiles

# 171 penalties with 203 parts
T = "年第{}季度国家重点监控企业主要污染物排放严重超标和处罚情况"
ONE, TWO, THREE, FOUR = (f" 2017{T.format(each)}" for each in "一二三四")
REAL = RealFiles(
    source="cn_mee/key_enterprise_penalties",
    paths=["data/market/cn_环保行政处罚及整改_2017Q1.xlsx"],
    counts=(171, 171, 0, 0),
    children={"party": 171, "penalty_item": 203, "status": 36},
    findings={
        ("REPAIRED_SIGNS", "fine_amount"): 112,
        ("REPAIRED_SIGNS", "status.0.since_at"): 5,
        ("REPAIRED_WIDTH", "fine_amount"): 30,
        ("REPAIRED_WIDTH", "source_record_no"): 16,
    },
    values={
        f"陵川县洁美污水处理有限公司{ONE}": {
            "event_at": "2016-12-31T16:00:00Z",
            "event_date": "2017-01-01",
            "event_at_precision": "quarter",
            "decided_date": None,
            "doc_no": None,
            "region_code": "140000",
            "fine_amount": "1346800",
            "currency_code": "CNY",
            "content_text": "罚款16万元；按日连续处罚118.68万元。",
            "rectification_text": "已整改完成",
            "penalty_item.0.class_code": "fine",
            "penalty_item.0.amount": "160000",
            "penalty_item.1.amount": "1186800",
            "party.0.name": "陵川县洁美污水处理有限公司",
        },
        # both fines are the same
        f"中煤龙化哈尔滨煤化工有限公司{TWO}": {
            "fine_amount": "1620000",
            "event_date": "2017-04-01",
            "status.0.status_code": "other",
            "status.0.since_at": "2017-05-25T16:00:00Z",
        },
        f"新疆奎屯热电厂二厂{THREE}": {
            "region_code": None,
            "address_text": "新疆生产建设兵团",
            "penalty_item.0.class_code": "warning",
            "fine_amount": None,
        },
        f"牙克石市益民污水处理厂{FOUR}": {"fine_amount": "50001.6", "event_date": "2017-10-01"},
        f"丹东五兴化纤纺织(集团)有限公司{FOUR}": {"penalty_item.0.class_code": "other"},
    },
)
