"""cn_credit/court_debtors: its real public file, which character recognition made of a scan."""

from tests.support.real_files.real_file import RealFiles

# 19 rows have a right credit code, 37 none; the others have a code that was read wrong
REAL = RealFiles(
    source="cn_credit/court_debtors",
    paths=["data2/credit/cn_失信被执行企业_93512_1.xlsx"],
    counts=(181, 56, 125, 0),
    children={},
    findings={
        ("BAD_IDENTIFIER", "uscc"): 121,
        ("BROKEN_RULE", "uscc"): 34,
        ("TEXT_TOO_LONG", "uscc"): 10,
        ("WRONG_PATTERN", "uscc"): 57,
        ("TEXT_TOO_LONG", "org_code"): 12,
        ("WRONG_PATTERN", "org_code"): 17,
        ("REPAIRED_SIGNS", "source_record_no"): 146,
        ("REPAIRED_SIGNS", "uscc"): 1,
        ("REPAIRED_WIDTH", "source_record_no"): 19,
        ("REPAIRED_WIDTH", "uscc"): 9,
    },
    values={
        "02015]洞中汍宇第00396号 洞陵万成机械设备釗渣有眼公司": {
            "name": "洞陵万成机械设备釗渣有眼公司",
            "uscc": "913407005501939353",
            "org_code": "550193935",
            "region_code": "340000",
            "document_no": "02015)洞中汍宇第00396号",
            "listed_by_text": "安徽省洞崚市中级人民法唉",
            "list_kind_code": "dishonest_debtor",
            "is_start_unknown": True,
            "valid_from": None,
        },
        "^015]穂花法汍字第01900号 广东三和大汽车装沛材料股份有眼公司": {"uscc": None, "org_code": "698128021"},
        "粵1971汍3309号 东莞通明电力有眼公司": {
            "uscc": "914419007606412737",
            "region_code": "440000",
            "listed_by_text": "东莞市第一人民法唉",
        },
        "〈2016〉浙0702执3367号 金华信让逬出口有眼公司": {
            "uscc": None,
            "org_code": "580368783",
            "region_code": "330000",
        },
    },
)
