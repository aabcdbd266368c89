"""hn_customs/cbec_cancellations: the official example of the message CEB623, of May 2022."""

from tests.support.real_files.real_file import RealFiles

# two applications, five times each, all under one guid
REAL = RealFiles(
    source="hn_customs/cbec_cancellations",
    paths=["data2/customs_cbec/gacc_202205_import_samples/CEB623Message.xml"],
    counts=(10, 10, 0, 0),
    children={"party": 50, "status": 10, "link": 10},
    findings={},
    values={
        "NBBH20160308001/150201613031520001": {
            "event_at": "2016-03-15T07:35:55Z",
            "declaration_no": "150201613031520001",
            "company_ref_no": "NBBH20160308001",
            "order_no": "order2016030811340001",
            "waybill_no": "L201603081138001",
            "customs_office_code": "3700",
            "status.0.status_code": "draft",
            "status.0.reason_text": "a",
            "link.0.relation_code": "cancels",
            "link.0.target_no": "NBBH20160308001/order2016030811340001",
            "party.0.customs_reg_no": "1101110325",
            "party.3.customs_reg_no": "1105910159",
            "party.4.name": None,
        },
        "NBBH20160308002/150201613031520002": {"order_no": "order2016030811340002"},
    },
)
