"""Other people's workbooks: the same values as calamine reads, except where it hides something."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from connectors.readers import Member
from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.table import SheetLayout
from connectors.readers.spreadsheet.xlsx import Book
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = re.compile(r"[^0-9.eE+-]")
# Empty, a broken part, a password, no sheet.
UNREADABLE = {"null_file.xlsx", "issue252.xlsx", "pass_protected.xlsx", "null_archive.xlsx", "issue_530.xlsx"}


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["xls-calamine", "xls-openpyxl"])
def test_same_values_as_calamine(shared: Callable[[str], Path], corpus: str) -> None:
    root = shared(f"hostile/{corpus}")
    paths = sorted(path for path in root.rglob("*.xls[xm]") if path.is_file())
    assert len(paths) > 20
    refused = {path.name for path in paths if not _agrees(path)}
    assert refused <= UNREADABLE


def _agrees(path: Path) -> bool:
    """Compare all sheets; False when the workbook is refused."""
    try:
        book = Book(Member(path))
        ours = {
            sheet.name: {
                (row.line - 1, column): cell
                for row in book.rows(sheet, SheetLayout())
                for column, cell in row.cells.items()
            }
            for sheet in book.sheets
        }
    except RejectBatch:
        return False
    judge = CalamineWorkbook.from_path(path)
    for name, cells in ours.items():
        grid = judge.get_sheet_by_name(name).to_python(skip_empty_area=False)
        theirs = {(line, column): value for line, row in enumerate(grid) for column, value in enumerate(row)}
        for place in cells.keys() | {place for place, value in theirs.items() if _text(value).strip()}:
            _compare(path, place, cells.get(place, ""), theirs.get(place, ""))
    return True


def _compare(path: Path, place: tuple[int, int], ours: str | Fault, theirs: object) -> None:
    if isinstance(ours, Fault):
        assert ours.code == "CELL_ERROR", (path, place)
        assert theirs == "", (path, place)  # an error cell, which calamine calls empty
    elif isinstance(theirs, float) and WORDS.search(ours):  # what the format adds: a unit, a percent sign
        digits = [re.sub(r"[^0-9]", "", each).strip("0") for each in (ours, _text(theirs))]
        assert digits[0] == digits[1], (path, place)
    elif not isinstance(theirs, timedelta):  # written differently, on purpose
        assert ours.strip() == _text(theirs).strip(), (path, place)  # calamine trims


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
