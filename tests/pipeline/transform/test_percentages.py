"""A percentage is read where it was agreed and told where it was not, the same from csv as from a workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from mappings.engine import read_source
from pipeline.checks.check import CheckRequest, check
from tests.support.small_source import MAPPING, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

AGREED = {
    "nothing": "area_m2: {column: note, decimal: 2}",
    "a hundredth": 'lon: {column: note, decimal: 4, times: "0.01"}\n  lat: {constant: "1"}',
}


def as_csv() -> tuple[str, bytes]:
    return "1.csv", fires("F1,2026-05-01 10:00,短路,12.5%")


def as_xlsx() -> tuple[str, bytes]:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["no", "at", "cause", "note"])
    sheet.append(["F1", "2026-05-01 10:00", "短路", 0.125])
    sheet["D2"].number_format = "0.0%"
    book.save(stream)
    return "1.xlsx", stream.getvalue()


@pytest.mark.parametrize("made", [as_csv, as_xlsx])
@pytest.mark.parametrize("agreed", AGREED)
def test_what_is_seen_is_what_is_judged(made: Any, agreed: str, tmp_path: Path) -> None:
    name, content = made()
    small = SmallSource(tmp_path / "sources")
    small.map("narrative: note", AGREED[agreed])
    if name.endswith("xlsx"):
        mapping = small.folder / "mapping.yml"
        text = mapping.read_text("utf-8").replace("{kind: csv, encoding: utf-8}", "{kind: xlsx}")
        assert text != MAPPING
        mapping.write_text(text, "utf-8")
    path = tmp_path / name
    path.write_bytes(content)
    found = check(path, read_source(small.folder), CheckRequest()).verdict.findings
    told = [(each["code"], each["column"], each["value"]) for each in found if each["level"] == "error"]
    assert told == ([("PERCENT_SIGN", "note", "12.5%")] if agreed == "nothing" else [])
