"""A cell of a sheet as text: what its author typed or sees, not what a float makes of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.number_formats import displayed
from connectors.readers.spreadsheet.ooxml import Shows, Style, string_text, unescape
from connectors.readers.tree.safe_xml import local_name

if TYPE_CHECKING:
    from connectors.readers.spreadsheet.ooxml import Workbook
    from connectors.readers.tree.safe_xml import Element

FIRST_INEXACT, MAX_DIGITS = 10**15, 15  # a spreadsheet stores 15 digits; further ones are lost
AFTER_LAST_DAY = 2_958_466  # 10000-01-01
LEAP_BUG = 60  # 1900-02-29, a day that spreadsheets count
MILLISECONDS = 86_400_000
CACHE_SIZE = 1 << 14  # texts that repeat


def cell_text(cell: Element, book: Workbook) -> str | Fault:
    """Return the text of a cell element of xlsx (ECMA-376 part 1, 18.3.1.4).

    Returns:
        "" for an empty cell; a Fault for an error or a value that cannot be trusted.
    """
    kind, value, formula, inline = cell.get("t", "n"), None, False, None
    for part in cell:
        name = local_name(part)
        if name == "v":
            value = part.text or ""
        elif name == "f":
            formula = True
        elif name == "is":
            inline = part
    if kind == "inlineStr" and inline is not None:
        return string_text(inline)
    return value_text(kind, value, cell.get("s"), book, formula=formula)


def value_text(kind: str, value: str | None, style: str | None, book: Workbook, *, formula: bool) -> str | Fault:
    """Return the text of the value of a cell without inline text.

    Args:
        kind: The type `t` of the cell: n, s, b, e, str or d.
        value: The text of `<v>`.
        style: The index `s` of the cell style.
        book: For shared strings, styles and the date system.
        formula: Whether the cell has a formula.

    Returns:
        "" for an empty cell; a Fault for an error or a value that cannot be trusted.
    """
    if not value:
        # A formula may well give an empty text, but never an empty number: that one was not calculated.
        return Fault("CELL_ERROR", "formula") if formula and kind != "str" else ""
    if kind == "n":
        return number_text(value, _style(style, book), from_1904=book.from_1904)
    if kind == "s":
        return _shared(value, book)
    if kind == "b":
        return "TRUE" if value in ("1", "true") else "FALSE"
    if kind == "e":
        return Fault("CELL_ERROR", value)
    return unescape(value)  # str: the result of a formula; d: a date in ISO form


def _shared(value: str, book: Workbook) -> str | Fault:
    try:
        return book.texts[int(value)]
    except (ValueError, IndexError):
        return Fault("CELL_ERROR", "text")


def _style(style: str | None, book: Workbook) -> Style:
    try:
        return book.styles[int(style or 0)]
    except (ValueError, IndexError):
        return Style()


def number_text(  # noqa: PLR0911 - one for each kind of number
    value: str, style: Style, *, from_1904: bool = False
) -> str | Fault:
    """Return a number as it would be typed: without `.0` and exponent; dates and times in ISO 8601.

    Args:
        value: As the file has it.
        style: The number format of the cell.
        from_1904: Whether days are counted from 1904-01-01.

    Returns:
        The text; a Fault CELL_ERROR (no number, or no day), PRECISION_LOST (over 15 digits) or SHOWN_OTHERWISE.

    >>> number_text("17.0", Style(zeros=4)), number_text("45000.5", Style(Shows.MOMENT))
    ('0017', '2023-03-15T12:00:00')
    """
    plain = style.shows is Shows.NUMBER and not style.zeros and not style.sections
    if plain and len(value) < MAX_DIGITS and value.isascii() and value.isdecimal():
        return value.lstrip("0") or "0"
    try:
        number = float(value)
    except ValueError:
        return Fault("CELL_ERROR", "number")
    if style.shows is not Shows.NUMBER and 0 <= number < AFTER_LAST_DAY:
        with suppress(OverflowError):  # a day counted from 1904 that is after the year 9999
            return moment_text(number, style.shows, from_1904=from_1904)
    if style.shows is not Shows.NUMBER and number - number == 0:
        return Fault("CELL_ERROR", "date")  # before the first day or after the last, shown as #####
    if style.sections and number - number == 0 and abs(number) < FIRST_INEXACT:
        return displayed(Decimal(repr(number)), style.sections, style.zeros)
    if not number.is_integer():
        # The shortest text of the float: Excel writes 0.1 as 0.10000000000000001.
        return format(Decimal(repr(number)), "f") if number - number == 0 else Fault("CELL_ERROR", "number")
    if abs(number) >= FIRST_INEXACT:
        return Fault("PRECISION_LOST", f"{len(str(abs(int(number))))} digits")
    whole = int(number)
    return f"{whole:0{style.zeros + (whole < 0)}d}" if style.zeros else str(whole)


def moment_text(serial: float, shows: Shows, *, from_1904: bool = False) -> str:
    """Return the ISO 8601 text of a serial date, to the millisecond.

    Args:
        serial: Days since the first day of the date system.
        shows: Which parts are shown; elapsed time gives hours that may exceed 24.
        from_1904: Whether days are counted from 1904-01-01.

    >>> moment_text(1.5, Shows.ELAPSED), moment_text(45000, Shows.DATE)
    ('36:00:00', '2023-03-15')
    """
    milliseconds = round(serial * MILLISECONDS)
    if shows is Shows.ELAPSED:
        minutes, rest = divmod(milliseconds, 60_000)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}"
    days, rest = divmod(milliseconds, MILLISECONDS)
    if shows is Shows.TIME and serial < 1:
        return _clock(rest)
    day = _day(days, (1904, 1, 1) if from_1904 else (1899, 12, 31 if serial < LEAP_BUG else 30))
    return day if shows is Shows.DATE and not rest else f"{day}T{_clock(rest)}"


@lru_cache(CACHE_SIZE)
def _day(days: int, start: tuple[int, int, int]) -> str:
    return (date(*start) + timedelta(days)).isoformat()


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}000" if rest else text
