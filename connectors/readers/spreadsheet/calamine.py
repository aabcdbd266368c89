"""Old and binary workbooks: values from calamine, and the rest from the file's own records.

Calamine gives an error cell as an empty one, a number without the zeros of its format, and nothing about hidden parts.
It allocates memory for the whole rectangle of a sheet, so that is bounded before it is called.  It may abort the
process; the process is a child that may be aborted.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from connectors.readers.magic import bad_document
from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.calamine_gaps import PLAIN_STYLE, MergedRange
from connectors.readers.spreadsheet.cell_text import moment_text, number_text
from connectors.readers.spreadsheet.ooxml import Shows
from connectors.readers.spreadsheet.table import Range, Row, Sheet, SheetLayout
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member
    from connectors.readers.spreadsheet.calamine_gaps import SheetRecords
    from connectors.readers.spreadsheet.ooxml import Style

PANIC_CLASS = "PanicException"
HALF_A_MILLISECOND = timedelta(microseconds=500)
SECONDS_PER_DAY = 86_400
FIRST_YEAR = 1899  # its last day stands for 0


class WorkbookRecords(Protocol):
    """The records of a workbook that calamine does not report."""

    from_1904: bool

    def sheet_records(self, index: int, name: str) -> SheetRecords:
        """Return what the records of a sheet say beyond its values.

        Args:
            index: Of the sheet in `sheets`.
            name: Of the sheet, for findings.
        """


class Book:
    """A workbook read by calamine, as `table.Book` describes it."""

    def __init__(self, member: Member, book: CalamineWorkbook, records: WorkbookRecords, sheets: list[Sheet]) -> None:
        self._member, self._book, self._records = member, book, records
        self.sheets, self.from_1904 = sheets, records.from_1904

    def rows(self, sheet: Sheet, layout: SheetLayout) -> Iterator[Row]:
        """Yield the rows that have a value.

        Args:
            sheet: One of `sheets`.
            layout: Filled on the way; complete when the rows are exhausted.
        """
        records = self._records.sheet_records(sheet.index, sheet.name)
        with _reject_broken(self._member):
            grid = self._book.get_sheet_by_name(sheet.name)
        layout.hidden_columns |= records.hidden_columns
        merged = [
            MergedRange(top, bottom, left, right) for (top, left), (bottom, right) in grid.merged_cell_ranges or ()
        ]
        layout.merged += [
            Range(each.top + 1, each.bottom + 1, each.left, each.right) for each in merged or records.merged
        ]
        errors: dict[int, dict[int, str]] = {}
        for (row, column), text in records.errors.items():
            errors.setdefault(row, {})[column] = text
        # Its rows begin at the first of the sheet, their cells at the first column with a value.
        first_column = grid.start[1] if grid.start else 0
        for row, values in enumerate(grid.iter_rows()):
            cells = dict(_cell_texts(row, first_column, values, records))
            cells |= {column: Fault("CELL_ERROR", text) for column, text in errors.pop(row, {}).items()}
            yield from _to_row(row, cells, records, layout)
        for row in sorted(errors):  # rows of nothing but errors, beyond what calamine takes for the sheet
            yield from _to_row(
                row, {at: Fault("CELL_ERROR", text) for at, text in errors[row].items()}, records, layout
            )


def open_workbook(member: Member) -> CalamineWorkbook:
    """Open a workbook with calamine.

    Raises:
        RejectBatch: BAD_DOCUMENT, FILE_LOCKED.
    """
    with _reject_broken(member):
        return CalamineWorkbook.from_path(member.path)


@contextmanager
def _reject_broken(member: Member) -> Iterator[None]:
    """Turn the errors of the library into RejectBatch; its panics are no ordinary exceptions."""
    try:
        yield
    except PasswordError:
        raise RejectBatch(Finding("FILE_LOCKED", file=member.name)) from None
    except (CalamineError, ValueError) as error:
        raise bad_document(member, str(error), "Excel") from None
    except BaseException as error:
        if type(error).__name__ != PANIC_CLASS:
            raise
        raise bad_document(member, PANIC_CLASS, "Excel") from None


def _to_row(row: int, cells: dict[int, str | Fault], records: SheetRecords, layout: SheetLayout) -> Iterator[Row]:
    if cells:
        if row in records.hidden_rows:
            layout.hidden_lines.append(row + 1)
        yield Row(row + 1, cells)


def _cell_texts(
    row: int, first_column: int, values: list[Any], records: SheetRecords
) -> Iterator[tuple[int, str | Fault]]:
    for column, value in enumerate(values, first_column):
        if value == "":
            continue
        text = value_text(value, records.styles.get((row, column), PLAIN_STYLE))
        if isinstance(text, Fault) or text.strip():
            yield column, text


def _join_bytes(text: str) -> str:
    """Return a two-byte text that was decoded as one byte a character: a NUL follows every character."""
    apart = len(text) % 2 == 0 and not text[1::2].strip("\0") and "\0" not in text[::2]
    return text[::2] if apart else text


def value_text(value: Any, style: Style = PLAIN_STYLE) -> str | Fault:  # noqa: PLR0911 - one per type
    """Return a value of calamine as text, as the reader of xlsx gives it.

    Args:
        value: A str, bool, int, float, date, time, datetime or timedelta.
        style: The number format of the cell.

    Returns:
        The text; a Fault (CELL_ERROR, PRECISION_LOST, SHOWN_OTHERWISE) for a value that cannot be trusted.

    >>> value_text(3.0), value_text(date(2026, 3, 2)), value_text(True)
    ('3', '2026-03-02', 'TRUE')
    """
    if isinstance(value, str):
        return _join_bytes(value) if "\0" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(repr(value), style)
    if isinstance(value, timedelta) and value < timedelta(0):
        return Fault("CELL_ERROR", "date")
    if isinstance(value, timedelta):
        return moment_text(value.total_seconds() / SECONDS_PER_DAY, Shows.ELAPSED)
    if isinstance(value, datetime):
        if value.year < FIRST_YEAR:
            return Fault("CELL_ERROR", "date")  # a negative number as a date, shown as #####
        moment = value + HALF_A_MILLISECOND
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        return moment.isoformat(timespec="auto" if moment.microsecond else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return Fault("CELL_ERROR", type(value).__name__)
