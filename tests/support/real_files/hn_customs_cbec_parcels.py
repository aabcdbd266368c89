"""hn_customs/cbec_parcels: the official example of the message CEB513, of May 2022."""

from tests.support.real_files.real_file import RealFiles

# one state of one parcel, ten times; R is no state of the form
REAL = RealFiles(
    source="hn_customs/cbec_parcels",
    paths=["data2/customs_cbec/gacc_202205_import_samples/CEB513Message.xml"],
    counts=(10, 10, 0, 0),
    children={"item": 10, "party": 10},
    findings={},
    values={
        "L201603081138007/R/20150308164611": {
            "event_at": "2015-03-08T08:46:11Z",
            "event_date": "2015-03-08",
            "reported_at": "2015-03-15T07:35:55Z",
            "event_type_code": "object",
            "action_code": "observe",
            "biz_step_code": None,
            "biz_step_text": "R",
            "item.0.id_text": "L201603081138007",
            "item.0.role_code": "item",
            "item.0.is_class": False,
            "party.0.role_code": "courier",
            "party.0.name": "测试物流企业",
            "party.0.customs_reg_no": "1101180326",
        },
    },
)
