"""cn_credit/ecommerce_dishonest: its real public file."""

from tests.support.real_files.real_file import RealFiles

# one organisation code is a registration number, one not the one within the credit code; 84 are the credit code again
REAL = RealFiles(
    source="cn_credit/ecommerce_dishonest",
    paths=["data/market/cn_电子商务失信企业名单_91855.xlsx"],
    counts=(500, 498, 2, 0),
    children={},
    findings={
        ("BROKEN_RULE", "uscc"): 2,
        ("TEXT_TOO_LONG", "org_code"): 1,
        ("WRONG_PATTERN", "org_code"): 1,
    },
    values={
        "杭州贝爵电子商务有限公司": {
            "uscc": "91330103311389009H",
            "org_code": "311389009",
            "registration_no": "330103000217276",
            "list_kind_code": "ecommerce_dishonest",
            "reason_text": "失信被执行人名单、工商吊销企业名单",
            "is_start_unknown": True,
            "valid_from": None,
        },
        "北京和慈世纪电子商务有限公司": {"uscc": None, "org_code": "663128478", "registration_no": "110105010247558"},
        "北京华预网博电子商务科技有限公司": {"registration_no": "1101082953931"},
        # the registration number is the credit code
        "江苏网路神电子商务技术有限公司": {
            "uscc": "9132058172054433XE",
            "org_code": "72054433X",
            "registration_no": None,
            "reason_text": "失信被执行人名单",
        },
        # the organisation code is the credit code
        "贵阳银资讯电子商务有限公司": {"uscc": "91520115097309206Y", "org_code": None},
    },
)
