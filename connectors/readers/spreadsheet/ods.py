"""OpenDocument spreadsheets (ods, ISO/IEC 26300), streamed from their XML with errors, formats and hidden parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.archive.zip_errors import require_package
from connectors.readers.spreadsheet import table as sheets
from connectors.readers.spreadsheet.ods_cells import Styles, ods_cell_text
from connectors.readers.spreadsheet.ooxml import Workbook
from connectors.readers.spreadsheet.table import MAX_SHEET_COLUMNS, Range, Row, Sheet, SheetLayout
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
HIDDEN_STATES = ("collapse", "filter")
MOST_ROWS = 1 << 20
MAX_REPEATED = 100_000  # times that one row with values may be repeated


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the declared sheet, or of the first sheet that is shown and not empty, of all members.

    Rows without any value are left out.

    Raises:
        RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_DOCUMENT, SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT,
            MISSING_COLUMN (the members of an archive differ); BAD_ARCHIVE, DOCTYPE_REFUSED.
    """
    del limits
    yield from sheets.read(members, fmt, note, Book)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return sheets.open_table(members[0], fmt, Book).names


class Book:
    """An OpenDocument spreadsheet, as `table.Book` describes it."""

    from_1904 = False  # dates are written as dates

    def __init__(self, member: Member) -> None:
        require_package(member, "ods")
        self._member, self._package = member, Workbook(member)
        with self._package.open_part("META-INF/manifest.xml") as file:
            if file is not None and b"encryption-data" in file.read(1 << 20):
                raise RejectBatch(Finding("FILE_LOCKED", file=member.name))
        self.styles = Styles()
        for part in ("styles.xml", CONTENT):
            for element in self._package.elements(part, *Styles.elements, "table-row"):
                if local_name(element) != "table-row":
                    self.styles.add(element)
                    continue
                release(element)
                if part == CONTENT:
                    break  # styles stand before the tables
        self.sheets = list(self._list_sheets())
        if not self.sheets:
            raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="zip", expected="ods"))

    def _list_sheets(self) -> Iterator[Sheet]:
        index = 0
        for element in self._package.elements(CONTENT, "table", "table-row"):
            if local_name(element) == "table" and _is_sheet(element):
                attrs = dict(attributes(element))
                yield Sheet(attrs.get("name", ""), index, attrs.get("style-name") in self.styles.hidden)
                index += 1
            release(element)

    def rows(self, sheet: Sheet, layout: SheetLayout) -> Iterator[Row]:
        """Yield the rows that have a value.

        Args:
            sheet: One of `sheets`.
            layout: Filled on the way; complete when the rows are exhausted.
        """
        index = line = column = 0
        for element in self._package.elements(CONTENT, "table-row", "table", "table-column"):
            name = local_name(element)
            if name == "table":
                if _is_sheet(element):
                    index, line, column = index + 1, 0, 0
                    if index > sheet.index:
                        return
                    release(element)
            elif not _is_in_sheet(element):
                continue
            elif name == "table-column":
                column = _columns(element, column, layout if index == sheet.index else SheetLayout())
            elif index == sheet.index:
                line = yield from self._repeated(element, line, layout)
                release(element)
            else:
                release(element)

    def _repeated(self, element: Element, line: int, layout: SheetLayout) -> Generator[Row, None, int]:
        """Yield a row as often as it is repeated, and return the line of its last repetition."""
        attrs = dict(attributes(element))
        times = _count(attrs.get("number-rows-repeated"), MOST_ROWS)
        cells = self._cells(element, line + 1, layout)
        if cells and times > MAX_REPEATED:
            value = f"{times} rows that are the same"
            raise RejectBatch(Finding("READER_LIMIT", file=self._member.name, line=line + 1, value=value))
        for number in range(line + 1, line + 1 + (times if cells else 0)):
            if attrs.get("visibility") in HIDDEN_STATES:
                layout.hidden_lines.append(number)
            yield Row(number, cells)
        return line + times

    def _cells(self, row: Element, line: int, layout: SheetLayout) -> dict[int, str | Fault]:
        cells: dict[int, str | Fault] = {}
        column = 0
        for cell in row:
            attrs = dict(attributes(cell))
            times = _count(attrs.get("number-columns-repeated"), MAX_SHEET_COLUMNS)
            if local_name(cell) in {"table-cell", "covered-table-cell"}:  # cells that a merge covers keep their values
                text = ods_cell_text(cell, attrs, self.styles)
                if not isinstance(text, str) or text.strip():
                    cells |= dict.fromkeys(range(column, min(column + times, MAX_SHEET_COLUMNS)), text)
                wide, high = (_count(attrs.get(f"number-{each}-spanned"), MOST_ROWS) for each in ("columns", "rows"))
                if wide > 1 or high > 1:
                    layout.merged.append(Range(line, line + high - 1, column, column + wide - 1))
            column += times
        return cells


def _is_sheet(table: Element) -> bool:
    parent = table.getparent()
    return parent is not None and local_name(parent) == "spreadsheet"


def _is_in_sheet(element: Element) -> bool:
    """Whether a row or column belongs to a sheet, not to a table within a cell or a drawing."""
    table = next(element.iterancestors("{*}table"), None)
    return table is not None and _is_sheet(table)


def _columns(element: Element, column: int, layout: SheetLayout) -> int:
    """Add hidden columns to the layout; return the column after them."""
    attrs = dict(attributes(element))
    after = column + _count(attrs.get("number-columns-repeated"), MAX_SHEET_COLUMNS)
    if attrs.get("visibility") in HIDDEN_STATES:
        layout.hidden_columns |= {*range(column, min(after, MAX_SHEET_COLUMNS))}
    return after


def _count(text: str | None, limit: int) -> int:
    return min(int(text), limit) if text and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - bounded


open_workbook = Book
