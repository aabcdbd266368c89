"""hn_market/enterprises: its real public file."""

from tests.support.real_files.real_file import RealFiles

# 18 rows are shifted by a column and garbled, two of them with a cell too many
REAL = RealFiles(
    source="hn_market/enterprises",
    paths=["data2/enterprise/cn_工商登记_海南_2002.csv"],
    counts=(698, 680, 18, 0),
    children={},
    findings={
        ("WRONG_CELL_COUNT", None): 2,
        ("GARBLED_KEY", "source_record_no"): 16,
        ("GARBLED_TEXT", "source_record_no"): 16,
        ("GARBLED_TEXT", "name"): 16,
        ("GARBLED_TEXT", "legal_form_code"): 16,
        ("GARBLED_TEXT", "capital_amount"): 16,
        ("GARBLED_TEXT", "registered_address_text"): 16,
        ("BAD_DATE", "valid_from"): 16,
        ("BAD_DATE", "established_date"): 16,
        ("BAD_NUMBER", "capital_amount"): 16,
        ("UNKNOWN_CODE", "legal_form_code"): 16,
        ("UNKNOWN_CODE", "capital_currency_code"): 16,
        ("TEXT_TOO_LONG", "uscc"): 11,
        ("WRONG_PATTERN", "uscc"): 16,
        ("BAD_IDENTIFIER", "uscc"): 16,
        ("BROKEN_RULE", "uscc"): 16,
        ("REPAIRED_CODE", "region_code"): 35,
        ("REPAIRED_WIDTH", "region_code"): 13,
        ("REPAIRED_SIGNS", "region_code"): 1,
    },
    values={
        # its capital is given as 10(万美元)
        "91460100730085384R": {
            "name": "海口美东钢结构制造有限公司",
            "established_date": "2002-01-04",
            "valid_from": "2002-01-04",
            "capital_amount": "100000",
            "capital_currency_code": "USD",
            "region_code": "460100",
            "registered_address_text": "海口市金盘工业区美国工业村一号标准厂房A-1-1",
        },
        # its capital is given as 4,011.8582(万元), its place as 省直辖县
        "91460000730086192B": {"capital_amount": "40118582", "capital_currency_code": "CNY", "region_code": "460002"},
        # its capital is given as 100(万港币); 陵水 had the code 460034 until 2003
        "914600007300879379": {"capital_amount": "1000000", "capital_currency_code": "HKD", "region_code": "460034"},
        # Yangpu lies in Danzhou, which was 460003
        "91460300730087929X": {"region_code": "460003", "capital_amount": "3000000", "legal_form_code": None},
        # registered in 2002, the code issued since 2015
        # in 海南州 of Qinghai, which is no county of Hainan
        "916325000916388934": {"region_code": None, "established_date": "2002-11-13"},
        "92469002MA5RJDPRXJ": {"legal_form_code": "individual_business", "capital_amount": None},
    },
)
