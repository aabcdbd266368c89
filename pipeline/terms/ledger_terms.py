"""The terms of a source and the periods that follow from them, as rows of the ledger.

The calendar of working days and durations of months are known to Python only.  So the periods are written down before
they begin, and the views of `mart` say what is late by comparing rows (`warehouse_sql/schema/190_feed_health.sql`).
"""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypedDict

from hub import clock
from hub.errors import FixTheHub
from hub.zones import CHINA
from pipeline.terms.schedule import terms_of
from warehouse.statements import statement

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from psycopg import Connection

    from hub.expectation import Expect
    from mappings.engine import Source
    from pipeline.terms.schedule import Due


class PeriodRow(TypedDict):
    """A period of ledger.due_period, without its source; the days are those of the source's zone."""

    starts_at: datetime
    ends_at: datetime
    due_at: datetime
    late_at: datetime
    first_day: date
    last_day: date
    calendar_known: bool


HORIZON = timedelta(days=100)  # how far the periods are written down; anew once half of it has passed
AGREED = ("every", "calendar", "by", "grace", "tz", "rows")  # what of `expect:` is a source's terms


def sync_terms(conn: Connection[Any], source: Source) -> None:
    """Bring the terms of a source and its periods into the ledger; nothing is written while they are as before.

    Periods of earlier terms stay in the ledger.  A source whose terms cannot be understood has no periods: `riskhub
    source lint` reports it.

    Args:
        conn: An open connection; the source is known to the ledger.  Nothing is committed.
        source: The source, with its mapping as it is now.
    """
    key = {"agency": source.agency, "feed": source.feed}
    now, agreed = clock.now(), terms_digest(source.expect)
    known = conn.execute(statement("terms/known"), key).fetchone()
    same = known is not None and known[0] == agreed
    written: datetime | None = known[1] if known and same else None
    if same and (written is None or written > now + HORIZON / 2):
        return
    ((first_poll,),) = conn.execute(statement("terms/first_poll"), key).fetchall()
    until = now + HORIZON
    periods, readable = _periods(source, min(first_poll or now, now), until)
    rows = source.expect.get("rows", {})
    conn.execute(
        statement("terms/upsert_terms"),
        {
            **key,
            "terms": agreed,
            "every": source.expect.get("every"),
            "zone": str(source.expect.get("tz", CHINA)),
            "rows_min": rows.get("min"),
            "rows_max": rows.get("max"),
            "is_readable": readable,
            "known_until": until if periods else None,
        },
    )
    new = [{**key, "terms": agreed, **each} for each in periods if written is None or each["ends_at"] > written]
    if new:
        with conn.cursor() as cursor:
            cursor.executemany(statement("terms/insert_period"), new)


def terms_digest(expect: Expect) -> str:
    """Return the SHA-256 of what a mapping's `expect:` agrees on: when something is due, and how many rows it has.

    >>> terms_digest({"every": "P1D", "fill": {}}) == terms_digest({"every": "P1D"}) != terms_digest({"every": "P7D"})
    True
    """
    agreed = {name: expect[name] for name in AGREED if name in expect}  # type: ignore[literal-required]
    return sha256(json.dumps(agreed, sort_keys=True, default=str).encode()).hexdigest()


def _periods(source: Source, since: datetime, until: datetime) -> tuple[list[PeriodRow], bool]:
    """Return the periods of a source as rows of ledger.due_period, and whether its terms can be understood.

    A duration may be well formed and lead beyond the calendar: such terms are not understood either.
    """
    try:
        terms = terms_of(source.expect, source.name)
        return [_row(each, terms.zone) for each in terms.periods(since, until)] if terms else [], True
    except (FixTheHub, ValueError, OverflowError):
        return [], False


def _row(each: Due, zone: ZoneInfo) -> PeriodRow:
    return {
        "starts_at": each.start,
        "ends_at": each.end,
        "due_at": each.due,
        "late_at": each.late,
        "first_day": each.start.astimezone(zone).date(),
        "last_day": (each.end.astimezone(zone) - timedelta(microseconds=1)).date(),
        "calendar_known": each.known,
    }
