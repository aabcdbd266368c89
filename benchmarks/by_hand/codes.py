"""The crosswalks of the two sources as plain dictionaries, and the place names of the invented fires."""

from __future__ import annotations

import csv
from pathlib import Path

import mappings

SOURCES = Path(mappings.__file__).with_name("sources")
MISSING = ("", "不详", "无牌")
FORMS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M")
CLOCKS = {
    "alarm_at": "接警时间",
    "arrived_at": "到场时间",
    "controlled_at": "控制时间",
    "out_at": "扑灭时间",
}
TEXTS = {
    "source_record_no": "警情编号",
    "incident_no": "警情编号",
    "address_text": "详细地址",
    "first_unit_text": "首批力量",
    "narrative": "简要经过",
}
CODES = {
    "incident_type_code": ("警情类型", "incident_type"),
    "cause_code": ("起火原因", "cause"),
    "place_use_code": ("起火场所", "place_use"),
    "grade_code": ("火灾等级", "grade"),
}
PRODUCT_CODES = {
    "category_code": ("产品类别", "product_category"),
    "role_code": ("产品作用", "product_role"),
    "contribution_code": ("产品作用", "contribution"),
}
COUNTS = {"death_count": "死亡人数", "injury_count": "受伤人数", "household_count": "受灾户数"}
REGIONS = {
    "美兰区": "460108", "龙华区": "460106", "海口市秀英区": "460105", "海口市琼山区": "460107",
    "三亚市吉阳区": "460203", "天涯区": "460204", "海棠区": "460202",
    "三亚市崖州区": "460205", "儋州市": "460400", "东方市": "469007",
    "文昌市": "469005", "万宁": "469006", "琼海市": "469002", "澄迈县": "469023", "临高县": "469024", "定安": "469021",
    "屯昌县": "469022", "陵水黎族自治县": "469028", "乐东": "469027", "昌江黎族自治县": "469026",
    "白沙黎族自治县": "469025", "琼中": "469030", "保亭黎族苗族自治县": "469029", "五指山市": "469001",
}  # fmt: skip
NEISS_TEXTS = {
    "source_record_no": "CPSC_Case_Number",
    "place_code": "Location",
    "disposition_code": "Disposition",
    "fire_involvement_code": "Fire_Involvement",
    "narrative": "Narrative",
    "stratum_code_text": "Stratum",
    "sampling_unit_code_text": "PSU",
}

DIAGNOSES = (
    {"body_part_code": "Body_Part", "diagnosis_code": "Diagnosis", "diagnosis_text": "Other_Diagnosis"},
    {"body_part_code": "Body_Part_2", "diagnosis_code": "Diagnosis_2", "diagnosis_text": "Other_Diagnosis_2"},
)


def crosswalk(source: str, name: str) -> dict[str, str]:
    """Return the values of a crosswalk that have a code."""
    path = SOURCES / source / "crosswalks" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {line["source_value"]: line["code"] for line in csv.DictReader(file) if line["code"] != "ignored"}
