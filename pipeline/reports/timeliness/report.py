"""The account of what is owed, from the mappings and the ledger."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hub import clock
from hub.errors import FixTheHub
from mappings.catalogue import source_headers
from pipeline.reports.timeliness.schedule import terms_of
from pipeline.reports.timeliness.status import ExpectedPeriod, PollWindow, ReceivedDelivery, owed
from warehouse import ledger
from warehouse.connection import connect


def expected(
    source: str | None = None, since: datetime | None = None, now: datetime | None = None
) -> list[dict[str, Any]]:
    """Return what each source owes, period by period: those since `since`, or since the hub first looked at it."""
    moment = now or clock.now()
    found: list[dict[str, Any]] = []
    for head in source_headers():
        if head.error is None and source in {None, head.name}:
            found += [_told(head.name, each) for each in _of(head.name, head.expect, since, moment)]
    return found


def _of(name: str, expect: dict[str, Any], since: datetime | None, now: datetime) -> list[ExpectedPeriod]:
    terms = terms_of(expect, name)
    if terms is None:
        return []
    with connect() as conn:
        watches = [PollWindow(**line) for line in ledger.rows_of(conn, "status/poll_windows", source=name)]
        came = [ReceivedDelivery(**line) for line in ledger.rows_of(conn, "status/received_deliveries", source=name)]
    if not watches:
        return []  # nobody has ever looked: nothing can be said
    return list(owed(terms, came, watches, max(since or watches[0].since, watches[0].since), now))


def _told(name: str, each: ExpectedPeriod) -> dict[str, Any]:
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
    moment = now or clock.now()
    found: dict[str, dict[str, int]] = {}
    for head in source_headers():
        with suppress(FixTheHub):
            periods = expected(head.name, moment - timedelta(days=31), moment)
            counts = Counter(each["state"] for each in periods if each["state"] not in {"open", "delivered", "zero"})
            found |= {head.name: dict(counts)} if counts else {}
    return found
