"""A row of two agencies in every table that readers may know of, with a text that tells whose it is and how protected.

Every text of an agency's row holds `zq_alpha` or `zq_beta`; where readers may not select the column, `zq_closed` too.
Keys are alike, so that rows of one agency join.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from psycopg import Connection

ZQ = f"zq{os.environ.get('PYTEST_XDIST_WORKER', '')}"  # roles are those of the whole server, which workers share
ALPHA, BETA = f"{ZQ}_alpha", f"{ZQ}_beta"
AGENCIES = (ALPHA, BETA)
CLOSED = f"{ZQ}_closed"
COLUMNS = """
select n.nspname, c.relname, a.attname, format_type(a.atttypid, null),
       coalesce(f.record_type, 'fire_incident'), coalesce(f.is_open, true)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('core', 'history', 'mart')
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
left join access.field f on (f.table_name, f.column_name) = (c.relname, a.attname) and n.nspname <> 'mart'
where c.relkind in ('r', 'p')
  and exists (select from pg_attribute k where k.attrelid = c.oid and k.attname = 'agency' and not k.attisdropped)
order by 1, 2, a.attnum
"""
VALUES: dict[str, Any] = {
    "uuid": "00000000-0000-0000-0000-000000000001",
    "bytea": b"x",
    "boolean": True,
    "date": "2026-03-01",
    "timestamp with time zone": "2026-03-01 00:00:00Z",
    "jsonb": "{}",
    "text[]": "{}",
}
# The version of history was known before the one of core.
KNOWN = {"recorded_from": "2026-01-01 00:00:00Z", "recorded_to": "2026-02-01 00:00:00Z"}


def fill(conn: Connection[Any]) -> int:
    """Write the rows, as the owner; return how many tables there are."""
    tables: dict[tuple[str, str], list[tuple[str, str, str, bool]]] = {}
    for schema, table, column, kind, record_type, is_open in conn.execute(COLUMNS.encode()).fetchall():
        tables.setdefault((schema, table), []).append((column, kind, record_type, is_open))
    for agency in AGENCIES:
        conn.execute("insert into ledger.agency values (%s, %s, %s, 'en')", [agency, agency, agency])
        source = (
            "insert into ledger.source (agency, feed, title_zh, title_en, record_type) values (%s, 'f', %s, %s, %s)"
        )
        conn.execute(source, [agency, agency, agency, "fire_incident"])
        for place, columns in tables.items():
            names = sql.SQL(", ").join(sql.Identifier(name) for name, *_ in columns)
            values = sql.SQL(", ").join(sql.Literal(_value(agency, *each)) for each in columns)
            into = sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(*place), names, values)
            conn.execute(into)
    return len(tables)


def _value(agency: str, column: str, kind: str, record_type: str, is_open: bool) -> Any:  # noqa: FBT001
    if column in ("agency", "record_type"):
        return agency if column == "agency" else record_type
    if column in KNOWN:
        return KNOWN[column]
    if kind == "text":
        return f"{agency} {column}" if is_open else f"{agency} {CLOSED} {column}"
    return VALUES.get(kind, 1)
