"""What every zip has in common, an archive as well as a workbook: the many ways in which it can be broken."""

from __future__ import annotations

import errno
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.readers.kinds import require
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.readers import Member

BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, RuntimeError, ValueError)


@contextmanager
def intact(file: str | None) -> Iterator[None]:
    """Turn whatever a broken zip raises into RejectBatch (BAD_ARCHIVE)."""
    try:
        yield
    except BROKEN as error:
        raise _bad(file, error) from None
    except OSError as error:
        # A place before the beginning of the file, or a stream that a decompressor cannot follow.
        if error.errno not in (errno.EINVAL, None):
            raise
        raise _bad(file, error) from None


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


def require_package(member: Member, kind: str) -> None:
    """Raise RejectBatch (WRONG_FORMAT ...) unless a file is this kind of document."""
    require(member, "zip", expected=kind)
    found = package_of(member.path)
    if found not in (kind, "zip"):  # a plain zip may still be one, with parts under names of its own
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=found, expected=kind))


def _bad(file: str | None, error: Exception) -> RejectBatch:
    return RejectBatch(Finding("BAD_ARCHIVE", file=file, value=(str(error) or type(error).__name__)[:200]))
