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

import mappings
from mappings.engine.compile.crosswalk import crosswalk_codes
from mappings.engine.verbs.gazetteer import Gazetteer
from standards import standard
from standards.rebuild.divisions.known_days import changes
from standards.rebuild.divisions.revisions import MISPRINTS
from standards.rebuild.divisions.successors import DECIDED

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

LISTS_GONE = {"hs_chapter": "the list hs has the chapters"}


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
