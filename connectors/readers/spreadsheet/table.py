"""What all workbooks share: the choice of the sheet, its header, its rows as chunks, and findings about its layout.

A `Book` gives the rows of a sheet that have a value, and on the way its merged and hidden parts.  Hidden rows and
columns are read like all others, and noted.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

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

BATCH_ROWS = 20_000
MAX_SHEET_COLUMNS = 1 << 14  # columns of a sheet
MAX_SHOWN = 10  # places that one finding lists


class Row(NamedTuple):
    """One row of a sheet that has a value.

    Attributes:
        line: 1-based number of the row in the sheet.
        cells: By 0-based column; empty cells are left out.
    """

    line: int
    cells: dict[int, str | Fault]


class Range(NamedTuple):
    """Merged cells: 1-based lines and 0-based columns, both ends included.

    >>> str(Range(3, 4, 0, 27))
    'A3:AB4'
    """

    top: int
    bottom: int
    left: int
    right: int

    def __str__(self) -> str:
        """As a spreadsheet writes it: `A3:A4`."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


@dataclass
class SheetLayout:
    """The merged and hidden parts of a sheet.

    Attributes:
        merged: All merged ranges.
        hidden_lines: 1-based lines of hidden rows that have a value.
        hidden_columns: 0-based columns.
    """

    merged: list[Range] = field(default_factory=list)
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Sheet:
    """One worksheet of a workbook.

    Attributes:
        name: As on its tab.
        index: By which the book finds its rows.
        hidden: Whether its tab is hidden.
    """

    name: str
    index: int
    hidden: bool


class Book(Protocol):
    """An open workbook, as each format implements it."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The worksheets in the order of their tabs."""

    @property
    def from_1904(self) -> bool:
        """Whether days are counted from 1904."""

    def rows(self, sheet: Sheet, layout: SheetLayout) -> Iterator[Row]:
        """Yield the rows that have a value.

        Args:
            sheet: One of `sheets`.
            layout: Filled on the way; complete when the rows are exhausted.
        """


class _Table(NamedTuple):
    book: Book
    sheet: Sheet
    names: list[str]
    header_line: int
    rows: Iterator[Row]
    layout: SheetLayout


def read(members: Sequence[Member], fmt: Format, note: Note, open_book: Callable[[Member], Book]) -> Iterator[Chunk]:
    """Yield the rows of all members, 20,000 at a time.

    Args:
        members: The delivery, or the members of the archive.
        fmt: The declared format.
        note: Called with SHEET_NOT_READ, MERGED_CELLS, HIDDEN_ROWS, HIDDEN_COLUMNS and OTHER_DATE_SYSTEM.
        open_book: Opens a workbook of the format.

    Raises:
        RejectBatch: What `open_table` raises; MISSING_COLUMN (the members of an archive differ).
    """
    first: list[str] = []
    for member in members:
        table = open_table(member, fmt, open_book)
        if first:
            require_same_columns(first, table.names, members[0], member)
        first = first or table.names
        rows = table.rows
        yield _chunk([], table, first, member, fmt)
        while batch := list(islice(rows, BATCH_ROWS)):
            yield _chunk(batch, table, first, member, fmt)
        _note_layout(table, member, fmt, note)


def open_table(member: Member, fmt: Format, open_book: Callable[[Member], Book]) -> _Table:
    """Open a workbook at the declared sheet, or at the first that is shown and not empty.

    Args:
        member: The file.
        fmt: The declared format.
        open_book: Opens a workbook of the format.

    Raises:
        RejectBatch: WRONG_FORMAT (no sheet), SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT, and what
            `open_book` raises.
    """
    book = open_book(member)
    if not book.sheets:
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="no sheet", expected=fmt.kind))
    candidates = [sheet for sheet in book.sheets if fmt.sheet in (None, sheet.name)]
    if not candidates:
        known = ", ".join(sheet.name for sheet in book.sheets)
        raise RejectBatch(Finding("SHEET_MISSING", file=member.name, value=known, expected=fmt.sheet))
    for sheet in sorted(candidates, key=lambda sheet: sheet.hidden):
        layout = SheetLayout()
        rows = book.rows(sheet, layout)
        first_rows = list(islice(rows, header_search_lines(fmt)))
        if first_rows:
            break
    lines, cells = [row.line for row in first_rows], [_texts(row) for row in first_rows]
    spans = _spans(book, sheet, lines, fmt) if fmt.header_rows > 1 else None
    header = find_header(lines, cells, member, fmt, sheet.name, spans)

    def below() -> Iterator[Row]:
        yield from first_rows[header.rows :]
        yield from rows

    return _Table(book, sheet, header.names, header.line, below(), layout)


def _spans(book: Book, sheet: Sheet, lines: list[int], fmt: Format) -> list[range]:
    """Return the columns over which cells of a header's upper row are merged; this reads the whole sheet."""
    layout = SheetLayout()
    for _ in book.rows(sheet, layout):
        pass
    upper = fmt.header if isinstance(fmt.header, int) else (lines or [0])[0]
    return [range(each.left, each.right + 1) for each in layout.merged if each.top <= upper <= each.bottom]


def column_letters(column: int) -> str:
    """Return the letters of a 0-based column.

    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    text = ""
    while column >= 0:
        column, place = divmod(column, 26)
        text, column = chr(ord("A") + place) + text, column - 1
    return text


def _texts(row: Row) -> list[str]:
    """Return the cells of a header from the first column to the last that has a name."""
    named = {column: cell for column, cell in row.cells.items() if isinstance(cell, str) and cell.strip()}
    if not named or max(named) >= MAX_SHEET_COLUMNS:
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
            good.append({column: _display(cell) for column, cell in row.cells.items()})
    columns = {
        name: pa.array([cells.get(place, "") for cells in good], pa.string()) for place, name in enumerate(table.names)
    }
    batch = pa.RecordBatch.from_arrays([columns[name] for name in order], names=order)
    lines = np.array([row.line for row in rows], np.int64)
    return Chunk(batch, lines, faults, member.name, table.sheet.name)


def _display(cell: str | Fault) -> str:
    """Return a cell as a spreadsheet shows it, an error by its name."""
    return cell if isinstance(cell, str) else cell.raw


def _fault(row: Row, names: list[str], fmt: Format) -> Fault | None:
    """Return the fault of a row: a value to the right of the header, or a faulty cell in a column that is used."""
    if max(row.cells) >= len(names):
        return Fault("WRONG_CELL_COUNT", _as_csv(row.cells))
    for column, cell in row.cells.items():
        name = names[column]
        if isinstance(cell, Fault) and cell.raw not in fmt.missing and fmt.uses(name):
            return Fault(cell.code, f"{name}: {cell.raw}")
    return None


def _as_csv(cells: dict[int, str | Fault]) -> str:
    """Return a row as a line of csv, up to the widest sheet."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        _display(cells.get(column, "")) for column in range(min(max(cells) + 1, MAX_SHEET_COLUMNS))
    )
    return line.getvalue()


def _note_layout(table: _Table, member: Member, fmt: Format, note: Note) -> None:
    """Note what the workbook holds besides the rows that were read."""

    def add(code: str, value: str | None = None, count: int = 1) -> None:
        note(Finding(code, file=member.name, sheet=table.sheet.name, value=value, count=count))

    others = [sheet for sheet in table.book.sheets if sheet != table.sheet]
    if fmt.sheet is None:
        unread = [sheet.name for sheet in others if next(table.book.rows(sheet, SheetLayout()), None)]
        if unread:
            add("SHEET_NOT_READ", ", ".join(unread))
    merged = [each for each in table.layout.merged if each.bottom > table.header_line]
    if merged:
        add("MERGED_CELLS", ", ".join(map(str, merged[:MAX_SHOWN])), len(merged))
    lines = [line for line in table.layout.hidden_lines if line > table.header_line]
    if lines:
        add("HIDDEN_ROWS", _ranges_text(lines), len(lines))
    columns = sorted(each for each in table.layout.hidden_columns if each < len(table.names))
    if columns:
        add("HIDDEN_COLUMNS", ", ".join(table.names[each] for each in columns[:MAX_SHOWN]), len(columns))
    if table.book.from_1904:
        add("OTHER_DATE_SYSTEM")


def _ranges_text(lines: list[int]) -> str:
    """Return line numbers as ranges, `3, 5-9`; at most ten."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    text = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs[:MAX_SHOWN])
    return text + (", …" if len(runs) > MAX_SHOWN else "")
