"""hn_customs/cbec_returns: the official example of the message CEB625, of May 2022."""

from tests.support.real_files.real_file import RealFiles

# one application, ten times; 2412 is no heading of the Harmonised System
REAL = RealFiles(
    source="hn_customs/cbec_returns",
    paths=["data2/customs_cbec/gacc_202205_import_samples/CEB625Message.xml"],
    counts=(10, 10, 0, 0),
    children={"party": 50, "status": 10, "link": 10, "goods": 10},
    findings={("UNLIKELY_VALUES", "goods.0.hs_code"): 10},
    values={
        "cop201604210001/15003213300400111": {
            "event_at": "2016-03-10T03:27:03Z",
            "declaration_no": "15003213300400111",
            "order_no": "order20160317119400055",
            "waybill_no": "L2016031000001",
            "customs_office_code": "8030",
            "status.0.status_code": "draft",
            "status.0.reason_text": "1105910158",
            "link.0.target_no": "cop201604210001/order20160317119400055",
            "party.0.customs_reg_no": "1105910159",
            "party.1.customs_reg_no": "1105910158",
            "party.2.customs_reg_no": "1101081122",
            "goods.0.name": "可乐",
            "goods.0.hs_code": "2412342134",
            "goods.0.quantity": "12",
            "goods.0.unit_code": "C62",  # 007
        },
    },
)
