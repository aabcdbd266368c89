"""What a file is by its first bytes, whatever it is called."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.readers import Member

SIGNS = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),  # also the wrapping of a workbook with a password
    (b"\x09\x00\x04\x00", "biff"),  # Excel 2, 3 and 4, which had no container
    (b"\x09\x02\x06\x00", "biff"),
    (b"\x09\x04\x06\x00", "biff"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"LZIP", "lzip"),
    (b"MSCF", "cab"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
)
TAR_SIGN, TAR_AT = b"ustar", 257
OTHER_ARCHIVES = ("rar", "7z", "xz", "zstd", "lzip", "cab", "tar")  # never opened
LOCKED = "EncryptedPackage".encode("utf-16-le")  # in the directory of the wrapping of a workbook with a password
LOCKED_WITHIN = 1 << 16
BOOKS = ("xlsx", "xls", "xlsb", "ods")
SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
OTHER_BOOKS = {"biff": "Excel 2-4 (BIFF2-4)", "xml": "Excel 2003 XML (SpreadsheetML)", "html": "HTML"}
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, RuntimeError, ValueError)
HTML = (b"<!doctype html", b"<html", b"<head", b"<table")


def kind_of(head: bytes) -> str | None:
    """Return the kind of file that these first bytes (64 or more) belong to; None for plain text."""
    for sign, kind in SIGNS:
        if head.startswith(sign):
            return kind
    if head[TAR_AT : TAR_AT + len(TAR_SIGN)] == TAR_SIGN:
        return "tar"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(HTML):
        return "html"
    return "xml" if text.startswith(b"<?xml") else None


def package_of(path: Path) -> str:
    """Return which kind of document a zip is: xlsx, xlsb, ods, docx, pptx, or zip for an archive of files."""
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.lower() for name in package.namelist()}
    except (*BROKEN, OSError):
        return "zip"
    if {"mimetype", "content.xml"} <= names:
        return "ods"
    signs = (("xl/workbook.bin", "xlsb"), ("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
    return next((kind for sign, kind in signs if any(name.startswith(sign) for name in names)), "zip")


def require(member: Member, *kinds: str | None, expected: str) -> None:
    """Raise RejectBatch unless the file is of one of `kinds`.

    WRONG_FORMAT, OTHER_ARCHIVE, OTHER_WORKBOOK, FILE_LOCKED, EMPTY_FILE.
    """
    with member.path.open("rb") as file:
        head = file.read(LOCKED_WITHIN)
    if not head:
        raise RejectBatch(Finding("EMPTY_FILE", file=member.name))
    found = kind_of(head)
    if found == "xls" and LOCKED in head:
        raise RejectBatch(Finding("FILE_LOCKED", file=member.name))
    named_as_book = expected in BOOKS and (found == "html" or (found == "xml" and SPREADSHEETML in head))
    if found == "biff" or named_as_book:
        raise RejectBatch(Finding("OTHER_WORKBOOK", file=member.name, value=OTHER_BOOKS[found or ""], expected="xlsx"))
    if found in kinds:
        return
    if found in OTHER_ARCHIVES:
        raise RejectBatch(Finding("OTHER_ARCHIVE", file=member.name, value=found, expected="zip"))
    told = package_of(member.path) if found == "zip" else found or "text"  # its sender has sent a workbook, not a zip
    raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=told, expected=expected))
