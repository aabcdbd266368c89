"""Old and binary workbooks: values from calamine, and from the file's own records what it hides.

Calamine gives an error cell as an empty one, a number without the zeros of its format, and nothing about what is
hidden.  It takes memory for the whole rectangle of a sheet, so that is bounded before it is called.  It may end the
process; the process is there to be ended.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.calamine_gaps import PLAIN
from connectors.readers.spreadsheet.cell_text import moment_text, number_text
from connectors.readers.spreadsheet.ooxml import Shows
from connectors.readers.spreadsheet.table import Range, Row, Seen
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member
    from connectors.readers.spreadsheet.calamine_gaps import Marks
    from connectors.readers.spreadsheet.ooxml import Style

PANIC = "PanicException"
HALF_A_MILLISECOND = timedelta(microseconds=500)
DAY = 86_400
FIRST_YEAR = 1899  # its last day stands for 0


class Told(Protocol):
    """The records of a workbook."""

    from_1904: bool

    def marks(self, place: int, name: str) -> Marks:
        """Return the marks of a sheet by its place among the worksheets' tabs."""


@dataclass(frozen=True)
class Sheet:
    """One worksheet: `place` is what its records know it by."""

    name: str
    place: int
    hidden: bool


class Book:
    """A workbook as `connectors.readers.spreadsheet.table` reads it."""

    def __init__(self, member: Member, book: CalamineWorkbook, told: Told, sheets: list[Sheet]) -> None:
        self._member, self._book, self._told = member, book, told
        self.sheets, self.from_1904 = sheets, told.from_1904

    def rows(self, sheet: Sheet, seen: Seen) -> Iterator[Row]:
        """Yield the rows that have a value; fill `seen` on the way."""
        marks = self._told.marks(sheet.place, sheet.name)
        with _whole(self._member):
            grid = self._book.get_sheet_by_name(sheet.name)
        seen.hidden_columns |= marks.hidden_columns
        known = [(top, bottom, left, right) for (top, left), (bottom, right) in grid.merged_cell_ranges or ()]
        seen.merged += [Range(top + 1, bottom + 1, left, right) for top, bottom, left, right in known or marks.merged]
        errors: dict[int, dict[int, str]] = {}
        for (row, column), text in marks.errors.items():
            errors.setdefault(row, {})[column] = text
        # Its rows begin at the first of the sheet, their cells at the first column with a value.
        left = grid.start[1] if grid.start else 0
        for row, values in enumerate(grid.iter_rows()):
            cells = dict(_cells(row, left, values, marks))
            cells |= {column: Fault("CELL_ERROR", text) for column, text in errors.pop(row, {}).items()}
            yield from _row(row, cells, marks, seen)
        for row in sorted(errors):  # rows of nothing but errors, beyond what calamine takes for the sheet
            yield from _row(row, {at: Fault("CELL_ERROR", text) for at, text in errors[row].items()}, marks, seen)


def opened(member: Member) -> CalamineWorkbook:
    """Open a workbook.  Raises RejectBatch: BAD_DOCUMENT, FILE_LOCKED."""
    with _whole(member):
        return CalamineWorkbook.from_path(member.path)


@contextmanager
def _whole(member: Member) -> Iterator[None]:
    """Turn what the library makes of a broken workbook into RejectBatch; its panics are no ordinary exceptions."""
    try:
        yield
    except PasswordError:
        raise RejectBatch(Finding("FILE_LOCKED", file=member.name)) from None
    except (CalamineError, ValueError) as error:
        raise _broken(member, str(error)) from None
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _broken(member, PANIC) from None


def _broken(member: Member, why: str) -> RejectBatch:
    return RejectBatch(Finding("BAD_DOCUMENT", file=member.name, value=quoted(why), expected="Excel"))


def _row(row: int, cells: dict[int, str | Fault], marks: Marks, seen: Seen) -> Iterator[Row]:
    if cells:
        if row in marks.hidden_rows:
            seen.hidden_lines.append(row + 1)
        yield Row(row + 1, cells)


def _cells(row: int, left: int, values: list[Any], marks: Marks) -> Iterator[tuple[int, str | Fault]]:
    for column, value in enumerate(values, left):
        if value == "":
            continue
        text = text_of(value, marks.styles.get((row, column), PLAIN))
        if isinstance(text, Fault) or text.strip():
            yield column, text


def _joined(text: str) -> str:
    """Return a text of two bytes a character that was read as one of one byte: a NUL stands after every character."""
    apart = len(text) % 2 == 0 and not text[1::2].strip("\0") and "\0" not in text[::2]
    return text[::2] if apart else text


def text_of(value: Any, style: Style = PLAIN) -> str | Fault:  # noqa: PLR0911 - one per type
    """Return a value as the reader of xlsx workbooks would."""
    if isinstance(value, str):
        return _joined(value) if "\0" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(repr(value), style)
    if isinstance(value, timedelta) and value < timedelta(0):
        return Fault("CELL_ERROR", "date")
    if isinstance(value, timedelta):
        return moment_text(value.total_seconds() / DAY, Shows.ELAPSED)
    if isinstance(value, datetime):
        if value.year < FIRST_YEAR:
            return Fault("CELL_ERROR", "date")  # a negative number as a date: the sender sees #####
        moment = value + HALF_A_MILLISECOND
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        return moment.isoformat(timespec="auto" if moment.microsecond else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return Fault("CELL_ERROR", type(value).__name__)
