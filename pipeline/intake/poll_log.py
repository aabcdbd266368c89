"""The poll log: when the hub looked at a source, so that its own silence is not taken for a partner's."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from hub.errors import HubError
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

GAP = timedelta(minutes=30)  # between two looks of one watch: three times what the schedule takes


@contextmanager
def recording_poll(source: str) -> Iterator[None]:
    """Note that the source is looked at; when that fails, that it was tried and by what it failed."""
    try:
        yield
    except (HubError, OSError) as fault:
        record_poll(source, fault.what if isinstance(fault, HubError) else type(fault).__name__)
        raise
    record_poll(source)


def record_poll(source: str, fault: str | None = None) -> None:
    """Write down one look at `agency/feed`; looks of one kind that follow close on each other are one watch."""
    agency, _, feed = source.partition("/")
    about = {"agency": agency, "feed": feed, "fault": fault, "gap": GAP}
    with connect() as conn:
        conn.execute(statement("status/record_poll"), about)
