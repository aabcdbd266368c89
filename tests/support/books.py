"""One description of a workbook, written as xlsx, xls, xlsb and ods: the smallest files that say all of it."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from xml.sax.saxutils import escape

from openpyxl import Workbook

ERRORS = {"#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#N/A": 0x2A}
PLAIN, PADDED, DAY = 0, 1, 2  # the cell styles of all files
PADDED_CODE = "000000"


class Padded(NamedTuple):
    """A number whose format puts zeros in front, six digits in all."""

    value: int


class Day(NamedTuple):
    """A number shown as a date; 1904 books count from elsewhere."""

    serial: int


class Error(NamedTuple):
    """An error cell."""

    text: str


Cell = str | float | Padded | Day | Error | None


@dataclass(frozen=True)
class Described:
    """A workbook of one shown sheet, perhaps with a hidden one before it and a further one behind."""

    rows: list[list[Cell]]
    hidden_rows: tuple[int, ...] = ()  # 0-based
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()  # top, bottom, left, right
    from_1904: bool = False
    before: bool = False
    behind: bool = False
    far: tuple[int, int] | None = None  # a further cell, in xlsb only

    @property
    def sheets(self) -> list[tuple[str, bool, list[list[Cell]]]]:
        """Name, whether hidden, and rows of each sheet."""
        found: list[tuple[str, bool, list[list[Cell]]]] = [("Data", False, self.rows)]
        if self.before:
            found.insert(0, ("Codes", True, [["x"], ["y"]]))
        if self.behind:
            found.append(("More", False, [["x"], ["y"]]))
        return found


def number(cell: Cell) -> float | None:
    """Return the number in a cell."""
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, Padded | Day):
        return float(cell[0])
    return None


def style(cell: Cell) -> int:
    """Return which style a cell has."""
    return PADDED if isinstance(cell, Padded) else DAY if isinstance(cell, Day) else PLAIN


def packed(parts: dict[str, bytes | str]) -> bytes:
    """Return a zip of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx(book: Described) -> bytes:
    """Write the book with openpyxl."""
    made, file = Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    if book.from_1904:
        made.epoch = __import__("datetime").datetime(1904, 1, 1)
    for name, hidden, rows in book.sheets:
        sheet = made.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                value = cell.text if isinstance(cell, Error) else cell[0] if isinstance(cell, Padded | Day) else cell
                written = sheet.cell(line, column, value)
                written.number_format = ("General", PADDED_CODE, "yyyy-mm-dd")[style(cell)]
        if name == "Data":
            for each in book.hidden_rows:
                sheet.row_dimensions[each + 1].hidden = True
            for each in book.hidden_columns:
                sheet.column_dimensions["ABCDEFGH"[each]].hidden = True
            for top, bottom, left, right in book.merged:
                sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    made.active = next(at for at, each in enumerate(made.worksheets) if each.title == "Data")
    made.save(file)
    return file.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls_text(text: str, size: str) -> bytes:
    return struct.pack(size, len(text)) + b"\1" + text.encode("utf-16-le")


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    at = struct.pack("<HHH", row, column, style(cell))
    if isinstance(cell, str):
        return _record(0x0204, at + _xls_text(cell, "<H"))
    if isinstance(cell, Error):
        return _record(0x0205, at + bytes([ERRORS[cell.text], 1]))
    value = number(cell)
    if value is None:
        return b""
    if isinstance(cell, Padded):  # as excel does: in thirty bits
        return _record(0x027E, at + struct.pack("<I", int(value) << 2 | 2))
    return _record(0x0203, at + struct.pack("<d", value))


def xls(book: Described) -> bytes:
    """Write the book as BIFF8 in a compound file."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600)
    head = _record(0x0809, begin) + _record(0x0022, struct.pack("<H", book.from_1904))
    head += _record(0x041E, struct.pack("<H", 164) + _xls_text(PADDED_CODE, "<H"))
    for shown in (0, 164, 14):
        head += _record(0x00E0, struct.pack("<HH", 0, shown) + bytes(16))
    bodies = []
    for name, _, rows in book.sheets:
        body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600))
        data = name == "Data"
        for each in book.hidden_columns if data else ():
            body += _record(0x007D, struct.pack("<HHHHHH", each, each, 2048, 0, 1, 0))
        for each in book.hidden_rows if data else ():
            body += _record(0x0208, struct.pack("<HHHHHHHH", each, 0, 8, 255, 0, 0, 0x20, 0))
        for line, row in enumerate(rows):
            body += b"".join(_xls_cell(line, column, cell) for column, cell in enumerate(row))
        if data and book.merged:
            merged = b"".join(struct.pack("<HHHH", *each) for each in book.merged)
            body += _record(0x00E5, struct.pack("<H", len(book.merged)) + merged)
        bodies.append(body + _record(0x000A, b""))

    def tabs(offset: int) -> bytes:
        made = b""
        for (name, hidden, _), body in zip(book.sheets, bodies, strict=True):
            made += _record(0x0085, struct.pack("<IBB", offset, hidden, 0) + _xls_text(name, "<B"))
            offset += len(body)
        return made

    end = _record(0x000A, b"")
    stream = head + tabs(len(head + tabs(0) + end)) + end + b"".join(bodies)
    return compound({"Workbook": stream})


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file of streams, each filled up to 4096 bytes so that none is small."""
    sectors, table, entries = b"", [0xFFFFFFFD, 0xFFFFFFFE], []
    for name, data in streams.items():
        body = data + bytes(max(4096 - len(data), 0))
        body += bytes(-len(body) % 512)
        first, count = len(table), len(body) // 512
        table += [*range(first + 1, first + count), 0xFFFFFFFE]
        sectors += body
        entries.append(_entry(name, 2, first, max(len(data), 4096)))
    root = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    directory = (root + b"".join(entries)).ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    assert len(table) <= 128
    fat = b"".join(struct.pack("<I", each) for each in table).ljust(512, b"\xff")
    return header + fat + directory + sectors


def _entry(name: str, sort: int, first: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2, sort, 1)
    head += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
    return head + struct.pack("<IQ", first, size)


def _part(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    return head + (bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, cell: Cell) -> bytes:
    at = struct.pack("<II", column, style(cell))
    if isinstance(cell, str):
        return _part(6, at + _wide(cell))
    if isinstance(cell, Error):
        return _part(3, at + bytes([ERRORS[cell.text]]))
    value = number(cell)
    return b"" if value is None else _part(5, at + struct.pack("<d", value))


RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _relations(*kinds: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{place}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(kinds, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{each}</Relationships>'


def xlsb(book: Described) -> bytes:
    """Write the book as a package of binary parts."""
    parts: dict[str, bytes | str] = {}
    tabs = b""
    for place, (name, hidden, rows) in enumerate(book.sheets, 1):
        data = name == "Data"
        last = max((len(row) for row in rows), default=1) - 1
        sheet = _part(129) + _part(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(last, 0)))
        for each in book.hidden_columns if data else ():
            sheet += _part(390) + _part(60, struct.pack("<IIIIH", each, each, 2048, 0, 1)) + _part(391)
        sheet += _part(145)
        for line, row in enumerate(rows):
            flags = 0x10 if data and line in book.hidden_rows else 0
            sheet += _part(0, struct.pack("<IIHBBBI", line, 0, 300, 0, flags, 0, 0))
            sheet += b"".join(_xlsb_cell(column, cell) for column, cell in enumerate(row))
        if book.far:
            sheet += _part(0, struct.pack("<IIHBBBI", book.far[0], 0, 300, 0, 0, 0, 0)) + _xlsb_cell(book.far[1], 1.0)
        sheet += _part(146)
        for each in book.merged if data else ():
            sheet += _part(176, struct.pack("<IIII", *each))
        parts[f"xl/worksheets/sheet{place}.bin"] = sheet + _part(130)
        tabs += _part(156, struct.pack("<II", hidden, place) + _wide(f"rId{place}") + _wide(name))
    properties = _part(153, struct.pack("<II", book.from_1904, 0) + _wide(""))
    parts["xl/workbook.bin"] = _part(131) + properties + _part(143) + tabs + _part(144) + _part(132)
    sheets = [("worksheet", f"worksheets/sheet{place}.bin") for place in range(1, len(book.sheets) + 1)]
    parts["xl/_rels/workbook.bin.rels"] = _relations(*sheets, ("styles", "styles.bin"))
    formats = _part(615, struct.pack("<I", 1)) + _part(44, struct.pack("<H", 164) + _wide(PADDED_CODE)) + _part(616)
    cells = b"".join(_part(47, struct.pack("<HH", 0, shown) + bytes(12)) for shown in (0, 164, 14))
    parts["xl/styles.bin"] = _part(278) + formats + _part(617, struct.pack("<I", 3)) + cells + _part(618) + _part(279)
    parts["_rels/.rels"] = _relations(("officeDocument", "xl/workbook.bin"))
    parts["[Content_Types].xml"] = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    )
    return packed(parts)


NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
STYLES = (
    '<office:automatic-styles><number:number-style style:name="N1">'
    '<number:number number:decimal-places="0" number:min-integer-digits="6"/></number:number-style>'
    '<style:style style:name="padded" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="gone" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
)


def _ods_cell(cell: Cell, spans: str) -> str:
    if cell is None:
        return f"<table:table-cell{spans}/>"
    if isinstance(cell, str):
        text = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string"{spans}>{text}</table:table-cell>'
    if isinstance(cell, Error):
        said = 'office:value-type="string" office:string-value="" calcext:value-type="error" table:formula="of:=1/0"'
        return f"<table:table-cell {said}><text:p>{cell.text}</text:p></table:table-cell>"
    if isinstance(cell, Day):
        day = date(1899, 12, 30) + timedelta(cell.serial)
        return f'<table:table-cell office:value-type="date" office:date-value="{day}"/>'
    padded = ' table:style-name="padded"' if isinstance(cell, Padded) else ""
    value = number(cell)
    assert value is not None
    shown = int(value) if value.is_integer() else value
    return f'<table:table-cell office:value-type="float" office:value="{shown}"{padded}/>'


def ods(book: Described) -> bytes:
    """Write the book as an OpenDocument spreadsheet."""
    tables = ""
    for name, hidden, rows in book.sheets:
        data = name == "Data"
        tables += f'<table:table table:name="{name}"' + (' table:style-name="gone">' if hidden else ">")
        for column in range(max(map(len, rows), default=0)):
            gone = ' table:visibility="collapse"' if data and column in book.hidden_columns else ""
            tables += f"<table:table-column{gone}/>"
        for line, row in enumerate(rows):
            gone = ' table:visibility="filter"' if data and line in book.hidden_rows else ""
            tables += f"<table:table-row{gone}>"
            for column, cell in enumerate(row):
                wide = next((each for each in book.merged if data and (each[0], each[2]) == (line, column)), None)
                spans = ""
                if wide:
                    columns, lines = wide[3] - wide[2] + 1, wide[1] - wide[0] + 1
                    spans = f' table:number-columns-spanned="{columns}" table:number-rows-spanned="{lines}"'
                tables += _ods_cell(cell, spans)
            tables += "</table:table-row>"
        tables += "</table:table>"
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f"<?xml version='1.0'?><office:document-content {NAMES}>{STYLES}{body}</office:document-content>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
