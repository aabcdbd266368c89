"""The binary parts of an xlsb package ([MS-XLSB]) that calamine does not report."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING

from connectors.readers.magic import bad_document
from connectors.readers.spreadsheet.calamine_gaps import ERROR_TEXTS, MergedRange, NumberFormats, SheetRecords
from connectors.readers.spreadsheet.ooxml import Workbook, Worksheet
from connectors.readers.spreadsheet.table import MAX_SHEET_COLUMNS
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member

ROW_HEADER, FIRST_CELL, LAST_CELL = 0, 1, 11
NUMBER_CELLS, ERROR_CELLS = (2, 5, 9), (3, 11)
FORMAT, STYLE, STYLES_BEGIN, STYLES_END = 44, 47, 617, 618
COLUMNS, MERGED, BUNDLE_SHEET, WORKBOOK_PROPERTIES = 60, 176, 156, 153
MAX_RECORD_BYTES = 1 << 20  # bytes of a record: the longest text is a fifteenth of it


class XlsbPackage:
    """An xlsb package.

    Raises:
        RejectBatch: BAD_ARCHIVE, BAD_DOCUMENT, READER_LIMIT; also by `sheet_records`.
    """

    def __init__(self, member: Member) -> None:
        self._member, self._package = member, Workbook(member)
        self.from_1904 = False
        self.sheets: list[Worksheet] = []
        self.formats = NumberFormats()
        main = self._package.main
        sheets = self._package.related_parts(main, "worksheet")
        for kind, body in self._records(main):
            if kind == WORKBOOK_PROPERTIES:
                self.from_1904 = bool(body[0] & 1)
            elif kind == BUNDLE_SHEET:
                state = struct.unpack_from("<I", body)[0]
                related, at = _read_text(body, 8)
                name, _ = _read_text(body, at)
                if related in sheets:
                    self.sheets.append(Worksheet(name, sheets[related], state != 0))
        for part in self._package.related_parts(main, "styles").values():
            self._styles(part)

    def _styles(self, part: str) -> None:
        in_styles = False
        for kind, body in self._records(part):
            in_styles = kind == STYLES_BEGIN or (in_styles and kind != STYLES_END)
            if kind == FORMAT:
                self.formats.codes[struct.unpack_from("<H", body)[0]] = _read_text(body, 2)[0]
            elif kind == STYLE and in_styles:
                self.formats.numbers.append(struct.unpack_from("<H", body, 2)[0])

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        """Yield kind and body of each record of a part."""
        try:
            with self._package.open_part(part) as file:
                while file is not None and (kind := _read_number(file, 2)) is not None:
                    size = _read_number(file, 4) or 0
                    if size > MAX_RECORD_BYTES:
                        raise RejectBatch(Finding("READER_LIMIT", file=self._member.name, value=f"{size} bytes"))
                    body = file.read(size)
                    if len(body) < size:
                        raise EOFError(part)
                    yield kind, body
        except (struct.error, IndexError) as error:
            raise bad_document(self._member, f"{part}: {error}", "xlsb") from None

    def sheet_records(self, index: int, name: str) -> SheetRecords:
        """Return what the records of a sheet say beyond its values.

        Args:
            index: Of the sheet in `sheets`.
            name: Of the sheet, for findings.
        """
        records, row = SheetRecords(), 0
        for kind, body in self._records(self.sheets[index].part):
            if kind == ROW_HEADER:
                row = struct.unpack_from("<I", body)[0]
                if body[11] & 0x10:
                    records.hidden_rows.add(row)
            elif FIRST_CELL < kind <= LAST_CELL:
                _cell_record(kind, body, row, records, self.formats)
            elif kind == MERGED:
                records.merged.append(MergedRange(*struct.unpack_from("<IIII", body)))
            elif kind == COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<IIIIH", body)
                if flags & 1:
                    records.hidden_columns |= {*range(first, min(last, MAX_SHEET_COLUMNS) + 1)}
        return records.check_area(self._member, name)


def _cell_record(kind: int, body: bytes, row: int, records: SheetRecords, formats: NumberFormats) -> None:
    column, style = struct.unpack_from("<II", body)
    records.extend(row, column)
    if kind in ERROR_CELLS:
        records.errors[row, column] = ERROR_TEXTS.get(body[8], "#ERROR")
    elif kind in NUMBER_CELLS:
        records.add_style(row, column, formats.style(style & 0xFFFFFF))


def _read_number(file: IO[bytes], most: int) -> int | None:
    """Return a number of up to `most` bytes of seven bits; None at the end of the file."""
    number = 0
    for index in range(most):
        byte = file.read(1)
        if not byte:
            return None
        number |= (byte[0] & 0x7F) << (7 * index)
        if byte[0] < 0x80:  # noqa: PLR2004 - the last byte
            break
    return number


def _read_text(body: bytes, at: int) -> tuple[str, int]:
    """Return a text, and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    length = 0 if length == 0xFFFFFFFF else length  # noqa: PLR2004 - no text
    return body[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"), at + 4 + 2 * length
