"""Acknowledge: the finished receipts leave the outbox for the sender's folder.

The bytes were fixed by the transaction that loaded the rows.  Draft, fsync, rename, fsync of the folder, then the mark:
whatever dies in between, the next call writes the same bytes under the same name.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypedDict

from psycopg.rows import dict_row

from connectors.inbox.exchange import publish
from hub.errors import FixTheHub
from pipeline.transform.staging import Work
from warehouse import listings
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection

log = logging.getLogger(__name__)


class WaitingReceipt(TypedDict):
    """A finished receipt that is not published yet."""

    agency: str
    feed: str
    batch_id: str
    kind: str
    name: str
    body: bytes


def acknowledge_batch(batch_id: str) -> None:
    """Publish the batch's receipts into its `out/` folder and close the batch."""
    with connect() as conn:
        _publish_waiting(conn, batch_id)
        publish_notices(conn, batch_id)
        conn.execute(statement("ledger/acknowledge_batch"), {"batch_id": batch_id})
    Work(batch_id).clear()


def acknowledge_arrival(batch_id: str) -> None:
    """Publish what the outbox has for a batch that has just come: we hold these bytes.

    A folder that cannot be written to stops nothing: the receipt goes out with the others at the end.
    """
    try:
        with connect() as conn:
            _publish_waiting(conn, batch_id)
    except (OSError, FixTheHub) as fault:
        log.warning("the technical receipt of %s waits: %s", batch_id, fault)


def _publish_waiting(conn: Connection[Any], batch_id: str) -> None:
    for receipt in listings.rows_of(conn, WaitingReceipt, "receipts/unpublished_receipts", batch_id=batch_id):
        publish(f"{receipt['agency']}/{receipt['feed']}", receipt["name"], bytes(receipt["body"]))
        conn.execute(statement("receipts/mark_published"), {"batch_id": batch_id, "kind": receipt["kind"]})


def publish_notices(conn: Connection[Any], cause: str | None = None) -> int:
    """Publish the notices that a batch has caused, or all that wait; return how many files that makes.

    Another agency's folder that takes none stops nobody else: its notices wait for the next sweep.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        waiting = cursor.execute(statement("conflicts/unpublished_notices"), {"cause": cause}).fetchall()
    published = 0
    for each in waiting:
        try:
            publish(f"{each['agency']}/{each['feed']}", each["name"], bytes(each["body"]))
        except (OSError, FixTheHub) as fault:
            log.warning("the notice %s to %s/%s waits: %s", each["name"], each["agency"], each["feed"], fault)
            continue
        key = {name: each[name] for name in ("agency", "feed", "cause", "kind")}
        conn.execute(statement("conflicts/mark_published"), key)
        published += 1
    return published
