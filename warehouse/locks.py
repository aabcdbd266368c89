"""Locks: what one process at a time may do, as rows of `ledger.lock` that only the hub may lock.

A lock ends with its transaction, so a process that dies releases it.  A caller that waits too long gets RetryLater,
which names the holder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.errors import RetryLater
from hub.machine import LOCKED
from hub.messages import error_of, sentence
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection


def take(conn: Connection[Any], what: str) -> None:
    """Wait for the lock `what` and hold it until the end of the transaction.

    Raises RetryLater after the time that the session waits for locks (RISKHUB_LOCK_SECONDS).
    """
    from psycopg import Rollback  # noqa: PLC0415 - a check of files has no database
    from psycopg.errors import LockNotAvailable  # noqa: PLC0415

    about = {"what": what}
    known = conn.execute(statement("locks/find_lock"), about).fetchone()  # begins the transaction that holds the lock
    try:
        if known is None:
            with conn.transaction():
                conn.execute(statement("locks/make_lock"), about)
        # Taken by the transaction itself, not within a savepoint: so others can see who holds it.
        while conn.execute(statement("locks/try_lock"), about).fetchone() is None:
            with conn.transaction():
                conn.execute(statement("locks/wait_for_lock"), about)  # waits, and releases it again
                raise Rollback
    except LockNotAvailable:
        raise error_of(RetryLater, "warehouse.locked", why=holder(conn, what), trouble=LOCKED, what=what) from None


def make(conn: Connection[Any], *whats: str) -> None:
    """Make locks known before they are needed: a waiting process can then see the holder."""
    for what in whats:
        if conn.execute(statement("locks/find_lock"), {"what": what}).fetchone() is None:
            conn.execute(statement("locks/make_lock"), {"what": what})


def try_to_take(conn: Connection[Any], what: str) -> bool:
    """Hold the lock `what` until the end of the transaction if it is free, and return whether.

    Ends the transaction that is open: a lock that is made now must be seen by others before it is held.
    """
    conn.execute(statement("locks/make_lock"), {"what": what})
    conn.commit()
    return conn.execute(statement("locks/try_lock"), {"what": what}).fetchone() is not None


def try_batch(conn: Connection[Any], batch_id: str) -> bool:
    """Hold the work on a batch until the end of the transaction if it is free, and return whether."""
    return conn.execute(statement("locks/try_batch_lock"), {"batch_id": batch_id}).fetchone() is not None


def holder(conn: Connection[Any], what: str) -> str:
    """Return a sentence for the operator that names the holder of the lock `what`."""
    row = conn.execute(statement("locks/lock_holder"), {"what": what}).fetchone()
    if row is None:
        return sentence("warehouse.released")
    pid, role, program, since = row
    begun = sentence("warehouse.held_since", since=since) if since else ""
    return sentence("warehouse.holder", pid=pid, role=role, program=program, since=begun)
