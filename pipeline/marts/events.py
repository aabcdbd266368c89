"""How the event marts are kept up: the rows of the records that batches touched are made anew.

A batch changes core in one transaction, whose time is `recorded_from` of what it brought and `recorded_to` of what it
ended.  So the records that a batch touched are found by its `loaded_at`, whatever it did: new rows, corrections,
withdrawals, snapshots and replays alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from warehouse import event_marts
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from pipeline.marts.pending import PendingBatch


def apply_to_event_marts(conn: Connection[Any], batches: Sequence[PendingBatch]) -> None:
    """Make the rows of the records that the batches touched anew, in the transaction of the caller."""
    moments = [each.loaded_at for each in batches]
    conn.execute(statement("marts/create_touched"))
    for record_type in event_marts.event_types():
        name = record_type.tables[""].name
        tables = {"core": sql.Identifier("core", name), "history": sql.Identifier("history", name)}
        about = {"record_type": record_type.name, "first": min(moments), "last": max(moments), "moments": moments}
        conn.execute(compose("marts/record_touched", **tables), about)
    conn.execute(statement("marts/analyze_touched"))
    names = [name for (name,) in conn.execute(statement("marts/touched_types")).fetchall()]
    if names:
        event_marts.replace_touched(conn, names)
    conn.execute(statement("marts/drop_touched"))
