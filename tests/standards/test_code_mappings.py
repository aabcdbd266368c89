"""Codes of a list lead to those of others (`same_as`, `close_match`): each prefix is known, and each code is there."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from standards import standard
from standards.prefixes import COLUMNS as PREFIX_COLUMNS
from standards.prefixes import PATH, curies, prefixes, wrong_mappings

if TYPE_CHECKING:
    from collections.abc import Callable

LISTS = standard().codelists
SOURCES = Path(__file__).resolve().parents[2] / "mappings" / "sources"


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = LISTS[name].table.to_pylist()
    return found


@pytest.mark.parametrize("name", LISTS)
def test_mappings_lead_to_codes_that_exist(name: str) -> None:
    assert wrong_mappings(LISTS[name], LISTS) == []


def test_prefixes_are_whole() -> None:
    with PATH.open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == PREFIX_COLUMNS
        assert len(list(stream)) == len(prefixes())
    for each in prefixes().values():
        assert each.prefix == each.prefix.strip() != ""
        assert all(each.title.values())
        assert each.base_iri.partition(":")[0] in {"urn", "http", "https"}
        assert each.base_iri[-1] in ":/#"
        assert each.held_list in {"", *LISTS}


def test_country_of_today_is_mapped_to_iso_and_to_the_united_nations() -> None:
    assert [curie for code, curie in curies(LISTS["country"]) if code == "CHN"] == ["iso3166:CN", "un49:156"]
    today = {row["code"] for row in rows("country") if row["source"] == "ISO 3166-1"}
    assert today == {code for code, curie in curies(LISTS["country"]) if curie.startswith("iso3166:")}
    assert len(today) == 249
    assert [curie for code, curie in curies(LISTS["country"]) if code == "DDR"] == ["iso3166-3:DDDE"]


@pytest.mark.parametrize("name", ["severity", "risk_level", "hazard_type", "country", "unit", "transport_mode"])
def test_each_code_is_mapped_or_says_why_not(name: str) -> None:
    mapped = {code for code, _ in curies(LISTS[name])}
    said = {row["code"] for row in rows(name) if row["definition_zh"] and row["definition_en"]}
    assert {row["code"] for row in rows(name)} <= mapped | said


def test_every_category_of_rasff_is_mapped_from_the_hazard_that_it_leads_to() -> None:
    found = set(curies(LISTS["hazard_type"]))
    for row in rows("rasff_hazard_category"):
        if row["parent"]:
            assert (row["parent"], f"rasff:{quote(row['code'], safe='')}") in found


def test_hazard_types_of_the_british_office_are_mapped(shared: Callable[[str], Path]) -> None:
    """All of them, and no other; one type of ours at most is the same."""
    listed = shared("data/reference/opss/hazard_constants.yml").read_text("utf-8")
    types = {line.strip().removeprefix("- ") for line in listed.splitlines() if line.startswith("  - ")}
    found = [
        unquote(curie).removeprefix("opss-hazard:") for _, curie in curies(LISTS["hazard_type"]) if "opss" in curie
    ]
    assert set(found) == types
    same = " ".join(row["same_as"] or "" for row in rows("hazard_type")).split()
    assert len(same) == len(set(same))


def test_packages_are_those_of_recommendation_21() -> None:
    found = {code: curie for code, curie in curies(LISTS["unit"]) if code.startswith("X")}
    assert found
    assert all(curie == f"rec21:{code[1:]}" for code, curie in found.items())


def test_severities_of_emergency_departments_are_those_of_the_mapping() -> None:
    found = {curie: code for code, curie in curies(LISTS["severity"]) if curie.startswith("neiss-disp:")}
    assert found["neiss-disp:8"] == "fatal"
    assert found == {f"neiss-disp:{code}": severity for code, severity in neiss_severities().items()}


def neiss_severities() -> dict[str, str]:
    """Return the severity that the source of NEISS gives each disposition."""
    path = SOURCES / "us_cpsc" / "neiss" / "crosswalks" / "severity.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["source_value"]: row["code"] for row in csv.DictReader(stream)}


def test_modes_of_transport_and_units_are_mapped() -> None:
    assert ("4", "rec19:3") in set(curies(LISTS["transport_mode"]))
    of_20 = {row["code"] for row in rows("unit") if row["source"] == "UN/ECE Recommendation 20"}
    found = {(code, curie) for code, curie in curies(LISTS["unit"]) if curie.startswith("rec20:")}
    assert found == {(code, f"rec20:{code}") for code in of_20}
