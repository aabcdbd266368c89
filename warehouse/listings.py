"""Lists from the ledger: batches, the readings of a delivery, sources; each row has the type that it is read as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from psycopg.rows import kwargs_row

from warehouse import ledger
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import Connection

    from hub.batch import State

Row = TypeVar("Row")


class RowCounts(TypedDict):
    """What became of the rows of a batch: `read` is the sum of the others."""

    read: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    skipped: int


class BatchLine(RowCounts):
    """One batch as it is listed (`status/list_batches`)."""

    batch: str
    source: str
    file: str
    sha256: str
    state: str
    received_at: datetime
    loaded_at: datetime | None
    replay_of: str | None


class Reading(RowCounts):
    """One reading of a delivery, of those that it corrects, or of those that corrected it.

    `open`, `replayed`, `corrected` and `resent` count its quarantined rows by what became of them.
    """

    batch: str
    role: str  # origin, replay or correction
    file: str
    state: str
    ended: int  # records
    open: int
    replayed: int
    corrected: int
    resent: int
    mapping_version: str | None
    standard_version: str | None
    received_at: datetime
    loaded_at: datetime | None


class SourceTotals(TypedDict):
    """One source with its batches by state, and its quarantined rows."""

    source: str
    batches: int
    working: int
    held: int
    rejected: int
    quarantined: int
    last_received_at: datetime


def rows_of(conn: Connection[Any], kind: type[Row], name: str, **values: Any) -> list[Row]:
    """Return the rows of a named statement that only reads.

    Args:
        conn: The connection.
        kind: What a row becomes: a TypedDict or a dataclass with one field for each column.
        name: The statement, such as `status/list_batches`.
        values: Its parameters.
    """
    with conn.cursor(row_factory=kwargs_row(kind)) as cursor:
        return cursor.execute(statement(name), values or None).fetchall()


def batches(  # noqa: PLR0913 - one argument for each way to narrow the list
    conn: Connection[Any],
    *,
    source: str | None = None,
    state: State | None = None,
    since: datetime | None = None,
    ids: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[BatchLine]:
    """Return the latest batches with their counts, newest first.

    Args:
        conn: A connection that may read the ledger.
        source: Only those of this `agency/feed`.
        state: Only those in this state.
        since: Only those received at or after this time.
        ids: Only these.
        limit: How many at most; None for all.
    """
    about = {"source": source, "state": state, "since": since, "ids": None if ids is None else list(ids)}
    return rows_of(conn, BatchLine, "status/list_batches", **about, limit=limit)


def readings_of(conn: Connection[Any], batch_id: str) -> list[Reading]:
    """Return all readings of the delivery of a batch, in order; raise WrongUsage when the ledger has no such id."""
    return rows_of(conn, Reading, "trace/correction_thread", origin=ledger.entry(conn, batch_id).origin_batch)
