"""The kind of a file by its first bytes; the file name is never used."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.readers import Member

SIGNATURES = (
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
TAR_SIGNATURE, TAR_OFFSET = b"ustar", 257
OTHER_ARCHIVES = ("rar", "7z", "xz", "zstd", "lzip", "cab", "tar")  # never opened
ENCRYPTED_PACKAGE = "EncryptedPackage".encode(
    "utf-16-le"
)  # in the directory of the wrapping of a workbook with a password
HEAD_BYTES = 1 << 16
WORKBOOKS = ("xlsx", "xls", "xlsb", "ods")
SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
UNREADABLE_WORKBOOKS = {"biff": "Excel 2-4 (BIFF2-4)", "xml": "Excel 2003 XML (SpreadsheetML)", "html": "HTML"}
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, RuntimeError, ValueError)
HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<table")


def detect_kind(head: bytes) -> str | None:
    """Return the kind of a file.

    Args:
        head: Its first bytes, 64 or more; the signature of tar is at byte 257.

    Returns:
        A kind of `SIGNATURES`, "tar", "html" or "xml"; None for other text and unknown bytes.

    >>> detect_kind(b"%PDF-1.7"), detect_kind(b"a,b"), detect_kind(b"  <html>")
    ('pdf', None, 'html')
    """
    for sign, kind in SIGNATURES:
        if head.startswith(sign):
            return kind
    if head[TAR_OFFSET : TAR_OFFSET + len(TAR_SIGNATURE)] == TAR_SIGNATURE:
        return "tar"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(HTML_STARTS):
        return "html"
    return "xml" if text.startswith(b"<?xml") else None


def detect_package(path: Path) -> str:
    """Return the kind of document that a zip file is.

    Returns:
        xlsx, xlsb, ods, docx or pptx; zip for an archive of files and for what cannot be opened.
    """
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.lower() for name in package.namelist()}
    except (*ZIP_ERRORS, OSError):
        return "zip"
    if {"mimetype", "content.xml"} <= names:
        return "ods"
    signs = (("xl/workbook.bin", "xlsb"), ("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
    return next((kind for sign, kind in signs if any(name.startswith(sign) for name in names)), "zip")


def require_kind(member: Member, *kinds: str | None, expected: str) -> None:
    """Check that a file has the expected kind.

    Args:
        member: The file.
        kinds: The kinds of `detect_kind` that are accepted; None stands for plain text.
        expected: The kind to name in the finding.

    Raises:
        RejectBatch: EMPTY_FILE; FILE_LOCKED (a workbook with a password); OTHER_WORKBOOK and OTHER_ARCHIVE (formats
            that no reader opens); WRONG_FORMAT.
    """
    with member.path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise RejectBatch(Finding("EMPTY_FILE", file=member.name))
    found = detect_kind(head)
    if found == "xls" and ENCRYPTED_PACKAGE in head:
        raise RejectBatch(Finding("FILE_LOCKED", file=member.name))
    is_sheet_in_markup = expected in WORKBOOKS and (found == "html" or (found == "xml" and SPREADSHEETML in head))
    if found == "biff" or is_sheet_in_markup:
        raise RejectBatch(
            Finding("OTHER_WORKBOOK", file=member.name, value=UNREADABLE_WORKBOOKS[found or ""], expected="xlsx")
        )
    if found in kinds:
        return
    if found in OTHER_ARCHIVES:
        raise RejectBatch(Finding("OTHER_ARCHIVE", file=member.name, value=found, expected="zip"))
    found_kind = (
        detect_package(member.path) if found == "zip" else found or "text"
    )  # the sender thinks of a workbook, not of a zip
    raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=found_kind, expected=expected))


def bad_document(member: Member, why: str, expected: str) -> RejectBatch:
    """Return the rejection (BAD_DOCUMENT) of a file that has the right kind but is damaged.

    Args:
        member: The file.
        why: The message of the library; personal data in it is masked.
        expected: The kind to name in the finding.
    """
    return RejectBatch(Finding("BAD_DOCUMENT", file=member.name, value=quoted(why), expected=expected))
