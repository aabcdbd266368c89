"""Workbooks of Excel 5 to 2003 (xls, [MS-XLS])."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.magic import bad_document, require_kind
from connectors.readers.spreadsheet import calamine, table
from connectors.readers.spreadsheet.biff import Biff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the declared sheet, or of the first sheet that is shown and not empty, of all members.

    Rows without any value are left out.

    Raises:
        RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_DOCUMENT, SHEET_MISSING, NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT,
            MISSING_COLUMN (the members of an archive differ).
    """
    del limits
    yield from table.read(members, fmt, note, open_workbook)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return table.open_table(members[0], fmt, open_workbook).names


def open_workbook(member: Member) -> calamine.Book:
    """Open a workbook.

    Raises:
        RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_DOCUMENT, READER_LIMIT.
    """
    require_kind(member, "xls", expected="xls")
    records = Biff(member)
    book = calamine.open_workbook(member)
    names = book.sheet_names
    if len(names) != len(records.sheets):
        raise bad_document(member, f"{len(records.sheets)} sheets listed, {len(names)} found", "xls")
    pairs = zip(names, enumerate(records.sheets), strict=True)
    found = [table.Sheet(name, index, sheet.hidden) for name, (index, sheet) in pairs if sheet.is_worksheet]
    return calamine.Book(member, book, records, found)
