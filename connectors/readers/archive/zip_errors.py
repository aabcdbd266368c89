"""What every zip has in common, an archive as well as a workbook: the many ways in which it can be broken."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.readers.magic import BROKEN, package_of, require
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member


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


def require_package(member: Member, kind: str) -> None:
    """Raise RejectBatch (WRONG_FORMAT ...) unless a file is this kind of document."""
    require(member, "zip", expected=kind)
    found = package_of(member.path)
    if found not in (kind, "zip"):  # a plain zip may still be one, with parts under names of its own
        raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=found, expected=kind))


def _bad(file: str | None, error: Exception) -> RejectBatch:
    return RejectBatch(Finding("BAD_ARCHIVE", file=file, value=quoted(str(error) or type(error).__name__)))
