"""One `up` or `down` at a time for one home: a lock on a file, which the kernel drops when its holder dies."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.errors import RetryLater
from stack.account import make_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack.progress import Progress

LONGEST_WAIT = 300.0  # seconds; a first start on a slow machine takes one


@contextmanager
def only_one(home: Path, on_progress: Progress, wait: float = LONGEST_WAIT) -> Iterator[None]:
    """Hold the lock of `home`; wait for another holder, saying so, and raise RetryLater after `wait` seconds."""
    path = home / "run" / "stack.lock"
    make_home(home)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w", encoding="utf-8") as file:
        if not _taken(file.fileno()):
            on_progress("stack.waiting")
            _wait_for(file.fileno(), wait, path)
        yield


def _wait_for(descriptor: int, seconds: float, path: Path) -> None:
    end = time.monotonic() + seconds
    while not _taken(descriptor):
        if time.monotonic() > end:
            raise RetryLater(
                "Another command is still starting or stopping this hub.",
                where=str(path),
                why=f"It has held the lock for more than {seconds:.0f} seconds.",
                next_step="Wait for it or stop it, then try again.",
            )
        time.sleep(0.2)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
