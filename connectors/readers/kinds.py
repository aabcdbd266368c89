"""What a file is by its first bytes, whatever it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from connectors.readers import Member

SIGNS = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),  # also the wrapping of a workbook with a password
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
)
HTML = (b"<!doctype html", b"<html", b"<head", b"<table")


def kind_of(head: bytes) -> str | None:
    """Return the kind of file that these first bytes (64 or more) belong to; None for plain text."""
    for sign, kind in SIGNS:
        if head.startswith(sign):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(HTML):
        return "html"
    return "xml" if text.startswith(b"<?xml") else None


def require(member: Member, *kinds: str | None, expected: str) -> None:
    """Raise RejectBatch unless the file is of one of `kinds`: WRONG_FORMAT, EMPTY_FILE."""
    with member.path.open("rb") as file:
        head = file.read(256)
    if not head:
        raise RejectBatch(Finding("EMPTY_FILE", file=member.name))
    found = kind_of(head)
    if found not in kinds:
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=found or "text", expected=expected))
