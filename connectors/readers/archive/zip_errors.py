"""The ways in which a zip file can be broken, be it an archive or a workbook."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.readers.magic import ZIP_ERRORS, detect_package, require_kind
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member


@contextmanager
def reject_broken_zip(file: str | None) -> Iterator[None]:
    """Turn the exceptions that a broken zip or compressed file raises into a rejection.

    Args:
        file: Name for the finding.

    Raises:
        RejectBatch: BAD_ARCHIVE.  Other errors of the operating system, such as a full disk, pass.
    """
    try:
        yield
    except ZIP_ERRORS as error:
        raise _bad(file, error) from None
    except OSError as error:
        # An offset before the beginning of the file, or a stream that a decompressor cannot read.
        if error.errno not in (errno.EINVAL, None):
            raise
        raise _bad(file, error) from None


def require_package(member: Member, kind: str) -> None:
    """Check that a file is a zip with this kind of document.

    Args:
        member: The file.
        kind: xlsx, xlsb or ods.  A zip without the usual part names passes: its parts may have names of their own.

    Raises:
        RejectBatch: WRONG_FORMAT, and what `magic.require_kind` raises.
    """
    require_kind(member, "zip", expected=kind)
    found = detect_package(member.path)
    if found not in (kind, "zip"):
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=found, expected=kind))


def _bad(file: str | None, error: Exception) -> RejectBatch:
    return RejectBatch(Finding("BAD_ARCHIVE", file=file, value=quoted(str(error) or type(error).__name__)))
