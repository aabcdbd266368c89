"""Hostile workbooks and archives of our own making: each function is called after its case."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib

from tests.support.hostile.texts import ROWS

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def book(rows: str, *, before: str = "", after: str = "", head: str = "", **parts: str | bytes) -> bytes:
    """Return a workbook with the rows (`<row>` elements) and further parts; `head` stands before the sheet's root."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheet = f'<worksheet xmlns="{SHEET}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    named: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": relations(f"{RELATION}/officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATION}"><workbookPr/><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(f"{RELATION}/worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": head + sheet,
    }
    return packed(list({**named, **parts}.items()))


def relations(kind: str, target: str) -> str:
    one = f'<Relationship Id="r1" Type="{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def row(line: int, *cells: str) -> str:
    """Return a row whose cells are texts, or elements where they begin with `<`."""
    texts = (
        cell if cell.startswith("<") else f'<c r="{chr(65 + at)}{line}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for at, cell in enumerate(cells)
    )
    return f'<row r="{line}">{"".join(texts)}</row>'


HEAD = row(1, "no", "note")


def xlsx_plain() -> bytes:
    return book(HEAD + row(2, "1", "短路"))


def xlsx_huge_dimension() -> bytes:
    return book(HEAD + row(2, "1", "a"), before='<dimension ref="A1:XFD1048576"/>')


def xlsx_last_cell() -> bytes:
    return book(HEAD + row(1_048_576, '<c r="XFD1048576"><v>1</v></c>'))


def xlsx_id_as_number() -> bytes:
    return book(HEAD + row(2, '<c r="A2"><v>4.6010620260501123E17</v></c>', "a"))


def xlsx_leading_zero_lost() -> bytes:
    return book(HEAD + row(2, '<c r="A2"><v>123</v></c>', "a") + row(3, '<c r="A3"><v>7</v></c>', "b"))


def xlsx_formula_cached() -> bytes:
    return book(HEAD + row(2, '<c r="A2"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>1</v></c>', "a"))


def xlsx_error_cells() -> bytes:
    return book(HEAD + row(2, '<c r="A2" t="e"><v>#N/A</v></c>', "a") + row(3, "2", "b"))


def xlsx_1904() -> bytes:
    workbook = (
        f'<workbook xmlns="{SHEET}" xmlns:r="{RELATION}"><workbookPr date1904="1"/><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    return book(HEAD + row(2, "1", "a") + row(3, "2", "b"), **{"xl/workbook.xml": workbook})


def xlsx_merged_header() -> bytes:
    rows = row(1, "no", "note", "more") + row(2, "1", "a", "b") + row(3, "2", "c", "d")
    return book(rows, after='<mergeCells count="1"><mergeCell ref="B2:C2"/></mergeCells>')


def xlsx_hidden_row() -> bytes:
    return book(HEAD + row(2, "1", "a").replace("<row ", '<row hidden="1" '))


def xlsx_dtd() -> bytes:
    return book(HEAD, head='<!DOCTYPE worksheet [<!ENTITY x "y">]>')


def xlsx_external_link() -> bytes:
    link = f'<externalLink xmlns="{SHEET}"><externalBook/></externalLink>'
    return book(HEAD, **{"xl/externalLinks/externalLink1.xml": link})


def xlsx_macro_renamed() -> bytes:
    return book(HEAD, **{"xl/vbaProject.bin": bytes(64)})


def xlsx_part_traversal() -> bytes:
    return book(HEAD, **{"xl/_rels/workbook.xml.rels": relations(f"{RELATION}/worksheet", "../../../etc/passwd")})


def xlsx_1m_empty_rows() -> bytes:  # a fifth of a million will do
    return book("".join(f'<row r="{line}"/>' for line in range(1, 200_001)))


def packed(parts: list[tuple[str | zipfile.ZipInfo, str | bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2026, 5, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, body)
    return stream.getvalue()


def archive(*names: str) -> bytes:
    return packed([(name, ROWS) for name in names])


def special(mode: int) -> bytes:
    info = zipfile.ZipInfo("a.csv", (2026, 5, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, mode << 16
    return packed([(info, "/etc/hostname")])


def zip_plain() -> bytes:
    return archive("a.csv")


def zip_dotdot() -> bytes:
    return archive("../a.csv")


def zip_absolute() -> bytes:
    return archive("/tmp/a.csv")  # noqa: S108 - nothing is written there


def zip_backslash() -> bytes:
    return archive(r"..\a.csv")


def zip_drive() -> bytes:
    return archive("C:/a.csv")


def zip_nul_name() -> bytes:
    return archive("aXb.csv").replace(b"aXb.csv", b"a\0b.csv")


def zip_symlink() -> bytes:
    return special(0o120777)


def zip_device() -> bytes:
    return special(0o020666)


def zip_case_twins() -> bytes:
    return archive("a.csv", "A.csv")


def zip_nfc_nfd_twins() -> bytes:
    return archive("é.csv", unicodedata.normalize("NFD", "é.csv"))


def zip_same_name_twice() -> bytes:
    return archive("a.csv", "b.csv").replace(b"b.csv", b"a.csv")


def zip_nested() -> bytes:
    return packed([("a.zip", archive("a.csv"))])


def zip_empty() -> bytes:
    return packed([])


def zip_gbk_name() -> bytes:
    name = "火灾.csv".encode("gbk")
    return archive("x" * len(name)).replace(b"x" * len(name), name)


def zip_truncated() -> bytes:
    return zip_plain()[:-30]


def zip_bad_crc() -> bytes:
    crc = struct.pack("<I", zlib.crc32(ROWS.encode()))
    return zip_plain().replace(crc, b"\1\2\3\4")


def zip_prefixed() -> bytes:
    return b"#!/bin/sh\nexit 0\n" + zip_plain()


def zip_65k_entries() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for at in range(65_000):
            package.writestr(zipfile.ZipInfo(f"{at}.csv"), b"")
    return stream.getvalue()


def zip_encrypted_flag() -> bytes:
    whole = bytearray(zip_plain())
    whole[6] |= 1
    whole[whole.index(b"PK\1\2") + 8] |= 1
    return bytes(whole)


def zip_overlap_small() -> bytes:
    """Return an archive whose second entry points at the bytes of the first."""
    whole = bytearray(archive("a.csv", "b.csv"))
    first = whole.index(b"PK\1\2")
    second = whole.index(b"PK\1\2", first + 4)
    whole[second + 42 : second + 46] = whole[first + 42 : first + 46]
    return bytes(whole)


def zip_ratio_20mb() -> bytes:
    return packed([("a.csv", "no,note\n" + "0" * 20_000_000)])


def zip_size_lie() -> bytes:
    whole = bytearray(zip_plain())
    for at in (22, whole.index(b"PK\1\2") + 24):
        whole[at : at + 4] = struct.pack("<I", 10)
    return bytes(whole)


def csv_is_xlsx() -> bytes:
    return xlsx_plain()
