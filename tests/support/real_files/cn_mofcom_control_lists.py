"""cn_mofcom/control_lists: its real public file."""

from tests.support.real_files.real_file import RealFiles

# 195 natural persons are passed over; one entry has no day
REAL = RealFiles(
    source="cn_mofcom/control_lists",
    paths=["data/market/cn_mofcom_sanctions_export_control_lists.csv"],
    counts=(610, 415, 0, 195),
    children={},
    findings={},
    received="2026-11-29",
    values={
        "Insitu,Inc.": {
            "name": "英斯图公司",
            "name_en": "Insitu,Inc.",
            "home_country_code": "USA",
            "valid_from": "2025-04-04",
            "valid_to": None,
            "list_kind_code": "unreliable_entity",
            "list_kind_text": "UEL",
            "listed_by_text": "Ministry of Commerce",
            "is_start_unknown": None,
        },
        "Skyla": {"name": "天亮医疗", "valid_from": "2022-08-03", "valid_to": "2023-07-13", "home_country_code": "TWN"},
        "Alliance of Democracies Foundation": {
            "name": "Alliance of Democracies Foundation",
            "is_start_unknown": True,
            "valid_from": None,
            "list_kind_code": "countermeasure",
        },
        "SUBARU Corporation": {"list_kind_code": "watch", "home_country_code": "JPN", "valid_from": "2026-02-24"},
        "Political and Security Committee of the Council of the European Union": {"home_country_code": None},
    },
)
