"""The records of an xls file ([MS-XLS], BIFF5 and BIFF8) that calamine does not report."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.magic import bad_document
from connectors.readers.spreadsheet import ole2
from connectors.readers.spreadsheet.calamine_gaps import ERROR_TEXTS, NumberFormats, SheetRecords
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.readers import Member

BOF, EOF, FILEPASS, DATEMODE, BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0022, 0x0085
FORMAT, XF, ROW, COLINFO = 0x041E, 0x00E0, 0x0208, 0x007D
NUMBER, RK, MULRK, FORMULA, BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
TEXT_CELLS = (0x00FD, 0x0204, 0x00D6)
BIFF8 = 0x0600
ERROR_RESULT = 2


class BoundSheet(NamedTuple):
    """A sheet as the workbook lists it (BOUNDSHEET).

    Attributes:
        offset: Byte offset of its records in the workbook stream.
        hidden: Whether its tab is hidden.
        is_worksheet: False for charts, macros and dialogs.
    """

    offset: int
    hidden: bool
    is_worksheet: bool


class Biff:
    """The workbook stream of an xls file.

    Raises:
        RejectBatch: BAD_DOCUMENT, FILE_LOCKED, READER_LIMIT; also by `sheet_records`.
    """

    def __init__(self, member: Member) -> None:
        self._member = member
        self._data = ole2.read_stream(member, "Workbook", "Book")
        self.formats, self.from_1904 = NumberFormats(), False
        self.sheets: list[BoundSheet] = []
        self._wide = False
        try:
            for kind, body in self._records(0):
                self._workbook_record(kind, body)
        except (struct.error, IndexError) as error:
            raise bad_document(member, str(error), "xls") from None

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
        raise bad_document(self._member, "the records end too early", "xls")

    def _workbook_record(self, kind: int, body: bytes) -> None:
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
            self.sheets.append(BoundSheet(at, (state & 3) != 0, sort == 0))

    def _format(self, body: bytes) -> tuple[int, str]:
        if not self._wide:
            return struct.unpack_from("<H", body)[0], body[3 : 3 + body[2]].decode("cp1252", "replace")
        number, length, flags = struct.unpack_from("<HHB", body)
        wide = flags & 1
        return number, body[5 : 5 + (length << wide)].decode("utf-16-le" if wide else "latin-1", "replace")

    def sheet_records(self, index: int, name: str) -> SheetRecords:
        """Return what the records of a sheet say beyond its values.

        Args:
            index: Of the sheet in `sheets`.
            name: Of the sheet, for findings.
        """
        records = SheetRecords()
        cells: dict[int, Callable[[bytes, SheetRecords], None]] = {
            NUMBER: self._number, RK: self._number, MULRK: self._multiple_numbers, FORMULA: self._formula,
            BOOLERR: _error_cell, ROW: _row_record, COLINFO: _column_record, **dict.fromkeys(TEXT_CELLS, _text_cell),
        }  # fmt: skip
        try:
            for kind, body in self._records(self.sheets[index].offset):
                if kind in cells:
                    cells[kind](body, records)
        except (struct.error, IndexError) as error:
            raise bad_document(self._member, str(error), "xls") from None
        return records.check_area(self._member, name)

    def _number(self, body: bytes, records: SheetRecords) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        records.add_style(row, column, self.formats.style(style))

    def _multiple_numbers(self, body: bytes, records: SheetRecords) -> None:
        row, first = struct.unpack_from("<HH", body)
        for column, at in enumerate(range(4, len(body) - 2, 6), first):
            records.add_style(row, column, self.formats.style(struct.unpack_from("<H", body, at)[0]))

    def _formula(self, body: bytes, records: SheetRecords) -> None:
        row, column, style, result, kind = struct.unpack_from("<HHH6sH", body)
        if kind != 0xFFFF:  # noqa: PLR2004 - a number
            records.add_style(row, column, self.formats.style(style))
        elif result[0] == ERROR_RESULT:
            records.extend(row, column)
            records.errors[row, column] = ERROR_TEXTS.get(result[2], "#ERROR")


def _text_cell(body: bytes, records: SheetRecords) -> None:
    records.extend(*struct.unpack_from("<HH", body))


def _error_cell(body: bytes, records: SheetRecords) -> None:
    row, column, _, value, is_error = struct.unpack_from("<HHHBB", body)
    records.extend(row, column)
    if is_error:
        records.errors[row, column] = ERROR_TEXTS.get(value, "#ERROR")


def _row_record(body: bytes, records: SheetRecords) -> None:
    if struct.unpack_from("<H", body, 12)[0] & 0x20:
        records.hidden_rows.add(struct.unpack_from("<H", body)[0])


def _column_record(body: bytes, records: SheetRecords) -> None:
    first, last, _, _, flags = struct.unpack_from("<HHHHH", body)
    if flags & 1:
        records.hidden_columns |= {*range(first, min(last, 255) + 1)}
