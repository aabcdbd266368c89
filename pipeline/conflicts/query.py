"""Asking for conflicts: one by one, or how many between which sources and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from warehouse.listings import rows_of

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import Connection


class ConflictLine(TypedDict):
    """One conflict: two records of different feeds that speak of one thing and differ in one value."""

    link: str
    rule: str
    thing: str  # what both speak of
    left_source: str
    left_record_no: str | None
    left_value: str | None
    right_source: str
    right_record_no: str | None
    right_value: str | None
    opened_at: datetime
    opened_by: str  # batch
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None


class ConflictCount(TypedDict):
    """How many conflicts one rule has found between two sources."""

    link: str
    rule: str
    left_source: str
    right_source: str
    open: int
    since: datetime | None  # when the oldest open one was opened
    closed: int


def conflicts(
    conn: Connection[Any], *, source: str | None, link: str | None, closed: bool, limit: int
) -> list[ConflictLine]:
    """Return conflicts, the latest first.

    Args:
        conn: A connection to the warehouse.
        source: Only those of this source, on either side.
        link: Only those of this link.
        closed: Closed ones too.
        limit: The most that are returned.
    """
    return rows_of(conn, ConflictLine, "conflicts/list_conflicts", source=source, link=link, closed=closed, limit=limit)


def summary(conn: Connection[Any], *, source: str | None, link: str | None) -> list[ConflictCount]:
    """Return per link, rule and pair of sources how many are open and since when, and how many were closed."""
    return rows_of(conn, ConflictCount, "conflicts/summarize_conflicts", source=source, link=link)
