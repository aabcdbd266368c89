"""cn_credit/penalties: its real public file."""

from tests.support.real_files.real_file import RealFiles

# three fines are in no text: 已处罚 twice, and 罚款
REAL = RealFiles(
    source="cn_credit/penalties",
    paths=["data2/penalty/cn_信用中国_行政处罚_泗阳_2019_insert.gbk.sql"],
    counts=(116, 116, 0, 0),
    children={"party": 232, "penalty_item": 119},
    findings={
        ("REPAIRED_SIGNS", "source_record_no"): 104,
        ("REPAIRED_SIGNS", "fine_amount"): 5,
        ("REPAIRED_WIDTH", "fine_amount"): 8,
        ("UNLIKELY_VALUES", "fine_amount"): 3,
    },
    values={
        # midnight of the 8th in China is still the 7th in UTC
        "宜农林罚字20173006号": {
            "event_at": "2017-06-07T16:00:00Z",
            "event_at_precision": "day",
            "decided_date": "2017-06-08",
            "region_code": "320200",
            "content_text": "变价",
            "fine_amount": None,
            "penalty_item.0.class_code": "confiscated_gains",
            "penalty_item.1.class_code": "confiscated_goods",
            "party.0.uscc": "913213237974184382",
            "party.1.name": "宜兴市农林局",
        },
        # written with blanks in an earlier row
        "泗地税二简罚〔2017〕345号": {"fine_amount": "2.5", "party.0.name": "宿迁乐锐广告有限公司"},
        "宿泗安监罚〔2017〕46号": {"fine_amount": "75000", "penalty_item.0.class_code": "warning"},
        "宿环罚字〔2018〕156号": {"fine_amount": "15000"},
        "宿环罚字〔2018〕88号": {"fine_amount": "100000", "decided_date": "2018-05-23"},
        "宿环罚字〔2018〕167号": {"fine_amount": "20000"},
        "泗国税罚〔2018〕34号": {"fine_amount": "100", "region_code": "320000"},
    },
)
