"""The account of what is owed, from the mappings and the ledger."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from hub import clock
from hub.errors import FixTheHub
from mappings.catalogue import source_headers
from pipeline.reports.timeliness.status import ExpectedPeriod, PollWindow, ReceivedDelivery, expected_periods
from pipeline.terms.schedule import terms_of
from warehouse import listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from psycopg import Connection

    from mappings.catalogue import Head

# The stable JSON of `riskhub source expected`; `from` is no name that a class body could hold.
PeriodLine = TypedDict(
    "PeriodLine",
    {
        "source": str,
        "state": str,
        "from": datetime,
        "until": datetime,
        "due": datetime,
        "late": datetime,
        "batches": list[str],
        "unwatched_minutes": int,
        "fault": str | None,
        "calendar_known": bool,
    },
)


def expected(source: str | None = None, since: datetime | None = None, now: datetime | None = None) -> list[PeriodLine]:
    """Return the state of each period in which a source must deliver.

    Args:
        source: Only this source, `agency/feed`; None: all.
        since: Periods that end after this moment; None: since the hub first watched the source.
        now: The end; None: the present.
    """
    moment = now or clock.now()
    named = [head for head in source_headers() if head.error is None and source in {None, head.name}]
    with connect() as conn:
        return [_line(head.name, each) for head in named for each in _of(conn, head, since, moment)]


def _of(conn: Connection[Any], head: Head, since: datetime | None, now: datetime) -> list[ExpectedPeriod]:
    terms = terms_of(head.expect, head.name)
    if terms is None:
        return []
    watches = listings.rows_of(conn, PollWindow, "status/poll_windows", source=head.name)
    deliveries = listings.rows_of(conn, ReceivedDelivery, "status/received_deliveries", source=head.name)
    if not watches:
        return []  # nobody has ever looked: nothing can be said
    return list(expected_periods(terms, deliveries, watches, max(since or watches[0].since, watches[0].since), now))


def _line(name: str, each: ExpectedPeriod) -> PeriodLine:
    return {
        "source": name,
        "state": each.state,
        "from": each.due.start,
        "until": each.due.end,
        "due": each.due.due,
        "late": each.due.late,
        "batches": list(each.batches),
        "unwatched_minutes": round(each.unwatched / timedelta(minutes=1)),
        "fault": each.fault,
        "calendar_known": each.due.known,
    }


def missing(now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Return by source how many periods of the last 31 days are late, silent, not accepted, or were an outage.

    A source whose terms cannot be understood is left out: `riskhub source lint` tells of it.
    """
    found: dict[str, Counter[str]] = {}
    for line in last_month(now or clock.now()):
        if line["state"] not in {"open", "delivered", "zero"}:
            found.setdefault(line["source"], Counter())[line["state"]] += 1
    return {name: dict(counts) for name, counts in found.items()}


def last_month(now: datetime) -> list[PeriodLine]:
    """Return the state of each period of the last 31 days, by source and in order.

    A source whose terms cannot be understood is left out: `riskhub source lint` tells of it.
    """
    found: list[PeriodLine] = []
    with connect() as conn:
        for head in (each for each in source_headers() if each.error is None):
            with suppress(FixTheHub):
                found += [_line(head.name, each) for each in _of(conn, head, now - timedelta(days=31), now)]
    return found
