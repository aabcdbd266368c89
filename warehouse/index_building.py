"""Filling tables without their indexes, which are made afterwards in the order of their keys."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from warehouse import dynamic_sql as to
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection


@contextmanager
def without_indexes(conn: Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """Drop the indexes of tables, keys too, and make them as they were at the end, in the transaction of the caller.

    Args:
        conn: A connection as their owner.
        tables: Names with their schemas.
    """
    found = conn.execute(statement("event_counts/indexes"), {"tables": list(tables)}).fetchall()
    for table, index, _, constraint, _ in found:
        conn.execute(to.drop_index(table, index, constraint))
    yield
    for table, _, definition, constraint, key in found:
        conn.execute(to.make_index(table, definition, constraint, key))
