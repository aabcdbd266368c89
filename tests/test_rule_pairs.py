"""Every rule of the standard is broken by a row of some golden pair.

The samples of the sources break what their feeds can break.  What no shipped feed can (an amount whose currency the
mapping states, a field that nobody sends) is broken in the pairs under `tests/rule_pairs`: one folder for each record
type, a column for each field, and in each row after the first one the rule that it breaks.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import mappings
import standards
from mappings.engine import find_sources, read_source
from pipeline.authoring.golden import EXPECTED, differences, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIRS = Path(__file__).with_name("rule_pairs")
SOURCES = Path(mappings.__file__).with_name("sources")
SCHEMAS = Path(standards.__file__).with_name("schemas")
FOLDERS = find_sources([PAIRS])
each_pair = pytest.mark.parametrize("folder", FOLDERS, ids=[each.name for each in FOLDERS])
TOLD = ("BROKEN_RULE", "UNLIKELY_VALUES")


def rules(part: Any) -> Iterator[str]:
    """Yield the id of each rule that stands in a schema file."""
    if isinstance(part, list):
        for each in part:
            yield from rules(each)
    elif isinstance(part, dict):
        yield from (rule["id"] for rule in part.get("rules", []) if isinstance(rule, dict) and "id" in rule)
        for each in part.values():
            yield from rules(each)


def own(path: Path) -> set[str]:
    return set(rules(json.loads(path.read_text("utf-8"))))


def broken(content: dict[str, Any]) -> set[str]:
    return {each["expected"] for each in content["findings"] if each["code"] in TOLD and each.get("expected")}


@cache
def told() -> dict[str, set[str]]:
    """Return the rules that the golden pairs of each record type break."""
    found: dict[str, set[str]] = {}
    for folder in find_sources([SOURCES, PAIRS]):
        if not (folder / EXPECTED).exists():
            continue
        content = json.loads((folder / EXPECTED).read_text("utf-8"))
        for route in read_source(folder).routes:
            found.setdefault(route.record_type.name, set()).update(broken(content))
    return found


@pytest.mark.slow
@each_pair
def test_a_pair_gives_what_is_expected(folder: Path, request: pytest.FixtureRequest) -> None:
    outcome = outcome_of(read_source(folder))
    if request.config.getoption("--update"):
        (folder / EXPECTED).write_text(outcome.written(), "utf-8")
    assert not differences(outcome, folder)


@each_pair
def test_each_row_breaks_the_rule_that_it_names_and_no_other(folder: Path) -> None:
    content = json.loads((folder / EXPECTED).read_text("utf-8"))
    with (folder / "sample.csv").open(encoding="utf-8", newline="") as file:
        names = [row["breaks"] for row in csv.DictReader(file)]
    said: dict[int, set[str]] = {}
    for each in content["findings"]:
        said.setdefault(each["row"], set()).add(each.get("expected", each["code"]))
    assert [said.get(row, set()) for row in range(len(names))] == [{name} - {""} for name in names]


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name.partition(".")[0])
def test_every_rule_of_a_record_type_is_broken_by_a_golden_pair_of_it(path: Path) -> None:
    assert own(path) - told().get(path.name.partition(".")[0], set()) == set()


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("blocks/*.json")), ids=lambda path: path.name.partition(".")[0])
@pytest.mark.slow
def test_every_rule_of_a_block_is_broken_by_some_golden_pair(path: Path) -> None:
    everywhere = set().union(*told().values())
    assert {rule for rule in own(path) if not any(each.endswith(rule) for each in everywhere)} == set()
