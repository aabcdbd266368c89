"""The binary parts of an xlsb package, as far as calamine does not tell what they say ([MS-XLSB])."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, NamedTuple

from connectors.readers.spreadsheet.calamine_gaps import ERRORS, Formats, Marks
from connectors.readers.spreadsheet.ooxml import Workbook
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member

ROW_HEADER, FIRST_CELL, LAST_CELL = 0, 1, 11
NUMBERS, ERROR_CELLS = (2, 5, 9), (3, 11)
FORMAT, STYLE, STYLES_BEGIN, STYLES_END = 44, 47, 617, 618
COLUMNS, MERGED, TAB, PROPERTIES = 60, 176, 156, 153
LONGEST = 1 << 20  # bytes of a record: the longest text is a fifteenth of it
WIDEST = 1 << 14


class Tab(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


class Parts:
    """An xlsb package; raises RejectBatch: BAD_ARCHIVE, BAD_DOCUMENT, READER_LIMIT."""

    def __init__(self, member: Member) -> None:
        self._member, self._package = member, Workbook(member)
        self.from_1904 = False
        self.tabs: list[Tab] = []
        self.formats = Formats()
        main = self._package.main
        sheets = self._package.related(main, "worksheet")
        for kind, body in self._records(main):
            if kind == PROPERTIES:
                self.from_1904 = bool(body[0] & 1)
            elif kind == TAB:
                state = struct.unpack_from("<I", body)[0]
                related, at = _wide_text(body, 8)
                name, _ = _wide_text(body, at)
                if related in sheets:
                    self.tabs.append(Tab(name, sheets[related], state != 0))
        for part in self._package.related(main, "styles").values():
            self._styles(part)

    def _styles(self, part: str) -> None:
        within = False
        for kind, body in self._records(part):
            within = kind == STYLES_BEGIN or (within and kind != STYLES_END)
            if kind == FORMAT:
                self.formats.codes[struct.unpack_from("<H", body)[0]] = _wide_text(body, 2)[0]
            elif kind == STYLE and within:
                self.formats.numbers.append(struct.unpack_from("<H", body, 2)[0])

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        """Yield kind and body of each record of a part."""
        try:
            with self._package.stream(part) as file:
                while file is not None and (kind := _number(file, 2)) is not None:
                    size = _number(file, 4) or 0
                    if size > LONGEST:
                        raise RejectBatch(Finding("READER_LIMIT", file=self._member.name, value=f"{size} bytes"))
                    body = file.read(size)
                    if len(body) < size:
                        raise EOFError(part)
                    yield kind, body
        except (struct.error, IndexError) as error:
            bad = Finding("BAD_DOCUMENT", file=self._member.name, value=quoted(f"{part}: {error}"), expected="xlsb")
            raise RejectBatch(bad) from None

    def marks(self, place: int, name: str) -> Marks:
        """Return the marks of a sheet by its place among the worksheets."""
        marks, row = Marks(), 0
        for kind, body in self._records(self.tabs[place].part):
            if kind == ROW_HEADER:
                row = struct.unpack_from("<I", body)[0]
                if body[11] & 0x10:
                    marks.hidden_rows.add(row)
            elif FIRST_CELL < kind <= LAST_CELL:
                _cell(kind, body, row, marks, self.formats)
            elif kind == MERGED:
                marks.merged.append(struct.unpack_from("<IIII", body))
            elif kind == COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<IIIIH", body)
                if flags & 1:
                    marks.hidden_columns |= {*range(first, min(last, WIDEST) + 1)}
        return marks.bounded(self._member, name)


def _cell(kind: int, body: bytes, row: int, marks: Marks, formats: Formats) -> None:
    column, style = struct.unpack_from("<II", body)
    marks.met(row, column)
    if kind in ERROR_CELLS:
        marks.errors[row, column] = ERRORS.get(body[8], "#ERROR")
    elif kind in NUMBERS:
        marks.styled(row, column, formats.style(style & 0xFFFFFF))


def _number(file: IO[bytes], most: int) -> int | None:
    """Return a number of up to `most` bytes of seven bits; None at the end of the file."""
    number = 0
    for place in range(most):
        byte = file.read(1)
        if not byte:
            return None
        number |= (byte[0] & 0x7F) << (7 * place)
        if byte[0] < 0x80:  # noqa: PLR2004 - the last byte
            break
    return number


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    """Return a text, and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    length = 0 if length == 0xFFFFFFFF else length  # noqa: PLR2004 - no text
    return body[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"), at + 4 + 2 * length
