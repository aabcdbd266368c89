"""What an audit of the code lists found stays mended; what it had wrong is told here, with the reason.

Its findings lie beside the public data and are read there: here are only the keys of those that need a word.  A finding
that is neither mended nor told here fails.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import mappings
from mappings.engine import read_source
from mappings.engine.compile.crosswalk import crosswalk_codes
from mappings.engine.verbs.gazetteer import Gazetteer
from standards import standard
from standards.rebuild.divisions.known_days import changes
from standards.rebuild.divisions.revisions import MISPRINTS
from standards.rebuild.divisions.successors import DECIDED
from tests.support.folders import refine, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Finding = dict[str, str]

LISTS = standard().codelists
PLACES = Gazetteer.of(LISTS["region"])
SOURCES = Path(mappings.__file__).with_name("sources")
TODAY = date(2026, 10, 2)

# Refuted

CODES_REFUTED = {
    ("currency", "CUC"): "list one of ISO 4217 of 2024-06-25 has it; that it ended is from memory",
    ("hazard_type", "*"): "codes may wait for a feed; dyes and viruses come by the list of analytes",
    ("coord_sys", "*"): "the audit asks for nothing",
}
LABELS_REFUTED = {"140109": "the cut is mended; Wanbailin is how the district is written, Wanbolin is from memory"}
SLIPS = {  # two revisions give the code of another county by mistake; a name of less than a year is a misprint
    ("232303", "海伦市"): "肇东市",
    ("440602", "石湾区"): "城区",
}
SUCCESSORS_REFUTED = {
    "320704": "divided among its neighbours; the city is all that is known",
    "362401": "divided into two districts; the city of its name holds both",
    "450411": "divided among its neighbours; the city is all that is known",
    "542135": "divided among its neighbours; sources disagree on which",
    "542136": "divided among its neighbours; sources disagree on which",
    "542137": "divided among its neighbours; sources disagree on which",
}
ALIASES_REFUTED = {
    ("圣马丁", "MAF"): "names two countries",
    ("圣马丁", "SXM"): "names two countries",
    ("聖馬丁", "MAF"): "names two countries",
    ("聖馬丁", "SXM"): "names two countries",
    ("圭亞那", "GUF"): "is Guyana",
}
SAMPLE_CHANGED = {  # labels that the audit liked, and that changed since
    ("region", "540123"): "Nyemo, as the county romanises its name",
    ("unit", "E14"): "the name of Recommendation 20",
    ("unit", "LO"): "the name of Recommendation 20",
    ("hazard_type", "packaging_defect"): "a breach of a rule and no hazard",
}
RASFF_REFUTED = {  # by the category and the type that the audit would have: what it is, and why
    ("migration", "phthalate"): ("migration", "DEHTP is a terephthalate, which is none of the phthalates in question"),
    ("environmental pollutants", "industrial_contaminant"): (
        "process_contaminant",
        "PAHs come from smoke and heat; EU law on contaminants counts them so",
    ),
    ("pesticide residues", "industrial_contaminant"): ("pesticide_residue", "EU law limits chlorate as a pesticide"),
    ("pathogenic micro-organisms", "biotoxin"): ("pathogen", "the bacteria are found and not their toxin"),
    ("biotoxins (other)", "pathogen"): ("biotoxin", "the toxin is found and not the bacteria"),
    ("natural toxins (other)", "pathogen"): ("biotoxin", "the toxin is found and not the bacteria"),
    ("allergens", "foreign_body / weed seeds"): ("allergen", "an allergen that is not declared is one"),
    ("organoleptic aspects", "food_additive"): ("organoleptic", "the look of a food names no additive"),
}
CROSSWALKS_REFUTED = {
    ("hn_fire/incidents", "grade", "未定级"): "the regulation has four grades; a fire without one has none yet",
    ("hn_fire/incidents", "cause", "自燃"): "is the sender's word; a fault of a vehicle has a word of its own",
    ("hn_hospital/injuries", "hazard_class/type", "动物伤"): "no type is a bite; the mechanism says animal",
    ("us_cpsc/recalls", "hazard_type", "ingestion"): "the feed has another word for poisoning",
    ("us_cpsc/recalls", "product_type", "adapter/power supply/charger/battery"): (
        "three of the four are chargers; the type in its own words is kept beside"
    ),
}

# Open

CODES_OPEN = {("region", "653228?,..."): "nothing published and at hand gives the codes of 和安县 and 和康县"}

# Mended: what the lists say

Said = tuple[str, str, dict[str, Any]]  # a list, one of its codes, and what its columns say

CODES_SAY: dict[tuple[str, str], list[Said]] = {
    ("unit", "HPA"): [("unit", "HPA", {"label_zh": "百升纯酒精"}), ("unit", "A97", {"label_zh": "百帕"})],
    ("unit", "VA"): [("unit", "VA", {"label_zh": "伏安每千克"}), ("unit", "D46", {"label_zh": "伏安"})],
    ("unit", "TP"): [("unit", "TP", {"label_zh": "十包"}), ("unit", "TPR", {"label_zh": "十对"})],
    ("unit", "HAR"): [("unit", "HAR", {"replaced_by": "H18"})],
    ("unit", "HJ"): [("unit", "HJ", {"valid_to": None})],
    ("country", "-"): [("country", "ZAA", {"valid_to": None})],
    ("currency", "XCG"): [("currency", "XCG", {"valid_from": date(2025, 3, 31)})],
    ("injury_diagnosis", "71"): [("injury_diagnosis", "71", {"label_zh": "其他或未说明"})],
    ("injury_diagnosis", "70"): [("injury_diagnosis", "70", {"replaced_by": "71"})],
    ("fire_involvement", "0"): [("fire_involvement", "0", {"label_zh": "无火灾、火焰烟雾未蔓延或未记录"})],
    ("fire_cause", "appliance"): [("fire_cause", "appliance", {"label_zh": "器具设备故障"})],
    ("fire_cause", "遗留火种"): [("fire_cause", "ember", {"label_zh": "遗留火种"})],
    ("fire_grade", "major"): [("fire_grade", "major", {"label_en": "Relatively serious"})],
    ("hazard_type", "lead, cadmium"): [
        ("hazard_type", "lead", {"parent": "heavy_metal"}),
        ("hazard_type", "cadmium", {"parent": "heavy_metal"}),
    ],
    ("hazard_type", "magnet"): [("hazard_type", "magnet", {"parent": "ingestion"})],
    ("hazard_type", "mycotoxin / biotoxin / natural_toxin"): [
        ("hazard_type", "mycotoxin", {"parent": "toxin"}),
        ("hazard_type", "biotoxin", {"parent": "toxin"}),
        ("hazard_type", "natural_toxin", {"parent": "toxin"}),
        ("hazard_type", "toxin", {"parent": "chemical"}),
    ],
    ("hazard_type", "traffic"): [("hazard_type", "traffic", {"label_en": "Collision in traffic"})],
    ("hazard_type", "electromagnetic disturbance"): [("hazard_type", "electromagnetic", {"parent": "physical"})],
    ("hazard_type", "incorrect measurement"): [("hazard_type", "incorrect_measurement", {"parent": "health"})],
    ("hazard_type", "energy consumption"): [("hazard_type", "energy_consumption", {"parent": "environmental"})],
    ("hazard_type", "security"): [("hazard_type", "security", {"parent": "physical"})],
    ("hazard_type", "skin irritation / sensitisation"): [("hazard_type", "irritation", {"parent": "chemical"})],
    ("hazard_type", "damage to hearing (have noise)"): [
        ("hazard_type", "noise", {"same_as": "opss-hazard:Damage%20to%20hearing"})
    ],
    ("sampling_category", "*"): [
        ("sampling_category", "toy", {"source": "riskhub standard"}),
        ("sampling_category", "grain", {"source": "National food sampling plan categories"}),
    ],
    ("product_category", "-"): [
        ("product_category", "protective_equipment", {"parent": None}),
        ("product_category", "ev_charging", {"parent": "electrical"}),
        ("product_category", "off_road", {"parent": "vehicle"}),
        ("category_scheme", "gbt_36431", {}),
        ("category_scheme", "gpc", {}),
    ],
    ("product_category", "security_device"): [("product_category", "security_device", {"parent": None})],
    ("risk_level", "*"): [
        ("risk_level", "high", {"same_as": "eu-risk:high"}),
        ("risk_level", "medium", {"close_match": "fda-class:II rasff-risk:potential%20risk"}),
    ],
    ("severity", "*"): [("severity", "minor", {"rank": 1, "same_as": "eu-rag:1"}), ("severity", "fatal", {"rank": 4})],
    ("precision", "*"): [("precision", "week", {"rank": 4}), ("precision", "quarter", {"rank": 6})],
    ("ie_flag", "*"): [("ie_flag", "T", {})],
    ("notification_type", "*"): [
        ("notification_type", "follow_up", {"source": "EU iRASFF"}),
        ("notification_type", "other_dangerous_product", {"source": "EU Safety Gate"}),
        ("notification_type", "withdrawal", {}),
        ("notification_type", "recall", {"source": "riskhub standard"}),
        ("notification_type", "safety_warning", {"source": "riskhub standard"}),
    ],
    ("region", "460321,460322"): [
        ("region", "460321", {"label_zh": "西沙区", "valid_from": date(2020, 4, 18)}),
        ("region", "460322", {"label_zh": "南沙区", "valid_from": date(2020, 4, 18)}),
    ],
    ("region", "420600 襄樊市"): [("region", "420600", {"label_zh": "襄阳市", "valid_from": date(2010, 12, 9)})],
}

# Mended: what crosswalks say, by source, field and word of the finding

Walked = tuple[str, dict[str, str | None]]  # a crosswalk, and the codes of some of its words

CROSSWALKS_SAY: dict[tuple[str, str, str], list[Walked]] = {
    ("hn_customs/port_inspections", "hazard_type", "微生物超标"): [("hazard_type", {"微生物超标": "microbial_count"})],
    ("hn_customs/port_inspections", "hazard_type", "毒素超标"): [("hazard_type", {"毒素超标": "toxin"})],
    ("hn_customs/port_inspections", "hazard_type", "污染物超标"): [("hazard_type", {"污染物超标": "chemical_other"})],
    ("hn_customs/port_inspections", "hazard_type", "数重量不符"): [("hazard_type", {"数重量不符": None})],
    ("hn_customs/port_inspections", "hazard_type", "证书不符; 来自禁止准入国家或地区; 未获检疫准入"): [
        ("hazard_type", {"证书不符": None, "来自禁止准入国家或地区": None, "未获检疫准入": None})
    ],
    ("hn_customs/port_inspections", "hazard_class", "检出疫病"): [("hazard_type", {"检出疫病": "disease"})],
    ("hn_customs/port_inspections", "nonconformity", "农药残留超标 + 兽药残留超标"): [
        ("nonconformity", {"农药残留超标": "pesticide_residue", "兽药残留超标": "veterinary_residue"})
    ],
    ("hn_fire/incidents", "incident_type", "电气火灾"): [("incident_type", {"电气火灾": "fire"})],
    ("hn_fire/incidents", "incident_type", "交通工具火灾"): [("incident_type", {"交通工具火灾": "vehicle_fire"})],
    ("hn_fire/incidents", "incident_type", "野外火灾"): [("incident_type", {"野外火灾": "vegetation_fire"})],
    ("hn_fire/incidents", "cause", "充电桩故障"): [("cause", {"充电桩故障": "electrical"})],
    ("hn_fire/incidents", "cause", "遗留火种"): [("cause", {"遗留火种": "ember"})],
    ("hn_fire/incidents", "product_role", "受损"): [("contribution", {"受损": "damaged"})],
    ("us_pittsburgh/fire_incidents", "cause", "115,116"): [("cause", {"115": "appliance", "116": "appliance"})],
    ("hn_hospital/injuries", "injury_product", "电动滑板车"): [("injury_product", {"电动滑板车": "5022"})],
    ("hn_hospital/injuries", "product_category", "篮球器材; 渔具; 燃气灶具; 农业机械"): [
        (
            "product_category",
            {"篮球器材": "sport_activity", "渔具": "sport_activity", "燃气灶具": "gas", "农业机械": "farm_machine"},
        ),
        ("injury_product", {"篮球器材": "1205", "渔具": "3223", "燃气灶具": "279", "农业机械": "1408"}),
    ],
    # Both feeds of injuries follow the definitions of the list: who is treated and sent home is moderate.
    ("us_cpsc/neiss", "severity", "1 treated and released"): [("severity", {"1": "moderate"})],
    ("us_cpsc/neiss", "sex", "3"): [("sex", {"3": "9"})],
    ("us_cpsc/neiss", "(none)", "diagnosis/mechanism"): [
        ("hazard_type", {"41": "ingestion", "42": "choking", "46": "burn", "47": "burn", "48": "burn", "51": "burn"}),
        ("hazard_type", {"49": "corrosive", "67": "electric_shock", "68": "poisoning", "69": "drowning", "57": None}),
    ],
    ("us_cpsc/recalls", "product_type", "gas water heaters & accessories"): [
        ("product_type", {"gas water heaters & accessories": "gas"})
    ],
    ("us_cpsc/recalls", "product_type", "hot tubs/spas"): [("product_type", {"hot tubs/spas": "water_sport"})],
    ("us_cpsc/recalls", "product_type", "hammocks"): [("product_type", {"hammocks": "furniture"})],
    ("us_cpsc/recalls", "product_type", "hand trucks/dollies"): [("product_type", {"hand trucks/dollies": "tool"})],
    ("us_cpsc/recalls", "product_type", "candles & candle holders"): [
        ("product_type", {"candles & candle holders": "decoration"})
    ],
    ("us_cpsc/recalls", "product_type", "scales"): [("product_type", {"scales": "housewares"})],
    ("us_cpsc/recalls", "product_type", "air fresheners/aromatherapy"): [
        ("product_type", {"air fresheners/aromatherapy": "household_chemical"})
    ],
    ("us_cpsc/recalls", "product_type", "masks (children)"): [("product_type", {"masks (children)": "toy"})],
    ("hn_market/sampling", "hazard_type", "温升; 阻燃性能; 过充电保护"): [
        ("hazard_type", {"温升": "fire", "阻燃性能": "fire", "过充电保护": "fire"})
    ],
    ("hn_market/sampling", "hazard_type", "pH值"): [("hazard_type", {"pH值": "irritation"})],
    ("kr_customs/declarations", "transport_mode", "90"): [("transport_mode", {"90": "9"})],
}
CROSSWALKS_ELSEWHERE = {
    ("us_pittsburgh/fire_incidents", "(constant)", "all"): "test_only_the_fires_of_pittsburgh_have_the_hazard_fire",
    ("us_cpsc/recalls", "product (children)", "product_types, manufacturers, countries, upcs"): "its golden pair",
    ("hn_market/sampling", "hazard_type", "(40 items)"): "the list of analytes",
    ("hn_customs/declarations", "unit", "34 codes"): "customs_unit_has_its_size, above",
}
LISTS_GONE = {"hs_chapter": "the list hs has the chapters"}


@pytest.fixture
def audit(shared: Callable[[str], Path]) -> Callable[[str], list[Finding]]:
    """Return a function from the name of a file of the audit to its findings."""

    def read(name: str) -> list[Finding]:
        with shared(f"standards-audit/{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    return read


@cache
def by_code(name: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in LISTS[name].table.to_pylist():
        found.setdefault(row["code"], []).append(row)
    return found


def rows(name: str, code: str) -> list[dict[str, Any]]:
    """Return the rows of a code, in the order of the list."""
    return by_code(name).get(code, [])


def says(said: Said) -> bool:
    name, code, columns = said
    return any(all(row[column] == value for column, value in columns.items()) for row in rows(name, code))


def today(code: str, label: str | None = None) -> set[str]:
    """Return the codes in force that a code leads to; of several periods, that of the label or the last."""
    named = [one for one in PLACES.by_code.get(code, []) if label in {None, one.label}]
    return {one.code for one in PLACES.of_another_time(named[-1:], TODAY) or named[-1:] if one.holds(TODAY)}


# Code lists


def unit_is_of_recommendation_21(row: Finding) -> bool:
    return says(("unit", row["code"], {"source": "UN/ECE Recommendation 21"}))


def customs_unit_has_its_size(row: Finding) -> bool:
    """Return whether a customs unit leads to a unit as large as the audit says; where it does not say, to any."""
    [unit] = [each for one in rows("unit_gacc", row["code"]) for each in rows("unit", one["parent"])]
    size = re.search(r"x(\S+)", row["should_be"])
    words = (unit["definition_en"] or {"CEN": "100", "MIL": "1000"}[unit["code"]]).rstrip(".").split()
    return size is None or size[1] in words or f"{float(size[1]):.15g}" in words


def country_is_told(row: Finding) -> bool:
    [told] = rows("country", row["code"])
    if row["kind"].startswith("official"):
        return told["parent"] in {"ESP", "PYF"}
    return bool(told["valid_from"] if "valid_from" in row["kind"] else told["valid_to"])


def currency_has_ended(row: Finding) -> bool:
    [told] = rows("currency", row["code"])
    return bool(told["valid_to"] and told["replaced_by"])


def is_there(row: Finding) -> bool:
    """Return whether the code is there, and has ended where the audit says so."""
    found = rows(row["list"], row["code"])
    ended = "ended" in row["kind"] + row["should_be"]
    return bool(found) and all(bool(one["valid_to"]) for one in found if ended)


def product_is_told(row: Finding) -> bool:
    """Return whether a product of injuries is there, has ended, or lies under the category of the audit."""
    (told, *others) = rows("injury_product", row["code"])
    if row["kind"] == "no valid_to":
        return told["valid_to"] is not None
    if row["kind"] == "missing code":
        return told["valid_from"] is not None and not others
    return row["code"] in AS_OTHER_FEEDS or told["parent"] == row["should_be"].split(" ")[0]


def body_part_has_ended(row: Finding) -> bool:
    after = dict(pair.split("->") for pair in row["should_be"].split(", "))
    return rows("body_part", row["code"])[0]["valid_to"] and says(
        ("body_part", row["code"], {"replaced_by": after.get(row["code"])})
    )


def cause_is_ours(row: Finding) -> bool:
    return says(("fire_cause", row["code"], {"source": "riskhub standard"}))


# Products whose category is that of other feeds; `tests/mappings/test_crosswalks_and_lists.py` compares them.
AS_OTHER_FEEDS = {"5037", "1680", "4066", "973", "1342", "279", "1408", "1205", "3223"}
WHOLE_LISTS: dict[tuple[str, str], Callable[[], bool]] = {
    ("trade_mode", "*"): lambda: LISTS["trade_mode"].dated,
    ("customs_office", "*"): lambda: (
        LISTS["customs_office"].labels == ("zh",)
        and len(LISTS["customs_office"].table) - LISTS["customs_office"].table["definition_zh"].null_count > 300
    ),
    ("injury_product", "*"): lambda: (
        LISTS["injury_product"].dated and LISTS["injury_product"].table["edition"].null_count > 100
    ),
    ("sex", "*"): lambda: crosswalk_codes(SOURCES / "us_cpsc" / "neiss", "sex")["3"] == "9",
    ("nfirs_incident_type", "*"): lambda: (
        standard().types["fire_incident"].tables[""].fields["incident_type_code"].codelist == "incident_type"
    ),
    ("fire_grade", "*"): lambda: any(
        rule.id == "grade_against_figures" for rule in standard().types["fire_incident"].tables[""].rules
    ),
    ("recall_remedy", "several"): lambda: not rows("recall_remedy", "several"),
}
MENDED: dict[str, Callable[[Finding], bool]] = {
    "unit": unit_is_of_recommendation_21,
    "unit_gacc": customs_unit_has_its_size,
    "country_gacc": is_there,
    "country": country_is_told,
    "currency": currency_has_ended,
    "trade_mode": is_there,
    "customs_office": is_there,
    "injury_product": product_is_told,
    "body_part": body_part_has_ended,
    "fire_cause": cause_is_ours,
}


def is_mended(row: Finding, days: dict[str, str]) -> bool:
    key = row["list"], row["code"]
    name = row["code"].split(" ")[0]
    if key in CODES_SAY:
        return all(says(said) for said in CODES_SAY[key])
    if key in WHOLE_LISTS:
        return WHOLE_LISTS[key]()
    if row["list"] == "region" and name in days:
        return {str(one.since) for one in PLACES.by_name[name] if one.label == name} == {days[name]}
    return row["list"] in MENDED and MENDED[row["list"]](row)


def test_what_the_code_lists_had_wrong_is_mended(
    audit: Callable[[str], list[Finding]], shared: Callable[[str], Path]
) -> None:
    days = {each.new[-1]: each.day for each in changes(shared("data").parent)}
    told = CODES_REFUTED.keys() | CODES_OPEN.keys() | {("region", "469031..")}  # the last: of the successors, below
    findings = audit("codelist_errors")
    assert [row for row in findings if (row["list"], row["code"]) not in told and not is_mended(row, days)] == []
    assert {key for key in told if key not in {(row["list"], row["code"]) for row in findings}} == set()


def test_what_is_open_is_not_mended_yet() -> None:
    assert not {"和安县", "和康县"} & set(LISTS["region"].table["label_zh"].to_pylist()), "no longer open: take it out"


def test_lists_of_the_audit_are_there(audit: Callable[[str], list[Finding]]) -> None:
    assert {row["list"] for row in audit("list_verdicts")} - LISTS.keys() == LISTS_GONE.keys()


def test_labels_that_were_wrong_are_others_now(audit: Callable[[str], list[Finding]]) -> None:
    for row in audit("label_sample_200"):
        key = row["list"], row["code"]
        if row["list"] in LISTS_GONE:
            continue
        same = says((*key, {"label_zh": row["label_zh"], "label_en": row["label_en"]}))
        assert same is (row["verdict"] == "ok" and key not in SAMPLE_CHANGED), key


def test_chinese_names_of_countries_are_known(audit: Callable[[str], list[Finding]]) -> None:
    names = dict(zip(*(LISTS["country_alias"].table[name].to_pylist() for name in ("code", "parent")), strict=True))
    strays = {(row["name"], row["iso3"]) for row in audit("alias_missing_zh") if names.get(row["name"]) != row["iso3"]}
    assert strays == ALIASES_REFUTED.keys()


# Divisions


def test_zones_of_the_statistics_are_there(audit: Callable[[str], list[Finding]]) -> None:
    found = {(row["code"], row["label_zh"]) for row in LISTS["region"].table.to_pylist()}
    assert {(row["code"], row["name"]) for row in audit("region_missing_nbs_zones")} <= found


def test_english_names_of_divisions_are_right(audit: Callable[[str], list[Finding]]) -> None:
    for row in audit("region_label_errors"):
        label = MISPRINTS.get(row["label_zh"], row["label_zh"])
        [english] = {one["label_en"] for one in rows("region", row["code"]) if one["label_zh"] == label}
        assert english != row["label_en"], row["code"]
        if row["code"] in LABELS_REFUTED:
            continue
        romanised = re.search(r"\((.+)\)", row["better"])  # names among which this one is, or another name of it
        if "Banner" in row["better"] or "Romanisation" in row["better"]:
            assert romanised is not None
            assert english.startswith(tuple(romanised[1].split(", "))), row["code"]
            assert ("Wing" in english) is ("Wing" in row["better"]), row["code"]
        else:
            names = {row["better"], row["better"].partition(" (")[0], row["better"].removeprefix(label).strip()}
            names |= {f"{romanised[1]} County"} if romanised else set()
            assert english in names, row["code"]


def test_ended_divisions_lead_to_some_in_force(audit: Callable[[str], list[Finding]]) -> None:
    with DECIDED.open(encoding="utf-8", newline="") as stream:
        nowhere = {row["code"] for row in csv.DictReader(stream) if not row["replaced_by"]}
    for row in audit("region_dead_codes_all"):
        key = row["code"], row["label_zh"]
        label = SLIPS.get(key) or MISPRINTS.get(row["label_zh"], row["label_zh"])
        assert any(one["valid_to"] for one in rows("region", row["code"]) if one["label_zh"] == label), key
        assert today(row["code"], label) or row["code"] in nowhere, key


def test_ended_divisions_lead_where_the_audit_says(audit: Callable[[str], list[Finding]]) -> None:
    strays = set()
    for row in audit("region_successors_proposed"):
        label = None if row["label_zh"] == "?" else MISPRINTS.get(row["label_zh"], row["label_zh"])
        wanted = {code for each in row["proposed_replaced_by"].split() for code in today(each)}
        if not wanted or not wanted <= today(row["code"], label):
            strays.add(row["code"])
    assert strays == SUCCESSORS_REFUTED.keys()


# Mappings


def test_what_crosswalks_had_wrong_is_mended(audit: Callable[[str], list[Finding]]) -> None:
    of_rasff = {(row["rasff_category"], row["example"]) for row in audit("crosswalk_rasff_hazard_suspect")}
    findings = audit("crosswalk_errors")
    keys = {
        (row["source"], row["field"], row["source_value"])
        for row in findings
        if not row["source"].startswith("eu_rasff")
    }
    assert keys == CROSSWALKS_SAY.keys() | CROSSWALKS_REFUTED.keys() | CROSSWALKS_ELSEWHERE.keys()
    assert len(findings) == len(keys) + len(of_rasff)


@pytest.mark.parametrize("key", CROSSWALKS_SAY, ids=" ".join)
def test_crosswalk_says_what_it_should(key: tuple[str, str, str]) -> None:
    for name, words in CROSSWALKS_SAY[key]:
        codes = crosswalk_codes(SOURCES / key[0], name)
        assert {word: codes[word] for word in words} == words


def test_hazards_of_rasff_are_what_their_substance_is(audit: Callable[[str], list[Finding]]) -> None:
    findings = audit("crosswalk_rasff_hazard_suspect")
    size = len(findings)
    columns = {
        "Date of Case": ["Nov 4, 2024"] * size,
        "Reference": [f"2024.{at}" for at in range(size)],
        "Hazard Substance": [row["example"] for row in findings],
        "Hazard Category": [row["rasff_category"] for row in findings],
    }
    others = ("Notification From", "Country Origin", "Product", "Product Category")
    made = refine(
        rows_of(columns | {name: [None] * size for name in others}),
        read_source(SOURCES / "eu_rasff" / "notifications"),
    )
    found = made.tables["hazard"].to_pylist()
    assert len(found) == size
    told = set()
    for row, hazard in zip(findings, found, strict=True):
        key = row["rasff_category"], row["better_type"]
        if key in RASFF_REFUTED:
            told.add(key)
            assert hazard["type_code"] == RASFF_REFUTED[key][0], key
        elif "compliance" in row["better_type"]:
            assert (hazard["type_code"], hazard["class_code"]) == (None, None), key
            assert hazard["nonconformity_code"], key
        else:
            wanted = row["better_type"].split(" ")[0], row["better_class"].split("(")[0]
            assert (hazard["type_code"], hazard["class_code"]) == wanted, key
    assert told == RASFF_REFUTED.keys()


def test_hospitals_give_diagnoses_that_are_in_force() -> None:
    ended = {row["code"] for row in LISTS["injury_diagnosis"].table.to_pylist() if row["valid_to"]}
    assert not ended & set(crosswalk_codes(SOURCES / "hn_hospital" / "injuries", "diagnosis").values())


def test_only_the_fires_of_pittsburgh_have_the_hazard_fire() -> None:
    source = read_source(SOURCES / "us_pittsburgh" / "fire_incidents")
    types = ["111", "300", "733", "142"]
    with (source.folder / "sample.csv").open(encoding="utf-8", newline="") as stream:
        names = next(csv.reader(stream))
    columns = {name: [None] * len(types) for name in names} | {
        "call_no": list("abcd"),
        "incident_type": types,
        "alarm_time": ["2023-01-04T02:17:09"] * len(types),
    }
    main = refine(rows_of(columns), source).tables[""].to_pylist()
    assert [row["hazard_type_code"] for row in main] == ["fire", None, None, "fire"]


def test_every_incident_type_of_neris_comes_close_to_one_of_ours(shared: Callable[[str], Path]) -> None:
    """Some by their group; no code of NERIS stands at two of ours, and none that it does not have."""
    matches = [each for text in LISTS["incident_type"].table["close_match"].to_pylist() for each in text.split()]
    near = [each.removeprefix("neris:") for each in matches if each.startswith("neris:")]
    assert len(near) == len(set(near))
    path = shared("data/fire/neris/core_schemas/value_sets/csv/type_incident.csv")
    used = set()
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            parts = [row[f"value_{at}"] for at in (1, 2, 3) if row[f"value_{at}"]]
            found = {"/".join(parts[:at]) for at in (1, 2, 3)} & set(near)
            assert found, parts
            used |= found
    assert used == set(near)
