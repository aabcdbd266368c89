"""Asking for conflicts: one by one, or how many between which sources and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection


def conflicts(
    conn: Connection[Any], *, source: str | None, link: str | None, closed: bool, limit: int
) -> list[dict[str, Any]]:
    """Return conflicts, the latest first; closed ones too when `closed` is true."""
    about = {"source": source, "link": link, "closed": closed, "limit": limit}
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("conflicts/list_conflicts"), about).fetchall()


def summary(conn: Connection[Any], *, source: str | None, link: str | None) -> list[dict[str, Any]]:
    """Return per link, rule and pair of sources how many are open and since when, and how many were closed."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("conflicts/summarize_conflicts"), {"source": source, "link": link}).fetchall()
