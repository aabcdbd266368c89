"""What time it is: the one place where the hub reads the clock.

What is judged, named or written anew at another time must be the same, so samples and examples fix the moment.  The
database has its own clock (`now()` in `warehouse_sql/`), which stamps what the ledger keeps.
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
    """Hold the clock at a moment (with its zone) for a while, in all of this process and in what it forks meanwhile.

    For samples, whose outcome must be the same on any day; not for a process that ingests at the same time.
    """
    _held.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.pop()
