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


LANDING = sql.Identifier("pg_temp", "landing")


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
    """Copy part after part into `schema.table` in one COPY; each part has the columns `fields`, in any order.

    Where row security binds the login, PostgreSQL refuses COPY: the rows then go through a temporary table.
    """
    same = {name: pa.array([value]) for name, value in (constants or {}).items()}
    types = _types(conn, table)
    kinds, constant_kinds = [types[name] for name in fields], [types[name] for name in same]

    def encoded(part: pa.Table) -> pa.Buffer:
        plain = [part[name].combine_chunks() for name in fields]
        return pgcopy.tuples(plain, kinds, list(same.values()), constant_kinds)

    final = {"table": sql.Identifier(*table), "columns": columns([*same, *fields])}
    secured = conn.execute(statement("loading/is_row_secured"), {"table": _quoted(conn, table)}).fetchone() == (True,)
    if secured:
        conn.execute(compose("loading/create_landing", **final))
    into = compose("loading/copy_in", **{**final, **({"table": LANDING} if secured else {})})
    with conn.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(pgcopy.HEADER)
        for block in side_by_side((part for part in parts if part.num_rows), encoded, threads=1):
            copy.write(block)
        copy.write(pgcopy.TRAILER)
    if secured:
        conn.execute(compose("loading/take_landed", **final))
        conn.execute(statement("loading/drop_landing"))


def _types(conn: Connection[Any], table: tuple[str, str]) -> dict[str, str]:
    """Return PostgreSQL's name of each column's type."""
    about = {"table": _quoted(conn, table)}
    return dict(conn.execute(statement("loading/column_types"), about).fetchall())


def _quoted(conn: Connection[Any], table: tuple[str, str]) -> str:
    return sql.Identifier(*table).as_string(conn)
