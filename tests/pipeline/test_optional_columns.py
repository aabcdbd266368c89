"""A cell that a spreadsheet has spoiled is told also where the mapping could do without its column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from pipeline.checks.check import check_file
from tests.support.small_source import SMALL, SmallSource

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "code"), [("=1+1", "CELL_ERROR"), ("#N/A", "CELL_ERROR"), (10**17, "PRECISION_LOST")]
)
def test_a_spoiled_cell_of_an_optional_column_is_told(
    value: object, code: str, small: SmallSource, tmp_path: Path
) -> None:
    small.map("format: {kind: csv, encoding: utf-8}", "format: {kind: xlsx}\noptional: [note]")
    book = Workbook()
    for row in (["no", "at", "cause", "note"], ["F1", "2026-05-01 10:00", "短路", value]):
        book.active.append(row)
    book.save(tmp_path / "fires.xlsx")
    found = check_file(tmp_path / "fires.xlsx", SMALL).findings
    assert [(each["code"], each["samples"][0]["line"]) for each in found] == [(code, 2)]
