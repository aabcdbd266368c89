"""Bring the tables of core and history up to the standard, as far as that only adds.

Tables and columns that the standard has gained are created; anything that would change or drop what is there needs a
migration that a person writes (`warehouse/standard_migrations.py`), and is refused with its name.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from psycopg import sql
from sqlalchemy import Column, create_engine, make_url
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import (
    ColumnCollectionConstraint,
    CreateIndex,
    CreateTable,
    ExecutableDDLElement,
    SetColumnComment,
    SetTableComment,
)

from hub.errors import FixTheHub
from hub.messages import error_of
from standards import standard
from standards.tables import metadata
from warehouse.dynamic_sql import compose
from warehouse.standard_migrations import apply_migrations
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from psycopg import Connection
    from sqlalchemy import MetaData

SCHEMAS = frozenset({"core", "history"})


class MomentZone(NamedTuple):
    """The one time zone in which a feed writes a moment of its records of one type."""

    agency: str
    feed: str
    record_type: str
    moment: str
    zone: str


def apply_standard(
    url: str, zones: Callable[[], Iterable[MomentZone]], rehash: Callable[[Connection[Any]], Iterable[str]]
) -> list[str]:
    """Bring core and history up to the standard, in one transaction.

    Written migrations that are not applied yet come first.  A new column that holds the local day of a moment is
    filled, with the column of its zone.

    Args:
        url: The address of the warehouse, as its owner.
        zones: Called only when such a column is new; where it gives no zone, day and zone stay null.
        rehash: Called in the end when a written migration was applied; makes content hashes anew and says of which.

    Returns:
        What was migrated, added, filled and rehashed.

    Raises:
        FixTheHub: The standard has changed or lost something that the warehouse holds.
    """
    tables: MetaData = metadata()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        migrated = apply_migrations(raw)
        if not _holds_tables(raw):
            _create_all(raw, tables)
            return [*migrated, *(f"add_table {name}" for name in sorted(tables.tables))]
        if not migrated and _is_unchanged(raw, tables):
            return []
        context = MigrationContext.configure(
            connection,
            opts={"include_schemas": True, "include_name": _is_standard, "compare_type": True},
        )
        differences = compare_metadata(context, tables)
        added = [_name(difference) for difference in differences if _is_additive(difference)]
        refused = [_name(difference) for difference in differences if not _is_additive(difference)]
        if refused:
            raise error_of(FixTheHub, "warehouse.standard_changed", where=", ".join(refused))
        operations = Operations(context)
        for difference in differences:
            if isinstance(difference, list):
                for _, schema, table, column, _, _, comment in difference:
                    operations.alter_column(table, column, schema=schema, comment=comment)
            elif difference[0] == "add_column":
                _, schema, table, new = difference
                operations.add_column(table, Column(new.name, new.type, comment=new.comment), schema=schema)
            elif difference[0] == "add_table_comment":
                about = difference[1]
                operations.create_table_comment(about.name, about.comment, schema=about.schema)
        tables.create_all(connection)
        for index in (difference[1] for difference in differences if difference[0] == "add_index"):
            index.create(connection, checkfirst=True)  # one of a new table is there already
        columns = {(each[1], each[2], each[3].name) for each in differences if each[0] == "add_column"}
        done = migrated + added + list(_filled_days(raw, columns, zones))
        return done + (list(rehash(raw)) if migrated else [])


def record_agreement(conn: Connection[Any]) -> None:
    """Record, as the owner, that the tables are as the standard says, so that the next migration need not compare them.

    Comparing looks at every column of every table, which takes seconds.
    """
    now = {"standard": _digest(metadata()), "catalogue": _catalogue(conn)}
    if conn.execute(statement("migration/compared")).fetchone() != (now["standard"], now["catalogue"]):
        conn.execute(statement("migration/record_compared"), now)


def _is_unchanged(raw: Connection[Any], tables: MetaData) -> bool:
    """Whether standard and warehouse are what they were when they were last found to agree."""
    if raw.execute(statement("migration/has_schema_state")).fetchone() != (True,):
        return False
    return raw.execute(statement("migration/compared")).fetchone() == (_digest(tables), _catalogue(raw))


def _catalogue(conn: Connection[Any]) -> str | None:
    found = conn.execute(statement("migration/catalogue")).fetchone()
    return None if found is None else found[0]


@cache
def _digest(tables: MetaData) -> str:
    """Return a SHA-256 of all that the comparison looks at; the same in every process."""
    found = sha256()
    for name, table in sorted(tables.tables.items()):
        columns = [
            (each.name, str(each.type), getattr(each.type, "timezone", None), each.nullable,
             _text(each.server_default), each.comment)
            for each in table.columns
        ]  # fmt: skip
        keys = sorted(
            (str(key.name), [each.name for each in key.columns])
            for key in table.constraints
            if isinstance(key, ColumnCollectionConstraint)
        )
        indexes = sorted(
            (str(each.name), each.unique, [str(part) for part in each.expressions],
             sorted((key, str(value)) for key, value in each.dialect_kwargs.items()))
            for each in table.indexes
        )  # fmt: skip
        found.update(repr((name, table.comment, columns, keys, indexes)).encode())
    return found.hexdigest()


def _text(default: object) -> str:
    return str(getattr(default, "arg", default))


def _holds_tables(raw: Connection[Any]) -> bool:
    """Whether the warehouse has any table of the standard."""
    return raw.execute(statement("migration/holds_records")).fetchone() == (True,)


def _create_all(raw: Connection[Any], tables: MetaData) -> None:
    """Create all tables with their comments and indexes in an empty warehouse, as one script.

    SQLAlchemy would send each comment by itself: twelve thousand statements, which take a minute on a busy machine.
    """
    named = dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # a percent sign in a comment stays single
    script: list[ExecutableDDLElement] = []
    for table in tables.sorted_tables:
        script += [CreateTable(table), SetTableComment(table)]
        script += [SetColumnComment(column) for column in table.columns if column.comment]
        script += map(CreateIndex, table.indexes)
    raw.execute(";\n".join(str(each.compile(dialect=named)) for each in script).encode())


def _filled_days(
    conn: Connection[Any], added: set[tuple[str | None, str, str]], zones: Callable[[], Iterable[MomentZone]]
) -> Iterator[str]:
    """Fill the new local days of records that are there, and yield how many of which feed."""
    known: list[MomentZone] | None = None
    for record_type in standard().types.values():
        table = record_type.tables[""]
        for day in (each for each in table.fields.values() if each.moment is not None):
            for schema in sorted(SCHEMAS):
                if (schema, table.name, day.name) not in added:
                    continue
                known = list(zones()) if known is None else known
                parts = {
                    "table": sql.Identifier(schema, table.name),
                    "moment": sql.Identifier(day.moment or ""),
                    **{part: sql.Identifier(name) for part, name in table.local_time(day.moment or "").items()},
                }
                for each in known:
                    if (each.record_type, each.moment) == (record_type.name, day.moment):
                        filled = conn.execute(compose("migration/fill_local_days", **parts), each._asdict()).rowcount
                        yield f"fill {schema} {table.name} {day.name} {each.agency}/{each.feed} {each.zone}: {filled}"
                left = conn.execute(compose("migration/count_without_local_day", **parts)).fetchone()
                if left and left[0]:
                    yield f"zone not known {schema} {table.name} {day.name}: {left[0]}"


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
