"""Workbooks (Office Open XML), one sheet, streamed: memory grows with the shared texts, not with the rows."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from connectors.readers.cells import cell_text
from connectors.readers.header import column_names, header_place, look, no_header, same_columns
from connectors.readers.kinds import require
from connectors.readers.markup import forget, local
from connectors.readers.workbook import Sheet, Workbook
from connectors.rows import Chunk, Fault
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.format import Format
    from connectors.readers import Limits, Member, Note
    from connectors.readers.markup import Element

BATCH = 20_000  # rows
LETTERS = re.compile("[A-Z$]+")
WIDEST = 1 << 14  # columns of a sheet


class _Row(NamedTuple):
    line: int
    cells: dict[int, str | Fault]  # by 0-based column; empty cells are left out


class _Table(NamedTuple):
    book: Workbook
    sheet: Sheet
    names: list[str]
    header_line: int
    rows: Iterator[_Row]
    merged: list[str]  # the ranges of merged cells, complete when the rows are exhausted


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed sheet, or of the first sheet that is not empty, of all members.

    Rows without any value are not rows.  Raises RejectBatch: WRONG_FORMAT, BAD_ARCHIVE, BAD_DOCUMENT, DOCTYPE_REFUSED,
    SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT, MISSING_COLUMN (the members of an archive differ).
    """
    del limits
    first: list[str] = []
    for member in members:
        table = _open(member, fmt)
        if first:
            same_columns(first, table.names, members[0], member)
        first = first or table.names
        rows = table.rows
        yield _chunk([], table, first, member, fmt)
        while batch := list(islice(rows, BATCH)):
            yield _chunk(batch, table, first, member, fmt)
        _tell(table, member, fmt, note)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return _open(members[0], fmt).names


def _open(member: Member, fmt: Format) -> _Table:
    require(member, "zip", expected="xlsx")
    book = Workbook(member)
    if not book.sheets:
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="zip", expected="xlsx"))
    known = ", ".join(sheet.name for sheet in book.sheets)
    agreed = [sheet for sheet in book.sheets if fmt.sheet in (None, sheet.name)]
    if not agreed:
        raise RejectBatch(Finding("SHEET_MISSING", file=member.name, value=known, expected=fmt.sheet))
    for sheet in agreed:
        merged: list[str] = []
        rows = _rows(book, sheet, merged)
        top = list(islice(rows, look(fmt)))
        if top:
            break
    cells = [_texts(row) for row in top]
    lines = [row.line for row in top]
    place = header_place(lines, cells, fmt)
    if place is None:
        raise no_header(member, fmt, sheet.name)
    names = column_names(cells[place], member, lines[place], sheet.name)

    def below() -> Iterator[_Row]:
        yield from top[place + 1 :]
        yield from rows

    return _Table(book, sheet, names, lines[place], below(), merged)


def _rows(book: Workbook, sheet: Sheet, merged: list[str]) -> Iterator[_Row]:
    """Yield the rows of a sheet that have a value; fill `merged` on the way."""
    line = 0
    for element in book.found(sheet.part, "row", "mergeCell"):
        if local(element) == "mergeCell":
            merged.append(element.get("ref", ""))
            continue
        line = _number(element.get("r"), line + 1)
        cells = _cells(element, book)
        forget(element)
        if cells:
            yield _Row(line, cells)


def _cells(row: Element, book: Workbook) -> dict[int, str | Fault]:
    column, cells = -1, {}
    for cell in row:
        column = _column(cell.get("r"), column + 1)
        text = cell_text(cell, book)
        if isinstance(text, Fault) or text.strip():
            cells[column] = text
    return cells


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _column(reference: str | None, otherwise: int) -> int:
    """Return the 0-based column of a reference such as `AB12`."""
    return ((_letters(reference.rstrip("0123456789")) if reference else None) or otherwise + 1) - 1


@lru_cache(WIDEST)
def _letters(letters: str) -> int:
    """Return the 1-based column that letters stand for, 0 if they are none."""
    number = 0
    for letter in letters.replace("$", "").upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _texts(row: _Row) -> list[str]:
    """Return the cells of a header from the first column to the last that has a name."""
    named = {column: cell for column, cell in row.cells.items() if isinstance(cell, str) and cell.strip()}
    if not named:
        return []
    if max(named) >= WIDEST:
        return []
    return [named.get(column, "") for column in range(max(named) + 1)]


def _chunk(rows: list[_Row], table: _Table, order: list[str], member: Member, fmt: Format) -> Chunk:
    faults, good = {}, []
    for place, row in enumerate(rows):
        fault = _fault(row, table.names, fmt)
        if fault:
            faults[place] = fault
        else:
            good.append(row.cells)
    columns = {
        name: pa.array([_shown(cells.get(place, "")) for cells in good], pa.string())
        for place, name in enumerate(table.names)
    }
    batch = pa.RecordBatch.from_arrays([columns[name] for name in order], names=order)
    lines = np.array([row.line for row in rows], np.int64)
    return Chunk(batch, lines, faults, member.name, table.sheet.name)


def _shown(cell: str | Fault) -> str:
    """Return a cell as it is shown; an error is shown as such."""
    return cell if isinstance(cell, str) else cell.raw


def _fault(row: _Row, names: list[str], fmt: Format) -> Fault | None:
    """Return why a row cannot be used: a value to the right of the header, or a bad cell in a column in use."""
    if max(row.cells) >= len(names):
        return Fault("WRONG_CELL_COUNT", _as_csv(row.cells))
    for column, cell in row.cells.items():
        name = names[column]
        if isinstance(cell, Fault) and cell.raw not in fmt.missing and (not fmt.expected or name in fmt.expected):
            return Fault(cell.code, f"{name}: {cell.raw}")
    return None


def _as_csv(cells: dict[int, str | Fault]) -> str:
    """Return a row as a line of csv, as far as any program shows it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        _shown(cells.get(column, "")) for column in range(min(max(cells) + 1, WIDEST))
    )
    return line.getvalue()


def _tell(table: _Table, member: Member, fmt: Format, note: Note) -> None:
    """Report what the workbook holds besides the rows, and what may have been meant differently."""
    place = {"file": member.name, "sheet": table.sheet.name}
    others = [sheet for sheet in table.book.sheets if sheet != table.sheet]
    if fmt.sheet is None:
        unread = [sheet.name for sheet in others if next(_rows(table.book, sheet, []), None)]
        if unread:
            note(Finding("SHEET_NOT_READ", file=member.name, sheet=table.sheet.name, value=", ".join(unread)))
    merged = [text for text in table.merged if _number(LETTERS.sub("", text.rpartition(":")[2]), 0) > table.header_line]
    if merged:
        note(Finding("MERGED_CELLS", **place, value=", ".join(merged[:10]), count=len(merged)))  # type: ignore[arg-type]
    if table.book.from_1904:
        note(Finding("OTHER_DATE_SYSTEM", **place))  # type: ignore[arg-type]
