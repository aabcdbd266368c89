"""hn_market/enterprises_json: its real public file."""

from tests.support.real_files.real_file import RealFiles

# one record a line in a list that is not closed
REAL = RealFiles(
    source="hn_market/enterprises_json",
    paths=["data2/enterprise/cn_工商登记_海南_2000.json"],
    counts=(912, 912, 0, 0),
    children={},
    findings={("REPAIRED_CODE", "region_code"): 37, ("REPAIRED_WIDTH", "region_code"): 9},
    values={
        "914690056811668066": {
            "name": "海南文昌冠兴贸易有限公司",
            "established_date": "2000-01-03",
            "capital_amount": "300000",
            "capital_currency_code": "CNY",
            "region_code": "460005",
            "registered_address_text": "文昌市东郊镇北街02号",
            "business_scope_text": "副食、烟酒、日杂、百货、文具、钢材、水泥、海水养殖、椰子种植。",
            "legal_form_code": None,
        },
        "914600007138496103": {"region_code": "460100", "capital_amount": "1000000"},
        "91460000721273324H": {"established_date": "2000-12-29", "business_scope_text": "物业管理。"},
    },
)
