"""Keep the marts up with core: after a load, outside its transaction, at a cost that follows what the batches touched.

A batch changes core in one transaction, whose time is `recorded_from` of what it brought and `recorded_to` of what it
ended.  So the records that a batch touched are found by its `loaded_at`, whatever it did: new rows, corrections,
withdrawals, snapshots and replays alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import IsolationLevel, sql
from psycopg.rows import namedtuple_row

from warehouse import event_marts, quality_marts
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from psycopg import Connection


@dataclass(frozen=True)
class StoredMart:
    """A mart, or several that are kept up together.

    Attributes:
        name: As in `mart.built`.
        definition: Returns a digest of what it is: where it has changed, a migration builds the mart anew.
        fill: Fills it from core, as its owner.
        replace_touched: Makes the rows of the records in `touched_record` anew, given the types in it.
        replace_batches: Makes anew what these batches touched, by their ids; a mart has this or `replace_touched`.
        drop: The statement that removes its tables, before a migration makes them otherwise; None: they stay.
    """

    name: str
    definition: Callable[[], str]
    fill: Callable[[Connection[Any]], None]
    drop: str | None = None
    replace_touched: Callable[[Connection[Any], Iterable[str]], None] | None = None
    replace_batches: Callable[[Connection[Any], list[str]], None] | None = None


STORED = (
    StoredMart(
        "event",
        event_marts.definition,
        event_marts.fill,
        drop="event_marts/drop_changed",
        replace_touched=event_marts.replace_touched,
    ),
    StoredMart(
        "quality",
        quality_marts.definition,
        quality_marts.fill,
        replace_batches=quality_marts.replace_batches,
    ),
)


def refresh_marts(conn: Connection[Any]) -> int:
    """Bring every mart up to what is loaded, and commit.

    What the marts show afterwards is core as it was after whole batches: all of it is read in one snapshot.  Without
    new batches it is one query.

    Args:
        conn: A connection as the loader, outside a transaction.

    Returns:
        How many batches were new to some mart.
    """
    if not any(_pending(conn, mart) for mart in STORED):
        conn.rollback()
        return 0
    conn.rollback()
    level = conn.isolation_level
    conn.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with conn.transaction():
            conn.execute(statement("marts/one_at_a_time"))
            found = sum(_refresh(conn, mart) for mart in STORED)
    finally:
        conn.isolation_level = level
    return found


def marts_to_build(conn: Connection[Any], *, changed: bool) -> list[StoredMart]:
    """Return the marts that a migration must fill, and remove the tables of those whose definition has changed.

    Args:
        conn: A connection as the owner.
        changed: Whether the migration has changed the tables of core.
    """
    stale = []
    for mart in STORED:
        built = conn.execute(statement("marts/definition"), {"mart": mart.name}).fetchone()
        same = built is not None and built[0] == mart.definition()
        if not same and mart.drop:
            conn.execute(statement(mart.drop))
        if changed or not same:
            stale.append(mart)
    return stale


def build_marts(conn: Connection[Any], stale: Iterable[StoredMart]) -> None:
    """Fill marts from all that core holds, as their owner, in the transaction of the caller.

    What is loaded meanwhile is not written down as applied, so the next refresh takes it.
    """
    for mart in stale:
        about = {"mart": mart.name, "definition": mart.definition()}
        conn.execute(statement("marts/set_built"), about)
        conn.execute(statement("marts/forget_applied"), about)
        conn.execute(statement("marts/apply_all"), about)
        mart.fill(conn)


def _refresh(conn: Connection[Any], mart: StoredMart) -> int:
    pending = _pending(conn, mart)
    if not pending:
        return 0
    if mart.replace_touched:
        _replace_touched(conn, pending, mart.replace_touched)
    if mart.replace_batches:
        mart.replace_batches(conn, [each.batch_id for each in pending])
    conn.execute(
        statement("marts/record_applied"),
        {
            "mart": mart.name,
            "agencies": [each.agency for each in pending],
            "feeds": [each.feed for each in pending],
            "batches": [each.batch_id for each in pending],
        },
    )
    conn.execute(statement("marts/set_refreshed"), {"mart": mart.name})
    conn.execute(statement("marts/drop_touched"))
    return len(pending)


def _replace_touched(
    conn: Connection[Any], pending: list[Any], replace: Callable[[Connection[Any], Iterable[str]], None]
) -> None:
    moments = [each.loaded_at for each in pending]
    conn.execute(statement("marts/create_touched"))
    for record_type in event_marts.event_types():
        name = record_type.tables[""].name
        tables = {"core": sql.Identifier("core", name), "history": sql.Identifier("history", name)}
        about = {"record_type": record_type.name, "first": min(moments), "last": max(moments), "moments": moments}
        conn.execute(compose("marts/record_touched", **tables), about)
    conn.execute(statement("marts/analyze_touched"))
    names = [name for (name,) in conn.execute(statement("marts/touched_types")).fetchall()]
    if names:
        replace(conn, names)


def _pending(conn: Connection[Any], mart: StoredMart) -> list[Any]:
    with conn.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement("marts/pending_batches"), {"mart": mart.name}).fetchall()
