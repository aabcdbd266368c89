"""Texts that mean no value are known in full and in half width, in whichever of them a mapping writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mappings.engine import read_source
from tests.support.folders import FIRE, HEAD, refine, rows_of, source_of, write_source

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = FIRE + "  alarm_level: {column: level, integer: true}\n"
FORMS = [
    ("／", "／"),
    ("／", "/"),
    ("/", "／"),
    ("（无）", "（无）"),
    ("（无）", "(无)"),
    ("－", "－"),
    ("－９", "－９"),
    ("９９—", "99-"),
]


@pytest.mark.parametrize(("declared", "written"), FORMS)
def test_a_placeholder_of_the_feed_is_no_key_and_no_number(tmp_path: Path, declared: str, written: str) -> None:
    path = write_source(tmp_path, NUMBER) / "mapping.yml"
    assert HEAD in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace('missing: ["/"]', f'missing: ["{declared}"]'), "utf-8")
    rows = rows_of({"no": [written], "at": ["2026-03-02"], "level": [written]})
    made = refine(rows, read_source(path.parent))
    assert (made.tables[""]["record_uid"].to_pylist(), made.tables[""]["alarm_level"].to_pylist()) == ([None], [None])
    assert set(made.findings["code"].to_pylist()) - {"REPAIRED_WIDTH", "REPAIRED_SIGNS"} == {"MISSING_VALUE"}


@pytest.mark.parametrize(("declared", "written"), FORMS)
def test_a_placeholder_of_a_rule_is_no_number(tmp_path: Path, declared: str, written: str) -> None:
    source = source_of(tmp_path, NUMBER.replace("integer", f'missing: ["{declared}"], integer'))
    made = refine(rows_of({"no": ["1"], "at": ["2026-03-02"], "level": [written]}), source)
    assert made.tables[""]["alarm_level"].to_pylist() == [None]
    assert not set(made.findings["code"].to_pylist()) - {"REPAIRED_WIDTH", "REPAIRED_SIGNS"}


def test_prose_keeps_its_width_and_has_placeholders_as_they_are_written(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE + '  narrative: {column: text, missing: ["（无）"]}\n')
    made = refine(rows_of({"no": ["1", "2"], "at": ["2026-03-02"] * 2, "text": ["（无）", "见（无）"]}), source)
    assert made.tables[""]["narrative"].to_pylist() == [None, "见（无）"]
