"""Binary workbooks of Excel (xlsb)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.archive.zip_errors import require_package
from connectors.readers.spreadsheet import calamine, table
from connectors.readers.spreadsheet.xlsb_records import Parts
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed sheet, or of the first sheet that is shown and not empty, of all members.

    Raises what the reader of xls raises, and BAD_ARCHIVE.
    """
    del limits
    yield from table.read(members, fmt, note, opened)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return table.open_table(members[0], fmt, opened).names


def opened(member: Member) -> calamine.Book:
    """Open a workbook."""
    require_package(member, "xlsb")
    told = Parts(member)
    book = calamine.opened(member)
    places = {tab.name: place for place, tab in enumerate(told.tabs)}
    known = [name for name in book.sheet_names if name in places]
    if not known:
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value="zip", expected="xlsb"))
    found = [calamine.Sheet(name, places[name], told.tabs[places[name]].hidden) for name in known]
    return calamine.Book(member, book, told, found)
