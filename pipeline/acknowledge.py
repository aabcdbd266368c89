"""Acknowledge: the finished receipts leave the outbox for the sender's folder.

The bytes were fixed by the transaction that loaded the rows.  tmp, fsync, rename, fsync of the folder, then the mark:
whatever dies in between, the next call writes the same bytes under the same name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from hub import ledger
from hub.settings import settings
from hub.sql import statement
from pipeline.warehouse import connect
from pipeline.work import Work

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection


def acknowledge_batch(batch_id: str) -> None:
    """Publish the batch's receipts into its `out/` folder and close the batch."""
    with connect() as conn:
        for receipt in ledger.rows_of(conn, "receipts_to_publish", batch_id=batch_id):
            out = settings().exchange / receipt["agency"] / receipt["feed"] / "out"
            publish(out / receipt["name"], bytes(receipt["body"]))
            conn.execute(statement("ledger/mark_published"), {"batch_id": batch_id, "kind": receipt["kind"]})
        publish_notices(conn, batch_id)
        conn.execute(statement("ledger/acknowledge"), {"batch_id": batch_id})
    Work(batch_id).clear()


def publish_notices(conn: Connection[Any], cause: str | None = None) -> int:
    """Publish the notices that a batch has caused, or all that wait; return how many files that makes."""
    with conn.cursor(row_factory=dict_row) as cursor:
        waiting = cursor.execute(statement("conflict/notices_to_publish"), {"cause": cause}).fetchall()
    for each in waiting:
        publish(settings().exchange / each["agency"] / each["feed"] / "out" / each["name"], bytes(each["body"]))
        key = {name: each[name] for name in ("agency", "feed", "cause", "kind")}
        conn.execute(statement("conflict/notice_published"), key)
    return len(waiting)


def publish(path: Path, body: bytes) -> None:
    """Write `body` so that a reader sees all of it or nothing, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
