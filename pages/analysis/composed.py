"""Queries whose conditions depend on the request: composed of named statements, read as every page reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from psycopg.rows import kwargs_row

if TYPE_CHECKING:
    from psycopg import sql

    from pages.site.reading import Reader

Row = TypeVar("Row")


def composed_rows(reader: Reader, kind: type[Row], query: sql.Composed, /, **values: Any) -> list[Row]:
    """Return the rows of a composed query, each as `kind`."""
    with reader.connection() as conn, conn.cursor(row_factory=kwargs_row(kind)) as cursor:
        return cursor.execute(query, values or None).fetchall()


def copyable(query: sql.Composed) -> str:
    """Return a query as text that can be run as it stands: its values are literals."""
    return "\n".join(line.rstrip() for line in query.as_string().splitlines() if line.strip())
