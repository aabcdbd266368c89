"""js_tax/arrears: its real public file."""

from tests.support.real_files.real_file import RealFiles

# two rows have no credit code; 254 have the tax number of 15 digits
REAL = RealFiles(
    source="js_tax/arrears",
    paths=["data2/credit/cn_欠税公告_泗阳_2019.gbk.csv"],
    counts=(700, 700, 0, 0),
    children={},
    findings={},
    values={
        "321323083152551 企业所得税 2017-07-09 93.2": {
            "name": "宿迁万泰地坪工程有限公司",
            "uscc": "91321323083152551M",
            "valid_from": "2017-07-09",
            "valid_to": None,
            "list_kind_code": "tax_arrears",
            "listed_by_text": "江苏省地方税务局",
            "arrears_amount": "93.2",
            "currency_code": "CNY",
            "tax_kind_text": "企业所得税",
        },
        "91321323346150292R 城市维护建设税 2017-10-09 385.05": {
            "arrears_amount": "385.05",
            "name": "宿迁三创电子有限公司",
        },
        "321323586661470 印花税 2017-07-09 226.8": {"uscc": "91321323586661470P", "arrears_amount": "226.8"},
    },
)
