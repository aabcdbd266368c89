"""Workbooks of Excel 5 to 2003 (xls)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.magic import require_kind
from connectors.readers.spreadsheet import calamine, ole2, table
from connectors.readers.spreadsheet.biff import Biff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed sheet, or of the first sheet that is shown and not empty, of all members.

    Raises RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_DOCUMENT, SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN,
    READER_LIMIT, MISSING_COLUMN (the members of an archive differ).
    """
    del limits
    yield from table.read(members, fmt, note, opened)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return table.open_table(members[0], fmt, opened).names


def opened(member: Member) -> calamine.Book:
    """Open a workbook."""
    require_kind(member, "xls", expected="xls")
    told = Biff(member)
    book = calamine.opened(member)
    known = book.sheet_names
    if len(known) != len(told.tabs):
        raise ole2.broken(member, f"{len(told.tabs)} sheets listed, {len(known)} found")
    pairs = zip(known, enumerate(told.tabs), strict=True)
    found = [calamine.Sheet(name, place, tab.hidden) for name, (place, tab) in pairs if tab.worksheet]
    return calamine.Book(member, book, told, found)
