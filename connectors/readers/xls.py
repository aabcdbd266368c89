"""Workbooks of Excel 5 to 2003 (xls)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers import calamine, compound, sheets
from connectors.readers.biff import Biff
from connectors.readers.kinds import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.format import Format
    from connectors.readers import Limits, Member, Note
    from connectors.rows import Chunk


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed sheet, or of the first sheet that is shown and not empty, of all members.

    Raises RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_DOCUMENT, SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN,
    READER_LIMIT, MISSING_COLUMN (the members of an archive differ).
    """
    del limits
    yield from sheets.read(members, fmt, note, opened)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return sheets.open_table(members[0], fmt, opened).names


def opened(member: Member) -> calamine.Book:
    """Open a workbook."""
    require(member, "xls", expected="xls")
    told = Biff(member)
    book = calamine.opened(member)
    known = book.sheet_names
    if len(known) != len(told.tabs):
        raise compound.broken(member, f"{len(told.tabs)} sheets listed, {len(known)} found")
    pairs = zip(known, enumerate(told.tabs), strict=True)
    found = [calamine.Sheet(name, place, tab.hidden) for name, (place, tab) in pairs if tab.worksheet]
    return calamine.Book(member, book, told, found)
