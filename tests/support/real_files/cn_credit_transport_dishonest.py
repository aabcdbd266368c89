"""cn_credit/transport_dishonest: its real public file."""

from tests.support.real_files.real_file import RealFiles

# an organisation code of eight characters and a credit code of seventeen are kept out
REAL = RealFiles(
    source="cn_credit/transport_dishonest",
    paths=["data/market/cn_运输失信企业名单_93516.xls"],
    counts=(270, 268, 2, 0),
    children={},
    findings={
        ("BAD_IDENTIFIER", "uscc"): 1,
        ("BROKEN_RULE", "uscc"): 1,
        ("WRONG_PATTERN", "uscc"): 1,
        ("WRONG_PATTERN", "org_code"): 1,
    },
    values={
        "北京市福运通汽车运输有限公司": {
            "name": "北京市福运通汽车运输有限公司",
            "uscc": "911101167587098811",
            "org_code": "758709881",
            "registration_no": None,
            "region_code": "110000",
            "list_kind_code": "transport_dishonest",
            "is_start_unknown": True,
            "valid_from": None,
            "valid_to": None,
        },
        "天津市永正伟业物流有限公司": {
            "uscc": "91120113671454118Q",
            "org_code": "671454118",
            "registration_no": "120113000018369",
            "region_code": "120000",
        },
        "二连紫旭货物运输代理有限责任公司": {
            "registration_no": "152501000003004",
            "org_code": None,
            "region_code": "150000",
        },
        "和田市友谊货物运输有限责任公司": {"org_code": "552412476", "uscc": None, "region_code": "650000"},
    },
)
