"""Bring the tables of core and history up to the standard, as far as that only adds.

Tables and columns that the standard has gained are created; anything that would change or drop what is there needs a
migration that a person writes, and is refused with its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, create_engine, make_url
from sqlalchemy.pool import NullPool

from hub.errors import FixTheHub
from standards.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import MetaData

SCHEMAS = frozenset({"core", "history"})


def apply_standard(url: str) -> list[str]:
    """Bring core and history up to the standard and return what was added.

    Raises FixTheHub when the standard has changed or lost something that the warehouse holds.
    """
    tables: MetaData = metadata()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_schemas": True, "include_name": _is_standard, "compare_type": True},
        )
        differences = compare_metadata(context, tables)
        added = [_name(difference) for difference in differences if _is_additive(difference)]
        refused = [_name(difference) for difference in differences if not _is_additive(difference)]
        if refused:
            raise FixTheHub(
                "The standard no longer has what the warehouse holds, or holds it otherwise.",
                where=", ".join(refused),
                why="Only additions apply themselves; data is never dropped or rewritten by starting the hub.",
                next_step="Write a numbered migration in warehouse_sql/, or put the standard back.",
            )
        operations = Operations(context)
        for difference in differences:
            if isinstance(difference, list):
                for _, schema, table, column, _, _, comment in difference:
                    operations.alter_column(table, column, schema=schema, comment=comment)
            elif difference[0] == "add_column":
                _, schema, table, new = difference
                operations.add_column(table, Column(new.name, new.type, comment=new.comment), schema=schema)
        tables.create_all(connection)
        for index in (difference[1] for difference in differences if difference[0] == "add_index"):
            index.create(connection, checkfirst=True)  # one of a new table is there already
    return added


def _is_standard(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "schema" or name in SCHEMAS


def _is_additive(difference: Any) -> bool:
    if isinstance(difference, list):  # changes within one column
        return all(change[0] == "modify_comment" for change in difference)
    kind = difference[0]
    return kind in {"add_table", "add_index", "add_table_comment"} or (
        kind == "add_column" and bool(difference[3].nullable)
    )


def _name(difference: Any) -> str:
    if isinstance(difference, list):
        return f"{difference[0][0]} {difference[0][1]}.{difference[0][2]}.{difference[0][3]}"
    parts = [str(getattr(part, "fullname", getattr(part, "name", part))) for part in difference[1:4]]
    return " ".join([difference[0], *parts])
