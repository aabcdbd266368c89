"""What an audit found wrong in mappings and crosswalks stays mended; what it had wrong is told here, with the reason.

Its findings lie beside the public data and are read there, as in `test_audit.py`.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mappings
from mappings.engine import read_source
from mappings.engine.compile.crosswalk import crosswalk_codes
from standards import standard
from tests.support.folders import refine, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Finding = dict[str, str]

LISTS = standard().codelists
SOURCES = Path(mappings.__file__).with_name("sources")

# Refuted

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
    (
        "us_pittsburgh/fire_incidents",
        "(constant)",
        "all",
    ): "test_only_the_fires_of_pittsburgh_have_the_hazard_fire, below",
    ("us_cpsc/recalls", "product (children)", "product_types, manufacturers, countries, upcs"): "its golden pair",
    ("hn_market/sampling", "hazard_type", "(40 items)"): "the list of analytes",
    ("hn_customs/declarations", "unit", "34 codes"): "customs_unit_has_its_size in test_audit.py",
}


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
