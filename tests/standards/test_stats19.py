"""The codes of STATS19 that lists name exist, and each code of the conditions of an accident is named by a list."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from standards.codelist import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LISTS = {
    "weather": "weather_conditions",
    "light": "light_conditions",
    "road_surface": "road_surface_conditions",
    "junction": "junction_detail",
    "road_type": "first_road_class",
}


@pytest.mark.parametrize(("name", "variable"), LISTS.items())
def test_codes_of_stats19_are_those_of_its_table(name: str, variable: str, shared: Callable[[str], Path]) -> None:
    with shared("data/traffic/uk_stats19/stats19_schema.csv").open(encoding="utf-8", newline="") as stream:
        codes = {row["code"] for row in csv.DictReader(stream) if row["variable"] == variable} - {"NA", "-1"}
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        named = [row["same_as"].split() + row["close_match"].split() for row in csv.DictReader(stream)]
    head = f"stats19:{variable}#"
    found = [each.removeprefix(head) for row in named for each in row if each.startswith(head)]
    assert {*found} - {"-1"} == codes
    assert len(found) == len({*found}), "a code means one thing"
