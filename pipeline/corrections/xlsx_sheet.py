"""The sheets of a workbook as values, and the workbook that XlsxWriter makes of them.

The same sheets give the same bytes: the date of the file is given, and members of the archive carry none.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from hub.scratch import scratch
from pipeline.corrections.xlsx_limits import LONGEST, NOT_XML, units
from pipeline.corrections.xlsx_styles import DEFAULT, FONT, Style, formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.format import Format

LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # of a workbook that answers no submission
PLAIN_TEXT = {  # no cell becomes a formula, a link or a number by what stands in it
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
NOTE = {  # a box of four columns and seven lines
    "author": "riskhub",
    "color": "#FFF8E1",
    "font_name": FONT,
    "font_size": 9,
    "width": 320,
    "height": 150,
}

Cell = tuple[str | int, Style]


class Page(Worksheet):  # type: ignore[misc]  # XlsxWriter tells no types
    """A worksheet whose texts are never markup, and always come back as they were.

    XlsxWriter copies a text between `<r>` and `</r>` into the sheet as it stands, since it takes it for a rich string
    of its own; a sender could write cells and formulas that way.  Here no text is one.
    """

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        self._xml_inline_string(string, preserve=True, attributes=attributes)

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        """Return a text as a cell's XML holds it, without the escapes of XML itself.

        What only looks like an escape is escaped, also where two share an underscore, which XlsxWriter misses.

        >>> Page._escape_control_characters("_x0041_x0042_")
        '_x005F_x0041_x005F_x0042_'
        """
        if data.isalnum():
            return data
        return _plain(LIKE_ESCAPE.sub("_x005F_", data)).replace("\r", "_x000D_")


@dataclass
class Sheet:
    """What a sheet shows; rows and columns count from 0."""

    name: str
    visible: bool = True
    rows: list[list[Cell | None]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)  # points, by row
    widths: list[tuple[float, Style]] = field(default_factory=list)  # by column; the style is that of its empty cells
    frozen: tuple[int, int] = (0, 0)  # rows and columns that stay in sight
    filtered: int | None = None  # the row of the header with buttons to filter by
    entries: int = 0  # the last row that somebody may fill: `choices` reach down to it
    merged: list[str] = field(default_factory=list)  # ranges such as A3:F3, one in a row
    choices: dict[int, str] = field(default_factory=dict)  # by column: the range that lists what may be chosen
    notes: dict[tuple[int, int], str] = field(default_factory=dict)  # by row and column
    lines: bool = True  # the grid of an ordinary sheet
    tab: str = "1F3A5F"


class Properties(NamedTuple):
    """What a workbook says of itself."""

    title: str
    made: datetime | None  # when the submission came that it answers
    custom: dict[str, str]


def workbook(sheets: Sequence[Sheet], about: Properties) -> bytes:
    """Return the workbook of these sheets, in their order; the first one is shown when it is opened.

    Rows are written to a file as soon as they are complete, in a folder that is removed also when the process dies.
    """
    with scratch("answer") as folder:
        return _workbook(sheets, about, folder)


def new_book(stream: IO[bytes], folder: Path) -> Workbook:
    """Return an empty workbook, which is written to `stream` when it is closed; its rows wait in `folder`.

    Its date is the same each time, until it is given another.
    """
    stored = {"constant_memory": True, "tmpdir": str(folder)}
    form = dict(DEFAULT)  # a copy, since XlsxWriter adds to it
    book = Workbook(stream, {"default_format_properties": form, **stored, **PLAIN_TEXT})
    book.set_properties({"author": "riskhub", "created": EPOCH})
    return book


def _workbook(sheets: Sequence[Sheet], about: Properties, folder: Path) -> bytes:
    stream = io.BytesIO()
    book = new_book(stream, folder)
    made = (about.made or EPOCH).astimezone(UTC)
    book.set_properties({"title": _plain(about.title), "author": "riskhub", "created": made})
    for name, value in about.custom.items():
        book.set_custom_property(name, value, "text")
    styles = formats(book)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name, Page)
        _frame(page, sheet, styles)
        merged = {xl_cell_to_rowcol(each.partition(":")[0])[0]: each for each in sheet.merged}
        notes = _by_row(sheet.notes)
        for at, cells in enumerate(sheet.rows):  # all of a row at once: XlsxWriter takes nothing for an earlier one
            if at in merged:
                page.merge_range(merged[at], "")
            _row(page, at, cells, styles)
            for column, note in notes[at]:
                page.write_comment(at, column, _plain(_cut(note)), NOTE)
        _extras(page, sheet)
    book.close()
    return stream.getvalue()


def _frame(page: Worksheet, sheet: Sheet, styles: dict[Style, Format]) -> None:
    page.set_tab_color(f"#{sheet.tab}")
    page.set_default_row(16)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if not sheet.visible:
        page.hide()
    if not sheet.lines:
        page.hide_gridlines(2)
    if any(sheet.frozen):
        page.freeze_panes(*sheet.frozen)
    for at, (width, style) in enumerate(sheet.widths):
        page.set_column(at, at, width, styles[style])
    for at, height in sheet.heights.items():
        page.set_row(at, height)


def _row(page: Worksheet, at: int, cells: list[Cell | None], styles: dict[Style, Format]) -> None:
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        value, style = cell
        if isinstance(value, int):
            page.write_number(at, column, value, styles[style])
        elif value:
            page.write_string(at, column, _cut(value), styles[style])
        else:
            page.write_blank(at, column, None, styles[style])


def _extras(page: Worksheet, sheet: Sheet) -> None:
    if sheet.filtered is None:
        return
    last = len(sheet.rows) - 1
    page.autofilter(sheet.filtered, 0, last, len(sheet.rows[sheet.filtered]) - 1)
    first = sheet.filtered + 1
    for column, among in sheet.choices.items():
        rule = {"validate": "list", "source": f"={among}", "error_type": "warning"}
        page.data_validation(first, column, max(last, first, sheet.entries), column, rule)


def _by_row(notes: dict[tuple[int, int], str]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), note in notes.items():
        found[row].append((column, note))
    return found


def _cut(value: str) -> str:
    """Return a text that is not longer than a cell or a note may be."""
    return value if units(value) <= LONGEST else f"{value[: LONGEST // 2]}…"


def _plain(value: str) -> str:
    """Return a text with a mark in the place of what XML cannot say."""
    return NOT_XML.sub("\ufffd", value)
