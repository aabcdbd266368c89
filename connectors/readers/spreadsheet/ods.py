"""Spreadsheets of OpenDocument (ods), streamed from their XML: errors, formats and hidden parts stand there plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.archive.zip_errors import require_package
from connectors.readers.spreadsheet import table as sheets
from connectors.readers.spreadsheet.ods_cells import Styles, cell_of
from connectors.readers.spreadsheet.ooxml import Workbook
from connectors.readers.spreadsheet.table import WIDEST, Range, Row, Seen
from connectors.readers.tree.safe_xml import attributes, local_name, release
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk, Fault
    from connectors.readers.tree.safe_xml import Element

CONTENT = "content.xml"
HIDDEN = ("collapse", "filter")
MOST_ROWS = 1 << 20
REPEATED = 100_000  # times that one row with values may stand for


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed sheet, or of the first sheet that is shown and not empty, of all members.

    Raises what the reader of xlsx raises.
    """
    del limits
    yield from sheets.read(members, fmt, note, Book)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return sheets.open_table(members[0], fmt, Book).names


class Sheet(NamedTuple):
    """One table of the document."""

    name: str
    place: int
    hidden: bool


class Book:
    """A document as `connectors.readers.spreadsheet.table` reads it."""

    from_1904 = False  # dates are written as dates

    def __init__(self, member: Member) -> None:
        require_package(member, "ods")
        self._member, self._package = member, Workbook(member)
        with self._package.stream("META-INF/manifest.xml") as file:
            if file is not None and b"encryption-data" in file.read(1 << 20):
                raise RejectBatch(Finding("FILE_LOCKED", file=member.name))
        self.styles = Styles()
        for part in ("styles.xml", CONTENT):
            for element in self._package.found(part, *Styles.elements, "table-row"):
                if local_name(element) != "table-row":
                    self.styles.add(element)
                    continue
                release(element)
                if part == CONTENT:
                    break  # styles stand before the tables
        self.sheets = list(self._listed())
        if not self.sheets:
            raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="zip", expected="ods"))

    def _listed(self) -> Iterator[Sheet]:
        place = 0
        for element in self._package.found(CONTENT, "table", "table-row"):
            if local_name(element) == "table" and _is_sheet(element):
                told = dict(attributes(element))
                yield Sheet(told.get("name", ""), place, told.get("style-name") in self.styles.hidden)
                place += 1
            release(element)

    def rows(self, sheet: Sheet, seen: Seen) -> Iterator[Row]:
        """Yield the rows that have a value; fill `seen` on the way."""
        place = line = column = 0
        for element in self._package.found(CONTENT, "table-row", "table", "table-column"):
            name = local_name(element)
            if name == "table":
                if _is_sheet(element):
                    place, line, column = place + 1, 0, 0
                    if place > sheet.place:
                        return
                    release(element)
            elif not _of_a_sheet(element):
                continue
            elif name == "table-column":
                column = _columns(element, column, seen if place == sheet.place else Seen())
            elif place == sheet.place:
                line = yield from self._repeated(element, line, seen)
                release(element)
            else:
                release(element)

    def _repeated(self, element: Element, line: int, seen: Seen) -> Generator[Row, None, int]:
        """Yield a row as often as it stands, and return the line of its last time."""
        told = dict(attributes(element))
        times = _count(told.get("number-rows-repeated"), MOST_ROWS)
        cells = self._cells(element, line + 1, seen)
        if cells and times > REPEATED:
            what = f"{times} rows that are the same"
            raise RejectBatch(Finding("READER_LIMIT", file=self._member.name, line=line + 1, value=what))
        for number in range(line + 1, line + 1 + (times if cells else 0)):
            if told.get("visibility") in HIDDEN:
                seen.hidden_lines.append(number)
            yield Row(number, cells)
        return line + times

    def _cells(self, row: Element, line: int, seen: Seen) -> dict[int, str | Fault]:
        cells: dict[int, str | Fault] = {}
        column = 0
        for cell in row:
            told = dict(attributes(cell))
            times = _count(told.get("number-columns-repeated"), WIDEST)
            if local_name(cell) in {"table-cell", "covered-table-cell"}:  # what a merge covers is still there
                text = cell_of(cell, told, self.styles)
                if not isinstance(text, str) or text.strip():
                    cells |= dict.fromkeys(range(column, min(column + times, WIDEST)), text)
                wide, high = (_count(told.get(f"number-{each}-spanned"), MOST_ROWS) for each in ("columns", "rows"))
                if wide > 1 or high > 1:
                    seen.merged.append(Range(line, line + high - 1, column, column + wide - 1))
            column += times
        return cells


def _is_sheet(table: Element) -> bool:
    parent = table.getparent()
    return parent is not None and local_name(parent) == "spreadsheet"


def _of_a_sheet(element: Element) -> bool:
    """Whether a row or column belongs to a sheet, not to a table within a cell or a drawing."""
    table = next(element.iterancestors("{*}table"), None)
    return table is not None and _is_sheet(table)


def _columns(element: Element, column: int, seen: Seen) -> int:
    """Note columns that are hidden; return the place after them."""
    told = dict(attributes(element))
    after = column + _count(told.get("number-columns-repeated"), WIDEST)
    if told.get("visibility") in HIDDEN:
        seen.hidden_columns |= {*range(column, min(after, WIDEST))}
    return after


def _count(text: str | None, most: int) -> int:
    return min(int(text), most) if text and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - no bombs


opened = Book
