"""What is late, and by whose promise.  Each answer serves all readers of a minute: it reads every mapping."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.reports.timeliness.report import PeriodLine, last_month
from warehouse.connection import database_url

if TYPE_CHECKING:
    from datetime import datetime

MINUTE = timedelta(minutes=1)
OVERDUE = {"silent", "not_accepted", "outage"}
_lock = threading.Lock()
_known: dict[str, tuple[datetime, list[PeriodLine]]] = {}


def periods(now: datetime) -> list[PeriodLine]:
    """Return the periods of the last 31 days of all sources, as they were at most a minute ago."""
    place = database_url()
    with _lock:
        known = _known.get(place)
        if known is None or not timedelta(0) <= now - known[0] < MINUTE:
            _known[place] = known = (now, last_month(now))
    return known[1]


def late_periods(now: datetime) -> list[PeriodLine]:
    """Return for each source the last period for which nothing good came though it was due, the longest late first."""
    last: dict[str, PeriodLine] = {}
    for line in periods(now):
        if line["state"] != "open" or line["due"] < now:
            last[line["source"]] = line
    overdue = [line for line in last.values() if line["state"] in OVERDUE or line["state"] == "open"]
    return sorted(overdue, key=lambda line: (line["due"], line["source"]))


def due_next(source: str, now: datetime) -> PeriodLine | None:
    """Return the period of a source that is due next; None where nothing is agreed or nobody has looked yet."""
    return next((line for line in periods(now) if line["source"] == source and line["due"] >= now), None)
