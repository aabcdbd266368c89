"""hn_customs/declaration_drafts: the official example of a message before acceptance, in the form before 2018."""

from tests.support.real_files.real_file import RealFiles

# The example of form 3.1 beside it begins with a stray 4, so it is no XML:
# test_real_message_with_a_stray_digit_in_front.
REAL = RealFiles(
    source="hn_customs/declaration_drafts",
    paths=["data/customs/cn_single_window/一次申报报文样例/报关单暂存交换报文.xml"],
    counts=(1, 1, 0, 0),
    children={"cost": 3, "party": 3, "goods": 1, "container": 1, "licence_doc": 1},
    findings={},
    values={
        "decnew201702241727": {
            "event_at": "2014-03-04T02:05:06Z",  # 2014030410050635 in China
            "declaration_no": None,
            "manual_no": "E01000000101",
            "customs_office_code": "0201",
            "trade_mode_code": "0110",
            "trade_terms_code": "3",
            "departure_country_code": "AFG",  # 101 before 2018
            "trade_country_code": "USA",  # 502
            "transit_port_code": "101",  # a country, as ports were written then
            "package_kind_code": "7",
            "package_count": 12,
            "gross_mass_kg": "39",
            "cost.0.basis_code": "rate",
            "cost.0.rate_percent": "33",
            "cost.2.rate_percent": "44",
            "party.1.name": "产品部测试组",
            "goods.0.hs_code": "3503001001",
            "goods.0.description": "920103D/SONY",
            "goods.0.price_amount": "314.61",
            "goods.0.total_price_amount": "3775.32",
            "goods.0.unit_code": "H87",  # 003
            "container.0.container_no": "12345678901",
            "container.0.size_code": "S",
            "container.0.goods_mass_kg": "1.1",
            "licence_doc.0.kind_code": "Y",
            "licence_doc.0.doc_no": "546545498797",
        },
    },
)
