"""A warehouse without what a test has loaded into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from psycopg import Connection

TABLES = """
select table_schema, table_name from information_schema.tables
where table_schema in ('core', 'history') and table_type = 'BASE TABLE'
  and (table_name = %(record_type)s or table_name like %(record_type)s || '\\_%%')
"""


def forget_records(conn: Connection[Any], record_type: str = "fire_incident") -> None:
    """Take the records of a type out of core and history, with their lists, and all batches out of the ledger."""
    named = conn.cursor(row_factory=tuple_row).execute(TABLES, {"record_type": record_type}).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(*each) for each in named)
    conn.execute(sql.SQL("truncate {names}, quarantine.row, ledger.batch cascade").format(names=names))
