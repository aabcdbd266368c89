"""Office Open XML workbooks (xlsx, ECMA-376), streamed: memory grows with the shared strings, not with the rows."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from connectors.readers.archive.zip_errors import require_package
from connectors.readers.rows import Fault
from connectors.readers.spreadsheet import table
from connectors.readers.spreadsheet.cell_text import cell_text, value_text
from connectors.readers.spreadsheet.ooxml import Workbook, unescape
from connectors.readers.spreadsheet.table import MAX_SHEET_COLUMNS, Range, Row, Sheet, SheetLayout
from connectors.readers.spreadsheet.xlsx_fast import CACHE_SIZE, NotPlainError, PlainRows, resolve_references
from connectors.readers.tree.safe_xml import iter_elements, local_name, release
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk
    from connectors.readers.spreadsheet.xlsx_fast import PlainCell
    from connectors.readers.tree.safe_xml import Element


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the declared sheet, or of the first sheet that is shown and not empty, of all members.

    Rows without any value are left out.

    Raises:
        RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_DOCUMENT, SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT,
            MISSING_COLUMN (the members of an archive differ); BAD_ARCHIVE,
            DOCTYPE_REFUSED.
    """
    del limits
    yield from table.read(members, fmt, note, Book)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return table.open_table(members[0], fmt, Book).names


class Book:
    """An xlsx workbook, as `table.Book` describes it."""

    def __init__(self, member: Member) -> None:
        require_package(member, "xlsx")
        self._member, self._book = member, Workbook(member)
        self.sheets = [Sheet(each.name, index, each.hidden) for index, each in enumerate(self._book.sheets)]
        self.from_1904 = self._book.from_1904
        if not self.sheets:
            raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="zip", expected="xlsx"))

    def rows(self, sheet: Sheet, layout: SheetLayout) -> Iterator[Row]:
        """Yield the rows that have a value.

        Args:
            sheet: One of `sheets`.
            layout: Filled on the way; complete when the rows are exhausted.
        """
        part, yielded = self._book.sheets[sheet.index].part, 0
        try:
            for row in self._fast_rows(part, layout):
                yield row
                yielded += 1
        except NotPlainError:
            layout.hidden_lines.clear()
            yield from islice(self._parsed_rows(part, layout), yielded, None)

    def _fast_rows(self, part: str, layout: SheetLayout) -> Iterator[Row]:
        line = 0
        with self._book.open_part(part) as file:
            if file is None:
                return
            rows, text_of = PlainRows(file), lru_cache(CACHE_SIZE)(self._text)
            for attrs, cells in rows:
                line = _number(attrs.get("r"), line + 1)
                texts = _plain_texts(cells, text_of)
                if texts:
                    if attrs.get("hidden") in TRUE:
                        layout.hidden_lines.append(line)
                    yield Row(line, texts)
        for element in iter_elements(rows.rest, self._member.name, "mergeCell", "col"):
            _add_to_layout(element, layout)

    def _text(self, kind: str | None, value: str | None, style: str | None, formula: bool) -> str | Fault:  # noqa: FBT001
        return value_text(kind or "n", value and resolve_references(value), style, self._book, formula=formula)

    def _parsed_rows(self, part: str, layout: SheetLayout) -> Iterator[Row]:
        line = 0
        for element in self._book.elements(part, "row", "mergeCell", "col"):
            if local_name(element) != "row":
                _add_to_layout(element, layout)
                continue
            line = _number(element.get("r"), line + 1)
            cells = _cell_texts(element, self._book)
            hidden = element.get("hidden") in TRUE
            release(element)
            if cells:
                if hidden:
                    layout.hidden_lines.append(line)
                yield Row(line, cells)


TRUE = ("1", "true")


def _add_to_layout(element: Element, layout: SheetLayout) -> None:
    """Add merged cells, or hidden columns, to the layout."""
    if local_name(element) == "col":
        if element.get("hidden") in TRUE:
            first = _number(element.get("min"), 1)
            last = min(_number(element.get("max"), first), MAX_SHEET_COLUMNS)
            layout.hidden_columns |= {*range(first - 1, last)}
        return
    first_cell, _, last_cell = element.get("ref", "").replace("$", "").partition(":")
    layout.merged.append(Range(_line(first_cell), _line(last_cell), _column(first_cell, 0), _column(last_cell, 0)))


def _cell_texts(row: Element, book: Workbook) -> dict[int, str | Fault]:
    column, cells = -1, {}
    for cell in row:
        column = _column(cell.get("r"), column + 1)
        text = cell_text(cell, book)
        if isinstance(text, Fault) or text.strip():
            cells[column] = text
    return cells


def _plain_texts(cells: list[PlainCell], text_of: Callable[..., str | Fault]) -> dict[int, str | Fault]:
    """Return the texts of the cells of a plain row that have one."""
    column, texts = -1, {}
    for letters, style, kind, formula, value, inline in cells:
        column = ((_column_number(letters) if letters else 0) or column + 2) - 1
        if inline and kind == "inlineStr":
            text: str | Fault = unescape(resolve_references(inline))
        else:
            text = text_of(kind, value, style, formula is not None)
        if isinstance(text, Fault) or (text and not text.isspace()):
            texts[column] = text
    return texts


def _line(reference: str) -> int:
    return _number(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 0)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def _column(reference: str | None, default: int) -> int:
    """Return the 0-based column of a reference such as `AB12`."""
    return ((_column_number(reference.rstrip("0123456789")) if reference else None) or default + 1) - 1


@lru_cache(MAX_SHEET_COLUMNS)
def _column_number(letters: str) -> int:
    """Return the 1-based column that letters stand for, 0 if they are none."""
    number = 0
    for letter in letters.replace("$", "").upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


open_workbook = Book
