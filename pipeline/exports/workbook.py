"""A table as a workbook: days, times and numbers as such, and texts that stay texts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hub.formula_guard import begins_like_formula
from hub.scratch import scratch
from pipeline.corrections.xlsx_limits import in_one_cell
from pipeline.corrections.xlsx_sheet import Page, new_book
from pipeline.corrections.xlsx_styles import Style, formats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SHEET = "data"
EXACT_DIGITS = 15  # of a number in a cell; one with more is written as text
EXACT_WHOLE = 10**EXACT_DIGITS
WIDTH = 18.0
FIRST_YEAR = 1900  # of the calendar of workbooks; earlier days are written as text


def write_workbook(file: IO[bytes], schema: pa.Schema, parts: Iterable[pa.Table]) -> None:
    """Write one sheet with a header; times are in UTC, without their zone, which a cell cannot hold.

    Rows are written to a file as soon as they are complete.  The same rows give the same bytes.
    """
    with scratch("answer") as folder, new_book(file, folder) as book:
        styles = formats(book)
        page = book.add_worksheet(SHEET, Page)
        page.freeze_panes(1, 0)
        page.set_column(0, len(schema) - 1, WIDTH)
        for at, field in enumerate(schema):
            page.write_string(0, at, _title(field), styles[Style.HEADER])
        row = 0
        for part in parts:
            for cells in zip(*(column.to_pylist() for column in part.columns), strict=True):
                row += 1
                for at, value in enumerate(cells):
                    if value is not None:
                        _write(page, row, at, value, styles)


def _title(field: pa.Field) -> str:
    return f"{field.name} (UTC)" if pa.types.is_timestamp(field.type) and field.type.tz else str(field.name)


def _write(page: Worksheet, row: int, at: int, value: Any, styles: dict[Style, Format]) -> None:
    match value:
        case bool():
            page.write_boolean(row, at, value)
        case int() if abs(value) < EXACT_WHOLE:
            page.write_number(row, at, value, styles[Style.WHOLE])
        case float() if isfinite(value):
            page.write_number(row, at, value, styles[Style.NUMBER])
        case Decimal() if len(value.as_tuple().digits) <= EXACT_DIGITS:
            page.write_number(row, at, float(value), styles[Style.NUMBER])
        case datetime() if value.year >= FIRST_YEAR:
            page.write_datetime(row, at, value.replace(tzinfo=None), styles[Style.MOMENT])
        case date() if value.year >= FIRST_YEAR:
            page.write_datetime(row, at, value, styles[Style.DAY])
        case _:
            text = in_one_cell(str(value))
            page.write_string(row, at, text, styles[Style.QUOTED if begins_like_formula(text) else Style.TEXT])
