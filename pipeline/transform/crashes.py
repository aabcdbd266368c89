"""Whether a step that never came back was ended by what it read, or from outside.

While a step works on a batch, a file of the batch's own is open for the interpreter to write into when a fatal signal
(SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL) ends the process: that is how a library crashes on data.  SIGKILL, the
system's killer of memory hogs and a power cut leave the file empty: nothing was wrong with the batch.
"""

from __future__ import annotations

import faulthandler
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CRASHED, KILLED = "crashed", "killed"


@contextmanager
def witnessed(batch_id: str) -> Iterator[None]:
    """Leave word of a crash while the block runs; nothing is left when it ends, by an exception or not."""
    before = faulthandler.is_enabled()
    try:
        _place(batch_id).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        marker = _place(batch_id).open("wb")
    except OSError:  # a full disk: then a crash counts for nothing
        yield
        return
    with marker:
        faulthandler.enable(marker)
        try:
            yield
        finally:
            faulthandler.disable()
            _place(batch_id).unlink(missing_ok=True)
            if before:
                with suppress(OSError, ValueError, RuntimeError):
                    faulthandler.enable()


def died_before(batch_id: str) -> bool:
    """Whether the last step on a batch took its process with it, or lost it, and nobody has looked since."""
    return _place(batch_id).exists()


def left_by(batch_id: str) -> str | None:
    """Return how the process ended that has last worked on a batch: CRASHED, KILLED, None when it came back.

    What it has left is taken away.
    """
    place = _place(batch_id)
    try:
        crashed = place.stat().st_size > 0
        place.unlink()
    except OSError:
        return None
    return CRASHED if crashed else KILLED


def _place(batch_id: str) -> Path:
    return settings().home / "crashes" / batch_id
