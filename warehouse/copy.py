"""COPY: Arrow tables into PostgreSQL tables, in its binary form, streamed.

Encoding and the server's work overlap: the next part is made while the server takes in the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from psycopg import sql

from hub.concurrency import side_by_side
from warehouse import pgcopy
from warehouse.dynamic_sql import columns, compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection


def copy_in(
    conn: Connection[Any], table: tuple[str, str], records: pa.Table, constants: Mapping[str, object] | None = None
) -> None:
    """Copy `records` into `schema.table`; `constants` are columns that hold one value in every row."""
    copy_stream(conn, table, records.schema.names, [records], constants)


def copy_stream(
    conn: Connection[Any],
    table: tuple[str, str],
    fields: list[str],
    parts: Iterable[pa.Table],
    constants: Mapping[str, object] | None = None,
) -> None:
    """Copy part after part into `schema.table` in one COPY; each part has the columns `fields`, in any order."""
    same = {name: pa.array([value]) for name, value in (constants or {}).items()}
    types = _types(conn, table)
    kinds, constant_kinds = [types[name] for name in fields], [types[name] for name in same]

    def encoded(part: pa.Table) -> pa.Buffer:
        plain = [part[name].combine_chunks() for name in fields]
        return pgcopy.tuples(plain, kinds, list(same.values()), constant_kinds)

    into = compose("loading/copy_in", table=sql.Identifier(*table), columns=columns([*same, *fields]))
    with conn.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(pgcopy.HEADER)
        for block in side_by_side((part for part in parts if part.num_rows), encoded, threads=1):
            copy.write(block)
        copy.write(pgcopy.TRAILER)


def _types(conn: Connection[Any], table: tuple[str, str]) -> dict[str, str]:
    """Return PostgreSQL's name of each column's type."""
    place = sql.Identifier(*table).as_string(conn)
    return dict(conn.execute(statement("loading/column_types"), {"table": place}).fetchall())
