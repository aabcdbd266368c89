"""What all workbooks have in common: which sheet is read, where its header stands, and what is to be told of it.

A book gives the rows of a sheet that have a value, each with its line and its cells; and, on the way, what is merged
and hidden.  Hidden rows and columns are read like all others, and said.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import numpy as np
import pyarrow as pa

from connectors.readers.header import find_header, header_search_lines, require_same_columns
from connectors.readers.rows import Chunk, Fault
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from connectors.readers import Member, Note
    from connectors.readers.format import Format

BATCH = 20_000  # rows
WIDEST = 1 << 14  # columns of a sheet
SHOWN = 10  # places that a finding names


class Row(NamedTuple):
    """One row of a sheet that has a value."""

    line: int
    cells: dict[int, str | Fault]  # by 0-based column; empty cells are left out


class Range(NamedTuple):
    """Merged cells: 1-based lines, 0-based columns, ends included."""

    top: int
    bottom: int
    left: int
    right: int

    def __str__(self) -> str:
        """As a spreadsheet writes it: `A3:A4`."""
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@dataclass
class Seen:
    """What was met in a sheet besides its rows, complete when these are exhausted."""

    merged: list[Range] = field(default_factory=list)
    hidden_lines: list[int] = field(default_factory=list)  # of rows with a value
    hidden_columns: set[int] = field(default_factory=set)


class Sheet(Protocol):
    """One sheet of a workbook."""

    @property
    def name(self) -> str:
        """As on its tab."""

    @property
    def hidden(self) -> bool:
        """Whether its tab is hidden."""


class Book(Protocol):
    """A workbook, opened."""

    @property
    def sheets(self) -> Sequence[Any]:
        """The worksheets in the order of their tabs."""

    @property
    def from_1904(self) -> bool:
        """Whether days are counted from 1904."""

    def rows(self, sheet: Any, seen: Seen) -> Iterator[Row]:
        """Yield the rows of a sheet that have a value; fill `seen` on the way."""


class _Table(NamedTuple):
    book: Book
    sheet: Sheet
    names: list[str]
    header_line: int
    rows: Iterator[Row]
    seen: Seen


def read(members: Sequence[Member], fmt: Format, note: Note, opened: Callable[[Member], Book]) -> Iterator[Chunk]:
    """Yield the rows of the agreed sheet, or of the first sheet that is shown and not empty, of all members."""
    first: list[str] = []
    for member in members:
        table = open_table(member, fmt, opened)
        if first:
            require_same_columns(first, table.names, members[0], member)
        first = first or table.names
        rows = table.rows
        yield _chunk([], table, first, member, fmt)
        while batch := list(islice(rows, BATCH)):
            yield _chunk(batch, table, first, member, fmt)
        _tell(table, member, fmt, note)


def open_table(member: Member, fmt: Format, opened: Callable[[Member], Book]) -> _Table:
    """Open a workbook at its table.

    Raises RejectBatch: WRONG_FORMAT (no sheet), SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT.
    """
    book = opened(member)
    if not book.sheets:
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="no sheet", expected=fmt.kind))
    agreed = [sheet for sheet in book.sheets if fmt.sheet in (None, sheet.name)]
    if not agreed:
        known = ", ".join(sheet.name for sheet in book.sheets)
        raise RejectBatch(Finding("SHEET_MISSING", file=member.name, value=known, expected=fmt.sheet))
    for sheet in sorted(agreed, key=lambda sheet: sheet.hidden):
        seen = Seen()
        rows = book.rows(sheet, seen)
        top = list(islice(rows, header_search_lines(fmt)))
        if top:
            break
    lines, cells = [row.line for row in top], [_texts(row) for row in top]
    spans = _spans(book, sheet, lines, fmt) if fmt.header_rows > 1 else None
    header = find_header(lines, cells, member, fmt, sheet.name, spans)

    def below() -> Iterator[Row]:
        yield from top[header.rows :]
        yield from rows

    return _Table(book, sheet, header.names, header.line, below(), seen)


def _spans(book: Book, sheet: Sheet, lines: list[int], fmt: Format) -> list[range]:
    """Return the columns over which cells of a header's upper row are merged; the whole sheet is gone through."""
    seen = Seen()
    for _ in book.rows(sheet, seen):
        pass
    upper = fmt.header if isinstance(fmt.header, int) else (lines or [0])[0]
    return [range(each.left, each.right + 1) for each in seen.merged if each.top <= upper <= each.bottom]


def letters(column: int) -> str:
    """Return the letters of a 0-based column."""
    text = ""
    while column >= 0:
        column, place = divmod(column, 26)
        text, column = chr(ord("A") + place) + text, column - 1
    return text


def _texts(row: Row) -> list[str]:
    """Return the cells of a header from the first column to the last that has a name."""
    named = {column: cell for column, cell in row.cells.items() if isinstance(cell, str) and cell.strip()}
    if not named or max(named) >= WIDEST:
        return []
    return [named.get(column, "") for column in range(max(named) + 1)]


def _chunk(rows: list[Row], table: _Table, order: list[str], member: Member, fmt: Format) -> Chunk:
    faults: dict[int, Fault] = {}
    good: list[Mapping[int, str]] = []
    for place, row in enumerate(rows):
        if max(row.cells) < len(table.names) and Fault not in map(type, row.cells.values()):  # nearly all
            good.append(cast("dict[int, str]", row.cells))
        elif fault := _fault(row, table.names, fmt):
            faults[place] = fault
        else:
            good.append({column: _shown(cell) for column, cell in row.cells.items()})
    columns = {
        name: pa.array([cells.get(place, "") for cells in good], pa.string()) for place, name in enumerate(table.names)
    }
    batch = pa.RecordBatch.from_arrays([columns[name] for name in order], names=order)
    lines = np.array([row.line for row in rows], np.int64)
    return Chunk(batch, lines, faults, member.name, table.sheet.name)


def _shown(cell: str | Fault) -> str:
    """Return a cell as it is shown; an error is shown as such."""
    return cell if isinstance(cell, str) else cell.raw


def _fault(row: Row, names: list[str], fmt: Format) -> Fault | None:
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

    def tell(code: str, value: str | None = None, count: int = 1) -> None:
        note(Finding(code, file=member.name, sheet=table.sheet.name, value=value, count=count))

    others = [sheet for sheet in table.book.sheets if sheet != table.sheet]
    if fmt.sheet is None:
        unread = [sheet.name for sheet in others if next(table.book.rows(sheet, Seen()), None)]
        if unread:
            tell("SHEET_NOT_READ", ", ".join(unread))
    merged = [each for each in table.seen.merged if each.bottom > table.header_line]
    if merged:
        tell("MERGED_CELLS", ", ".join(map(str, merged[:SHOWN])), len(merged))
    lines = [line for line in table.seen.hidden_lines if line > table.header_line]
    if lines:
        tell("HIDDEN_ROWS", _listed(lines), len(lines))
    columns = sorted(each for each in table.seen.hidden_columns if each < len(table.names))
    if columns:
        tell("HIDDEN_COLUMNS", ", ".join(table.names[each] for each in columns[:SHOWN]), len(columns))
    if table.book.from_1904:
        tell("OTHER_DATE_SYSTEM")


def _listed(lines: list[int]) -> str:
    """Return lines as people write them, `3, 5-9`, and not too many."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    text = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs[:SHOWN])
    return text + (", …" if len(runs) > SHOWN else "")
