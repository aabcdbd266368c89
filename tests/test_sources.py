"""Every source folder: its sample must give what its `expected.json` says, rows good and bad, and nothing personal."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappings
from mappings.engine import find_sources, read_source
from pipeline.authoring.golden import EXPECTED, differences, outcome_of
from tests.support.golden import checked
from validation.catalogue import catalogue

SOURCES = Path(mappings.__file__).with_name("sources")
# A source that only checks has nothing that a sample would become.
FOLDERS = [each for each in find_sources([SOURCES]) if "mode: check" not in (each / "mapping.yml").read_text("utf-8")]
KINDS = 6  # of findings that a sample shows at least

each_source = pytest.mark.parametrize(
    "folder", FOLDERS, ids=[f"{folder.parent.name}/{folder.name}" for folder in FOLDERS]
)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


def test_there_are_sources() -> None:
    assert FOLDERS


@each_source
def test_sample_gives_what_is_expected(folder: Path, update: bool) -> None:  # noqa: FBT001 - a fixture
    outcome = outcome_of(read_source(folder))
    if update:
        (folder / EXPECTED).write_text(outcome.written(), "utf-8")
    assert not differences(outcome, folder), "write it with --update, then read it"


@each_source
def test_every_row_is_accounted_for(folder: Path) -> None:
    content = checked(folder).content
    ends = [part["row"] for name in ("quarantined", "skipped") for part in content[name]]
    ends += [record["row"] for record in content["tables"][""]]
    assert sorted(ends) == list(range(content["rows"]))


@each_source
def test_children_belong_to_a_record(folder: Path) -> None:
    tables = checked(folder).content["tables"]
    rows = {record["row"] for record in tables[""]}
    strays = {child["row"] for name, children in tables.items() if name for child in children} - rows
    assert not strays


@each_source
def test_sample_shows_what_can_go_wrong(folder: Path) -> None:
    content = checked(folder).content
    assert len({finding["code"] for finding in content["findings"]}) >= KINDS
    assert len(content["tables"][""]) > len(content["quarantined"]), "most of a sample is good"


@each_source
def test_every_finding_is_in_the_catalogue(folder: Path) -> None:
    content = checked(folder).content
    assert {finding["code"] for name in ("findings", "file") for finding in content[name]} <= set(catalogue())


@each_source
def test_every_column_is_agreed_on(folder: Path) -> None:
    assert not checked(folder).content["file"]


@each_source
def test_nothing_personal_leaves_the_engine(folder: Path) -> None:
    outcome = checked(folder)
    leaked = [value for value in outcome.personal if value in outcome.told]
    assert not leaked
