"""A cell of a sheet as text: what its author wrote or sees, never what a float makes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.readers.markup import local
from connectors.readers.workbook import Shows, Style, text_of, unescaped
from connectors.rows import Fault

if TYPE_CHECKING:
    from connectors.readers.markup import Element
    from connectors.readers.workbook import Workbook

EXACT, EXACT_DIGITS = 10**15, 15  # a spreadsheet keeps 15 digits; what was typed with more is lost
LAST_DAY = 2_958_466  # 10000-01-01
LEAP_BUG = 60  # 1900-02-29, which spreadsheets believe in
MILLISECONDS = 86_400_000


def cell_text(cell: Element, book: Workbook) -> str | Fault:
    """Return the text of a cell, "" for an empty one; a Fault for an error or a value that cannot be trusted."""
    kind, value, formula, inline = cell.get("t", "n"), None, False, None
    for part in cell:
        name = local(part)
        if name == "v":
            value = part.text or ""
        elif name == "f":
            formula = True
        elif name == "is":
            inline = part
    if kind == "inlineStr" and inline is not None:
        return text_of(inline)
    if not value:
        # A formula may well give an empty text, but never an empty number: that one was not calculated.
        return Fault("CELL_ERROR", "formula") if formula and kind != "str" else ""
    return _value(kind, value, cell, book)


def _value(kind: str, value: str, cell: Element, book: Workbook) -> str | Fault:
    if kind == "n":
        return number_text(value, _style(cell, book), from_1904=book.from_1904)
    if kind == "s":
        return _shared(value, book)
    if kind == "b":
        return "TRUE" if value in ("1", "true") else "FALSE"
    if kind == "e":
        return Fault("CELL_ERROR", value)
    return unescaped(value)  # str: the result of a formula; d: a date in ISO form


def _shared(value: str, book: Workbook) -> str | Fault:
    try:
        return book.texts[int(value)]
    except (ValueError, IndexError):
        return Fault("CELL_ERROR", "text")


def _style(cell: Element, book: Workbook) -> Style:
    try:
        return book.styles[int(cell.get("s") or 0)]
    except (ValueError, IndexError):
        return Style()


def number_text(value: str, style: Style, *, from_1904: bool = False) -> str | Fault:
    """Return a number as it would be typed: without `.0`, without exponent; dates and times in ISO form."""
    try:
        number = float(value)
    except ValueError:
        return Fault("CELL_ERROR", "number")
    if style.shows is not Shows.NUMBER and 0 <= number < LAST_DAY:
        return moment_text(number, style.shows, from_1904=from_1904)
    if value.isdecimal() and len(value) < EXACT_DIGITS and not style.zeros:
        return value.lstrip("0") or "0"
    if not number.is_integer():
        # The shortest text of the float: Excel writes 0.1 as 0.10000000000000001.
        return format(Decimal(repr(number)), "f") if number - number == 0 else Fault("CELL_ERROR", "number")
    if abs(number) >= EXACT:
        return Fault("PRECISION_LOST", f"{len(str(abs(int(number))))} digits")
    whole = int(number)
    return f"{whole:0{style.zeros + (whole < 0)}d}" if style.zeros else str(whole)


def moment_text(serial: float, shows: Shows, *, from_1904: bool = False) -> str:
    """Return the ISO text of a serial date, to the millisecond; `[h]:mm` gives hours that may pass 24."""
    milliseconds = round(serial * MILLISECONDS)
    if shows is Shows.ELAPSED:
        minutes, rest = divmod(milliseconds, 60_000)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}"
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if serial < LEAP_BUG else 30)  # noqa: DTZ001 - local by nature
    moment = start + timedelta(milliseconds=milliseconds)
    if shows is Shows.TIME and serial < 1:
        return moment.time().isoformat()
    if shows is Shows.DATE and milliseconds % MILLISECONDS == 0:
        return moment.date().isoformat()
    return moment.isoformat(timespec="auto" if moment.microsecond else "seconds")
