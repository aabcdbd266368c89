"""What waits, and for what: batches for the machine, sessions for one another; and what of the raw store is damaged.

`status` and `doctor` ask this.  No answer holds data: ids, names of files, sessions and roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from connectors import raw_store
from hub.i18n import say
from hub.settings import settings
from warehouse import ledger
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection

LOOKED_AT = 200  # deliveries whose bytes `doctor` hashes


def batches_in_trouble(conn: Connection[Any]) -> list[dict[str, Any]]:
    """Return the batches that wait until the machine is well: batch, source, file, state, waits_for, since, cure."""
    language = settings().language
    return [
        row
        | {
            "says": say(f"machine.{row['waits_for']}", language),
            "cure": say(f"machine.{row['waits_for']}.cure", language),
        }
        for row in ledger.rows_of(conn, "status/batches_waiting_for_machine")
    ]


def sessions_that_wait(conn: Connection[Any]) -> list[dict[str, Any]]:
    """Return who waits for whom in the warehouse: both sessions with login and program, since when, and for what."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("locks/lock_waits")).fetchall()


def damaged(conn: Connection[Any]) -> tuple[list[dict[str, Any]], int]:
    """Return the batches that wait with bytes that are not those that came, and how many were looked at."""
    waiting = ledger.rows_of(conn, "status/batches_to_read", limit=LOOKED_AT)
    return [row for row in waiting if not _whole(row["sha256"])], len(waiting)


def _whole(sha256: str) -> bool:
    try:
        raw_store.open_raw(sha256).close()
    except raw_store.RawDamaged:
        return False
    return True
