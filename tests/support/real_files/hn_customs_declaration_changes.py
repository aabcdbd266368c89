"""hn_customs/declaration_changes: the three official examples of an application to change or cancel a declaration."""

from tests.support.real_files.real_file import RealFiles

# the application to change names a line 11111111002, and is kept out
REAL = RealFiles(
    source="hn_customs/declaration_changes",
    paths=[
        "data/customs/cn_single_window/一次申报报文样例/修撤单暂存交换报文-修改业务.xml",
        "data/customs/cn_single_window/一次申报报文样例/修撤单暂存交换报文-撤销业务.xml",
        "data/customs/cn_single_window/一次申报报文样例/修撤单暂存交换报文-企业确认业务.xml",
    ],
    counts=(3, 2, 1, 0),
    children={"party": 6, "status": 3, "link": 3, "change": 13},
    findings={("OUT_OF_RANGE", "change.11.g_no"): 1},
    values={
        "010120170012000111 20170223163910": {
            "event_at": "2017-02-23T08:39:10Z",
            "event_date": "2017-02-23",
            "declaration_no": "010120170012000111",
            "company_ref_no": "000000032003491931",
            "customs_office_code": "0100",
            "ie_flag_code": "I",
            "status.0.status_code": "open",
            "status.0.reason_text": "丁梅的修改单原因字段",
            "link.0.relation_code": "cancels",
            "link.0.target_no": "010120170012000111",
            "party.0.customs_reg_no": "1105910159",
            "party.1.role_code": "consignee",
        },
        "010020150014784513 20120526 16:39:10": {
            "event_at": "2012-05-26T08:39:10Z",
            "declaration_no": "010020150014784513",
            "remark": "yyyyyyyy同意同意",
        },
    },
)
