"""The batches that are loaded and that a mart does not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg.rows import class_row

from warehouse.statements import statement

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import Connection


class PendingBatch(NamedTuple):
    """A batch, with the moment in which it changed core."""

    agency: str
    feed: str
    batch_id: str
    loaded_at: datetime


def pending_batches(conn: Connection[Any], mart: str) -> list[PendingBatch]:
    """Return the batches that a mart of `mart.built` does not have yet."""
    with conn.cursor(row_factory=class_row(PendingBatch)) as cursor:
        return cursor.execute(statement("marts/pending_batches"), {"mart": mart}).fetchall()


def record_applied(conn: Connection[Any], mart: str, batches: list[PendingBatch]) -> None:
    """Record that a mart has these batches."""
    columns = {
        "agencies": [each.agency for each in batches],
        "feeds": [each.feed for each in batches],
        "batches": [each.batch_id for each in batches],
    }
    conn.execute(statement("marts/record_applied"), {"mart": mart, **columns})
    conn.execute(statement("marts/set_refreshed"), {"mart": mart})
