"""What waits, and for what: batches for the machine, sessions for one another; and what of the raw store is damaged.

`status` and `doctor` ask this.  No answer holds data: ids, names of files, sessions and roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from connectors import raw_store
from hub.i18n import say
from hub.settings import settings
from warehouse import listings

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import Connection

MOST_HASHED = 200  # deliveries whose bytes `doctor` hashes


class StoppedBatch(TypedDict):
    """A batch that waits until the machine is well; `says` and `cure` are in the language of the hub."""

    batch: str
    source: str
    file: str
    state: str
    waits_for: str  # the machine's trouble, as `hub.machine` names it
    waits_since: datetime
    says: NotRequired[str]
    cure: NotRequired[str]


class LockWait(TypedDict):
    """A session of the warehouse that waits for a lock, and the session that holds it."""

    pid: int
    role: str
    program: str
    since: datetime | None
    waits_for: str
    holder_pid: int
    holder_role: str
    holder_program: str
    holder_since: datetime | None


class UnreadBatch(TypedDict):
    """A batch whose bytes will still be read; `bytes` is their number."""

    batch: str
    source: str
    file: str
    sha256: str
    bytes: int


def batches_in_trouble(conn: Connection[Any]) -> list[StoppedBatch]:
    """Return the batches that wait until the machine is well, in the order in which they came."""
    language = settings().language
    rows = listings.rows_of(conn, StoppedBatch, "status/batches_waiting_for_machine")
    for row in rows:
        row["says"] = say(f"machine.{row['waits_for']}", language)
        row["cure"] = say(f"machine.{row['waits_for']}.cure", language)
    return rows


def sessions_that_wait(conn: Connection[Any]) -> list[LockWait]:
    """Return who waits for whom in the warehouse, the longest waiting first."""
    return listings.rows_of(conn, LockWait, "locks/lock_waits")


def damaged(conn: Connection[Any]) -> tuple[list[UnreadBatch], int]:
    """Return the batches that wait with bytes that are not those that came, and how many were looked at."""
    waiting = listings.rows_of(conn, UnreadBatch, "status/batches_to_read", limit=MOST_HASHED)
    return [row for row in waiting if not _whole(row["sha256"])], len(waiting)


def _whole(sha256: str) -> bool:
    try:
        raw_store.open_raw(sha256).close()
    except raw_store.RawDamaged:
        return False
    return True
