"""SQL is kept in `warehouse_sql/`, one statement a file, and is read from there by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString

if TYPE_CHECKING:
    from psycopg import sql

FOLDER = Path(__file__).resolve().parent.parent / "warehouse_sql"


@cache
def statement(name: str) -> LiteralString:
    """Return the text of `warehouse_sql/<name>.sql`.  It ships with the code, so it counts as a literal."""
    text: LiteralString = (FOLDER / f"{name}.sql").read_text("utf-8")
    return text


def compose(name: str, **parts: sql.Composable) -> sql.Composed:
    """Return the statement `name` with its `{places}` filled by quoted identifiers, never by text."""
    from psycopg import sql  # noqa: PLC0415 - whoever only checks files has no database

    return sql.SQL(statement(name)).format(**parts)


def columns(names: list[str], table: str | None = None) -> sql.Composed:
    """Return the names as a quoted, comma-separated list, each with `table.` in front when that is given."""
    from psycopg import sql  # noqa: PLC0415 - see above

    return sql.SQL(", ").join(sql.Identifier(table, name) if table else sql.Identifier(name) for name in names)
