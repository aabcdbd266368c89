"""hn_customs/cbec_receipts: the official examples of the messages CEB622, CEB624 and CEB626, of May 2022."""

from tests.support.real_files.real_file import RealFiles

# each example repeats one answer ten times; the number in CEB624 ends in a tab
REAL = RealFiles(
    source="hn_customs/cbec_receipts",
    paths=[
        "data2/customs_cbec/gacc_202205_import_samples/CEB622Message.xml",
        "data2/customs_cbec/gacc_202205_import_samples/CEB624Message.xml",
        "data2/customs_cbec/gacc_202205_import_samples/CEB626Message.xml",
    ],
    counts=(30, 30, 0, 0),
    children={"party": 90, "status": 30, "link": 30},
    findings={("REPAIRED_BLANKS", "source_record_no"): 10, ("REPAIRED_BLANKS", "link.0.target_no"): 10},
    values={
        "cop2016032211000/B20160512000001882/1/20160512102646001": {
            "event_at": "2016-05-12T02:26:46Z",
            "company_ref_no": "cop2016032211000",
            "declaration_no": None,
            "customs_office_code": "1501",
            "party.0.customs_reg_no": "1105910159",
            "party.2.customs_reg_no": "1105980159",
            "status.0.status_code": "draft",
            "status.0.status_text": "暂存",
        },
        "cop2016032210052/B20160321000000152/23/20160330184802222": {
            "event_at": "2016-03-30T10:48:02Z",
            "declaration_no": "150032133004000520",
            "company_ref_no": "cop2016032210052",
            "customs_office_code": "0102",
            "status.0.status_code": "other",  # 23 is in no list of the standard
        },
        "cop201604270088/T20160506000000281/18/20160315213232556": {
            "event_at": "2016-03-15T13:32:32Z",
            "declaration_no": "150032133004001110",
            "status.0.status_text": "test",
        },
    },
)
