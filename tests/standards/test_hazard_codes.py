"""Hazards and analytes: what lies under which class of the policy, and what is no hazard at all."""

from __future__ import annotations

import pyarrow as pa
import pytest

from standards import standard
from standards.ancestry import ancestors, topmost
from standards.prefixes import curies
from standards.rebuild.analyte import is_cas

LISTS = standard().codelists


def test_hazards_stand_under_the_five_classes_of_the_policy() -> None:
    classes = {"health": "健康", "physical": "物理", "chemical": "化学", "biological": "生物", "environmental": "环境"}
    found = {row["code"]: row["label_zh"][:2] for row in LISTS["hazard_class"].table.to_pylist()}
    assert found == classes
    types = LISTS["hazard_type"].codes
    assert set(topmost(LISTS, "hazard_type", types).to_pylist()) == set(classes)
    assert len(list(ancestors(LISTS, "hazard_type", types))) == 2, "class, group and type are three levels"


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("lead", ["heavy_metal", "chemical"]),
        ("arsenic", ["heavy_metal", "chemical"]),
        ("magnet", ["ingestion", "physical"]),
        ("security", ["physical"]),
        ("irritation", ["chemical"]),
        ("incorrect_measurement", ["health"]),
    ],
)
def test_hazards_lie_under_their_group_and_class(code: str, above: list[str]) -> None:
    found = [level[0].as_py() for level in ancestors(LISTS, "hazard_type", pa.array([code]))]
    assert [each for each in found if each] == above


def test_analytes_have_right_cas_numbers() -> None:
    numbers = [(code, curie.removeprefix("cas:")) for code, curie in curies(LISTS["analyte"])]
    assert [code for code, number in numbers if not is_cas(number)] == []
    assert len({number for _, number in numbers}) == len(numbers), "a CAS number stands twice"
    assert dict(numbers)["lead"] == "7439-92-1"
    assert dict(numbers)["chlorpyrifos"] == "2921-88-2"
    assert len(LISTS["analyte"].codes) > 2800


@pytest.mark.parametrize(
    ("code", "zh", "above"),
    [
        ("lead", "铅", "lead"),
        ("inorganic_arsenic", "无机砷", "arsenic"),
        ("chlorpyrifos", "毒死蜱", "pesticide_residue"),
        ("salmonella", "沙门氏菌", "pathogen"),
        ("norovirus", "诺如病毒", "virus"),
        ("histamine", "组胺", "biotoxin"),
        ("zinc", "锌", None),
        ("clofentezine", "Clofentezine", "pesticide_residue"),  # EFSA sets an exposure of operators
    ],
)
def test_analytes_stand_under_the_hazard_that_they_are_by_themselves(code: str, zh: str, above: str | None) -> None:
    assert [(row["label_zh"], row["parent"]) for row in LISTS["analyte"].table.to_pylist() if row["code"] == code] == [
        (zh, above)
    ]


def test_breaches_of_rules_are_no_hazards() -> None:
    assert not {"labelling", "packaging_defect", "poor_control"} & {
        row["code"] for row in LISTS["hazard_type"].table.to_pylist()
    }
    assert {"label", "packaging", "control", "certificate"} <= {
        row["code"] for row in LISTS["nonconformity"].table.to_pylist()
    }


def test_toxins_are_chemical() -> None:
    codes = pa.array(["mycotoxin", "biotoxin", "natural_toxin"])
    assert set(topmost(LISTS, "hazard_type", codes).to_pylist()) == {"chemical"}
