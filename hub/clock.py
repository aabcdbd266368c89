"""The clock: the only module that reads the time of the machine.

Tests of samples and examples must not change with the day, so they fix the clock at a moment.  The database has its own
clock (`now()` in `warehouse_sql/`), which gives the times in the ledger.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_held: list[datetime] = []  # the moments that `fixed` holds, the innermost last


def now() -> datetime:
    """Return this moment, in UTC."""
    return _held[-1] if _held else datetime.now(UTC)


def seconds() -> float:
    """Return this moment in seconds since 1970, as files and servers count them."""
    return now().timestamp()


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment`, which has a zone, in this process and its forked children until the block ends.

    It is for samples, whose result must be the same on any day; not for a process that ingests at the same time.

    >>> with fixed(datetime(2026, 3, 2, tzinfo=UTC)):
    ...     now().isoformat()
    '2026-03-02T00:00:00+00:00'
    """
    _held.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.pop()
