"""Binary workbooks of Excel (xlsb, [MS-XLSB])."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.archive.zip_errors import require_package
from connectors.readers.spreadsheet import calamine, table
from connectors.readers.spreadsheet.xlsb_records import XlsbPackage
from hub.errors import RejectBatch
from hub.finding import Finding

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
            MISSING_COLUMN (the members of an archive differ); BAD_ARCHIVE.
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
        RejectBatch: WRONG_FORMAT, FILE_LOCKED, BAD_ARCHIVE, BAD_DOCUMENT, READER_LIMIT.
    """
    require_package(member, "xlsb")
    records = XlsbPackage(member)
    book = calamine.open_workbook(member)
    indices = {sheet.name: index for index, sheet in enumerate(records.sheets)}
    names = [name for name in book.sheet_names if name in indices]
    if not names:
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="zip", expected="xlsb"))
    found = [table.Sheet(name, indices[name], records.sheets[indices[name]].hidden) for name in names]
    return calamine.Book(member, book, records, found)
