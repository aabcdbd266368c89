"""Counts of the event marts, so that questions over years read few rows; and by what products and parties are found.

The counts are made in full from the marts.  A refresh notes what it takes from the marts and what it adds, and the same
statements then add these rows up, each with its sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from warehouse import dynamic_sql as to
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg import Connection

    from standards import RecordType

KEYS = ("party_key", "product_key", "product_word")  # marts by which records are found
PARTY = "party"  # the list of parties
COUNTS = {  # by their mart
    "region_day": "event_counts/count_region_day",
    "category_day": "event_counts/count_category_day",
    "pair_day": "event_counts/count_pair_day",
    "product_year": "event_counts/count_product_year",
}
ALL = {
    "events": "event_counts/all_events",
    "products": "event_counts/all_products",
    "hazards": "event_counts/all_hazards",
}
NOTED = {
    "risk_event": "event_counts/note_events",
    "activity": "event_counts/note_events",
    "event_product": "event_counts/note_products",
    "event_hazard": "event_counts/note_hazards",
}
TAKEN, ADDED = -1, 1


def key_rows(record_type: RecordType, items: Callable[[str], sql.Composable]) -> Iterator[tuple[str, sql.Composed]]:
    """Yield each mart of `KEYS` that the records of a type have rows in, with the SELECT of these.

    Args:
        record_type: One whose records may be events.
        items: From the name of the table of a list to what is selected from.
    """
    declared = record_type.mart
    products = declared.products if declared is not None else ""
    for mart, name, child in (
        ("party_key", "event_counts/parties", PARTY),
        ("product_key", "event_counts/products", products),
        ("product_word", "event_counts/words", products),
    ):
        if child in record_type.tables:
            about = {"record_type": sql.Literal(record_type.name), "items": items(record_type.tables[child].name)}
            yield mart, compose(name, **about)


def fill_counts(conn: Connection[Any], activity_types: Sequence[str]) -> None:
    """Fill the counts, which are empty, from the event marts."""
    _count(conn, activity_types, {name: to.in_brackets(compose(every)) for name, every in ALL.items()})


def take_touched(conn: Connection[Any], mart: str) -> None:
    """Remove the rows of a mart that come from the records in `touched_record`, and note what is counted of them."""
    name = sql.Identifier("mart", mart)
    if mart in NOTED:
        conn.execute(compose("event_counts/take_touched", mart=name, note=_note(mart, TAKEN)))
    else:
        conn.execute(compose("marts/delete_touched", mart=name))


def add_rows(conn: Connection[Any], mart: str, rows: sql.Composed) -> None:
    """Add rows to a mart, and note what is counted of them."""
    name = sql.Identifier("mart", mart)
    if mart in NOTED:
        conn.execute(compose("event_counts/add_rows", mart=name, rows=rows, note=_note(mart, ADDED)))
    else:
        conn.execute(compose("event_marts/insert", mart=name, rows=rows))


def count_changes(conn: Connection[Any], activity_types: Sequence[str]) -> None:
    """Add what was noted to the counts, and drop the notes."""
    conn.execute(statement("event_counts/analyze_changed"))
    tables = {"events": "changed_event", "products": "changed_product", "hazards": "changed_hazard"}
    _count(conn, activity_types, {name: sql.Identifier(table) for name, table in tables.items()})
    conn.execute(statement("event_counts/remove_nothing"))
    conn.execute(statement("event_counts/drop_changed"))


def _note(mart: str, sign: int) -> sql.Composed:
    is_activity = {"is_activity": sql.Literal(mart == "activity")} if NOTED[mart] == "event_counts/note_events" else {}
    return compose(NOTED[mart], sign=sql.Literal(sign), **is_activity)


def _count(conn: Connection[Any], activity_types: Sequence[str], sources: dict[str, sql.Composable]) -> None:
    for name in COUNTS.values():
        conn.execute(compose(name, activity_types=sql.Literal(list(activity_types)), **sources))
