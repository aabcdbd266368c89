"""cn_credit/convictions: its real public file."""

from tests.support.real_files.real_file import RealFiles

# The list was read off pictures.  Of 165 rows 71 have lost the year of their case number, seven have a wrong sign in
# it, and 51 others have a credit code that is none.  36 are as they should be, among them five with a code.
REAL = RealFiles(
    source="cn_credit/convictions",
    paths=["data2/case_transfer/cn_涉金融犯罪企业判决_93512_3.xlsx"],
    counts=(165, 36, 129, 0),
    children={"party": 165},
    findings={
        ("BAD_IDENTIFIER", "party.0.uscc"): 96,
        ("REPAIRED_SIGNS", "event_at"): 1,
        ("REPAIRED_SIGNS", "party.0.uscc"): 1,
        ("REPAIRED_WIDTH", "event_at"): 17,
        ("REPAIRED_WIDTH", "party.0.uscc"): 14,
        ("REPAIRED_WIDTH", "source_record_no"): 13,
        ("TEXT_TOO_LONG", "party.0.uscc"): 20,
        ("WRONG_PATTERN", "court_case_no"): 78,
        ("WRONG_PATTERN", "event_at"): 71,
        ("WRONG_PATTERN", "party.0.uscc"): 52,
    },
    values={
        "（2016）京01刑初32号辽苏金銮通能源发展有眼公司": {
            "case_no": "（2016）京01刑初32号",
            "charge_text": "信用证诈骗罪",
            "court_name": "北京市第一中级人民法院",
            "event_at_precision": "year",
            "party.0.name": "辽苏金銮通能源发展有眼公司",
        },
        "（2013）济阳刑初字第251号济南三磊商贸有眼公司": {
            "case_no": "（2013）济阳刑初字第251号",
            "charge_text": "高利转货罪",
            "event_at": "2012-12-31T16:00:00Z",
        },
        "（2016）浙0784刑初00823号浙江金立工贸有眼公司": {
            "court_case_no": "（2016）浙0784刑初00823号",
            "party.0.uscc": "913307847338346519",
        },
        "（2016）云0111刑初118号云南中滇海盈资产管理有眼责任公司": {
            "party.0.uscc": "9153000009773603X1",
            "to_agency_text": "昆明市官渡区人民法険",
            "kind_code": "court_outcome",
        },
        "（2015）资刑初字第147号郴州东方时代房地产开发有眼公司": {"party.0.uscc": "914310007431774646"},
        "（2016）新2123刑初80号托克逊县新家园高薄材料科技发展有眼公司": {
            "party.0.uscc": None,
            "outcome_code": "convicted",
        },
    },
)
