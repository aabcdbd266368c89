"""Temporary folders of one task, in the machine's folder for temporary files.

They hold rows of deliveries.  A process that is killed leaves its own behind, so each is locked as long as its process
lives, and every process clears away what dead ones have left before it makes its first.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hub import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("read", "raw", "check", "plan", "doctor", "answer")
YOUNG = 60  # seconds in which a folder may be made and not locked yet


class Scratch(NamedTuple):
    """A folder that is locked; `lock` is its descriptor."""

    path: str
    lock: int

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def make(kind: str) -> Scratch:
    """Return a new folder, closed to other users, which the caller removes; `kind` is one of KINDS."""
    _clear_once(os.getpid())
    path = tempfile.mkdtemp(prefix=f"riskhub-{kind}-")
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(OSError):  # a file system without locks: then it is left until a person removes it
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return Scratch(path, lock)


@contextmanager
def scratch(kind: str) -> Iterator[Path]:
    """Give a new folder, removed at the end of the block."""
    made = make(kind)
    try:
        yield Path(made.path)
    finally:
        made.remove()


def clear_left(young: float = YOUNG) -> int:
    """Remove the folders whose processes have died, but for those younger than `young` seconds; return how many."""
    names = [path for kind in KINDS for path in Path(tempfile.gettempdir()).glob(f"riskhub-{kind}-*")]
    return sum(_cleared(path, young) for path in names)


@cache
def _clear_once(_process: int) -> None:
    with suppress(OSError):
        clear_left()


def _cleared(path: Path, young: float) -> bool:
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        about = os.fstat(lock)
        if about.st_uid != os.geteuid() or clock.now().timestamp() - about.st_mtime < young:
            return False
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except OSError:  # its process lives
        return False
    finally:
        os.close(lock)
    return True
