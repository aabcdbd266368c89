"""hn_customs/cbec_arrivals: the official example of the message CEB711, of May 2022."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="hn_customs/cbec_arrivals",
    paths=["data2/customs_cbec/gacc_202205_import_samples/CEB711Message.xml"],
    counts=(1, 1, 0, 0),
    children={"item": 1, "party": 2, "biz_transaction": 1, "link": 1},
    findings={},
    values={
        "1101110326/NBBH20160308005": {
            "event_id": "010220160308000005",
            "event_at": "2016-03-10T08:33:11Z",
            "event_date": "2016-03-10",
            "biz_step_code": "storing",
            "biz_location_text": None,
            "biz_transaction.0.type_code": "bol",
            "biz_transaction.0.transaction_no": "B00024204001",
            "item.0.id_text": "L201603081138001",
            "party.0.customs_reg_no": "1101110326",
            "party.0.name": "监管人",
            "party.1.customs_reg_no": "1105910159",
            "party.1.name": "测试物流企业",
            "link.0.target_no": "NBBH20160308005",
        },
    },
)
