"""Keep the marts up with core: after a load, outside its transaction, at a cost that follows what batches touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import IsolationLevel

from pipeline.marts.events import apply_to_event_marts
from pipeline.marts.pending import pending_batches, record_applied
from pipeline.marts.quality import apply_to_quality_marts, fill_quality_marts, quality_definition
from warehouse import event_marts
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from psycopg import Connection

    from pipeline.marts.pending import PendingBatch


@dataclass(frozen=True)
class StoredMart:
    """A mart, or several that are kept up together.

    Attributes:
        name: As in `mart.built`.
        definition: Returns a digest of what it is: where it has changed, a migration builds the mart anew.
        fill: Fills it from core, as its owner.
        apply: Brings it up to batches that are new to it, as the loader.
        drop: The statement that removes its tables before a migration makes them otherwise; "" where they stay.
    """

    name: str
    definition: Callable[[], str]
    fill: Callable[[Connection[Any]], None]
    apply: Callable[[Connection[Any], Sequence[PendingBatch]], None]
    drop: str = ""


STORED = (
    StoredMart("event", event_marts.definition, event_marts.fill, apply_to_event_marts, "event_marts/drop_changed"),
    StoredMart("quality", quality_definition, fill_quality_marts, apply_to_quality_marts),
)


def refresh_marts(conn: Connection[Any]) -> int:
    """Bring every mart up to what is loaded, and commit.

    What a mart shows afterwards is core as it was after whole batches: it is read in one snapshot.  Without new batches
    it is one query for each mart.

    Args:
        conn: A connection as the loader, outside a transaction.

    Returns:
        How many batches were new to a mart, over all marts.
    """
    return sum(refresh_mart(conn, mart) for mart in STORED)


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


def refresh_mart(conn: Connection[Any], mart: StoredMart) -> int:
    """Bring one mart up to what is loaded, and commit; return how many batches were new to it."""
    waiting = pending_batches(conn, mart.name)
    conn.rollback()
    if not waiting:
        return 0
    level = conn.isolation_level
    conn.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with conn.transaction():
            conn.execute(statement("marts/one_at_a_time"))
            batches = pending_batches(conn, mart.name)  # another process may have been first
            if batches:
                mart.apply(conn, batches)
                record_applied(conn, mart.name, batches)
    finally:
        conn.isolation_level = level
    return len(batches)
