"""Files on this machine: whether somebody still writes one, and how to write one so that a power cut leaves no half."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import signal
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE = 1 << 20


def written_by_somebody(handle: int) -> bool:
    """Whether any process has an open file open for writing.  Where the system cannot tell (not Linux, not ours), no.

    A read lease can only be had on a file that nobody has open for writing (fcntl(2), F_SETLEASE).
    """
    try:
        # A writer that comes while we hold the lease makes the kernel send a signal; this one is ignored by default.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except (OSError, AttributeError) as error:
        return getattr(error, "errno", None) == errno.EAGAIN
    return False


def own_copy(path: Path, target: Path) -> None:
    """Copy a file that its writer may still have open to one of ours, which stays as it is; `target` may be `path`."""
    with path.open("rb") as theirs, whole(target) as ours:
        shutil.copyfileobj(theirs, ours, PIECE)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears under its name only when it is complete and on disk."""
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes that appear under their name only when they are complete and on disk."""
    with whole(path) as file:
        file.write(data)
