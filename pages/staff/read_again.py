"""Pages that read a delivery again while somebody waits: a replay's preview, the trace of a record or of a line."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.errors import RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WAIT = 4.0  # seconds that a second reader waits for the first
_reading = threading.Semaphore(1)


@contextmanager
def one_reader() -> Iterator[None]:
    """Let one page at a time read a delivery again: it takes a core while it does.

    Raises:
        RetryLater: Another page still reads.
    """
    if not _reading.acquire(timeout=LONGEST_WAIT):
        raise error_of(RetryLater, "staff.plan.busy")
    try:
        yield
    finally:
        _reading.release()
