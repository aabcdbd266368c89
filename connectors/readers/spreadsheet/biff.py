"""The records of an xls file (BIFF5, BIFF8), as far as calamine does not tell what they say."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.spreadsheet import ole2
from connectors.readers.spreadsheet.calamine_gaps import ERRORS, Formats, Marks
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.readers import Member

BOF, EOF, FILEPASS, DATEMODE, BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0022, 0x0085
FORMAT, XF, ROW, COLINFO = 0x041E, 0x00E0, 0x0208, 0x007D
NUMBER, RK, MULRK, FORMULA, BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
TEXTS = (0x00FD, 0x0204, 0x00D6)
BIFF8 = 0x0600
OF_ERROR = 2


class Tab(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    at: int  # where its records begin
    hidden: bool
    worksheet: bool


class Biff:
    """The workbook stream of an xls file; raises RejectBatch: BAD_DOCUMENT, FILE_LOCKED, READER_LIMIT."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._data = ole2.stream(member, "Workbook", "Book")
        self.formats, self.from_1904 = Formats(), False
        self.tabs: list[Tab] = []
        self._wide = False
        try:
            for kind, body in self._records(0):
                self._global(kind, body)
        except (struct.error, IndexError) as error:
            raise ole2.broken(member, str(error)) from None

    def _records(self, at: int) -> Iterator[tuple[int, bytes]]:
        """Yield kind and body of each record up to the end of the part that begins at `at`."""
        data, depth = self._data, 0
        while at + 4 <= len(data):
            kind, size = struct.unpack_from("<HH", data, at)
            body = data[at + 4 : at + 4 + size]
            at += 4 + size
            depth += (kind == BOF) - (kind == EOF)
            if depth <= 0:
                return
            if depth == 1:  # a chart within a sheet has records of its own
                yield kind, body
        raise ole2.broken(self._member, "the records end too early")

    def _global(self, kind: int, body: bytes) -> None:
        if kind == BOF:
            self._wide = struct.unpack_from("<H", body)[0] >= BIFF8
        elif kind == FILEPASS:
            raise RejectBatch(Finding("FILE_LOCKED", file=self._member.name))
        elif kind == DATEMODE:
            self.from_1904 = body[:1] == b"\1"
        elif kind == FORMAT:
            number, code = self._format(body)
            self.formats.codes[number] = code
        elif kind == XF:
            self.formats.numbers.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == BOUNDSHEET:
            at, state, sort = struct.unpack_from("<IBB", body)
            self.tabs.append(Tab("", at, (state & 3) != 0, sort == 0))

    def _format(self, body: bytes) -> tuple[int, str]:
        if not self._wide:
            return struct.unpack_from("<H", body)[0], body[3 : 3 + body[2]].decode("cp1252", "replace")
        number, length, flags = struct.unpack_from("<HHB", body)
        wide = flags & 1
        return number, body[5 : 5 + (length << wide)].decode("utf-16-le" if wide else "latin-1", "replace")

    def marks(self, place: int, name: str) -> Marks:
        """Return the marks of a sheet by its place among all tabs."""
        marks = Marks()
        cells: dict[int, Callable[[bytes, Marks], None]] = {
            NUMBER: self._number, RK: self._number, MULRK: self._several, FORMULA: self._formula, BOOLERR: _error,
            ROW: _row, COLINFO: _columns, **dict.fromkeys(TEXTS, _text),
        }  # fmt: skip
        try:
            for kind, body in self._records(self.tabs[place].at):
                if kind in cells:
                    cells[kind](body, marks)
        except (struct.error, IndexError) as error:
            raise ole2.broken(self._member, str(error)) from None
        return marks.bounded(self._member, name)

    def _number(self, body: bytes, marks: Marks) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        marks.styled(row, column, self.formats.style(style))

    def _several(self, body: bytes, marks: Marks) -> None:
        row, first = struct.unpack_from("<HH", body)
        for column, at in enumerate(range(4, len(body) - 2, 6), first):
            marks.styled(row, column, self.formats.style(struct.unpack_from("<H", body, at)[0]))

    def _formula(self, body: bytes, marks: Marks) -> None:
        row, column, style, result, mark = struct.unpack_from("<HHH6sH", body)
        if mark != 0xFFFF:  # noqa: PLR2004 - a number
            marks.styled(row, column, self.formats.style(style))
        elif result[0] == OF_ERROR:
            marks.met(row, column)
            marks.errors[row, column] = ERRORS.get(result[2], "#ERROR")


def _text(body: bytes, marks: Marks) -> None:
    marks.met(*struct.unpack_from("<HH", body))


def _error(body: bytes, marks: Marks) -> None:
    row, column, _, value, is_error = struct.unpack_from("<HHHBB", body)
    marks.met(row, column)
    if is_error:
        marks.errors[row, column] = ERRORS.get(value, "#ERROR")


def _row(body: bytes, marks: Marks) -> None:
    if struct.unpack_from("<H", body, 12)[0] & 0x20:
        marks.hidden_rows.add(struct.unpack_from("<H", body)[0])


def _columns(body: bytes, marks: Marks) -> None:
    first, last, _, _, flags = struct.unpack_from("<HHHHH", body)
    if flags & 1:
        marks.hidden_columns |= {*range(first, min(last, 255) + 1)}
