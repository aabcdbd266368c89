"""Which tables an export has, and the query of each: the columns that the login may read, as of one moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from hub.errors import FixTheHub, WrongUsage
from hub.messages import error_of
from standards import standard
from warehouse.dynamic_sql import as_of_function, columns, comma_list, compose, day_of, in_byte_order
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from psycopg import Connection

    from standards import Field, RecordType, Table

DAY = "export_day"  # the first column of every query: its year is the partition, and codes are labelled by it
OWN = frozenset({"row_hash"})  # what the hub keeps for itself
RECORDS, ITEMS, MARTS = "records", "items", "marts"
LIST_IN_COMMENT = re.compile(r"\[code\.entry list (\w+)\]")
KEYS = ("agency", "record_uid", "position")
UNORDERED = frozenset({"json", "jsonb", "xml", "point"})
TEXTS = frozenset({"text", "character varying", "character"})
WHOLE_NUMBERS = frozenset({"smallint", "integer", "bigint"})


@dataclass(frozen=True)
class ColumnInfo:
    """A column: what it is called in both languages, and what the standard says of its values; empty: nothing.

    `comment` is that of the warehouse, in both languages.
    """

    name: str
    comment: str = ""
    label_en: str = ""
    label_zh: str = ""
    codelist: str = ""
    unit: str = ""
    sensitivity: str = ""

    @property
    def metadata(self) -> dict[str, str]:
        """What the standard says, without what is empty; for the metadata of an Arrow field."""
        return {name: value for name, value in vars(self).items() if value and name != "name"}


@dataclass(frozen=True)
class ExportTable:
    """One table of an export.

    Args:
        kind: records, items or marts.
        name: That of the table in its schema.
        about: What its rows are, in both languages.
        record_type: The type of its records; empty for a mart.
        child: The list of the record whose items these are; empty for records and marts.
        columns: Those of its query, after the day.
        withheld: Columns that the login may not read.
        query: What gives its rows in their order; the first column is the day of the record.
        as_of: The moment of which the rows are; None for a mart as it stands.
        key: The columns that tell its rows apart, by which they are sorted within a year; empty for a mart.
    """

    kind: str
    name: str
    about: str
    record_type: str
    child: str
    columns: tuple[ColumnInfo, ...]
    withheld: tuple[str, ...]
    query: sql.Composed
    as_of: datetime | None
    key: tuple[str, ...] = KEYS[:2]


class Mart(NamedTuple):
    """A mart of which the login may read something.

    `about` is its comment in both languages, `columns` their number, and `has_as_of` says whether
    `mart.NAME_as_of(timestamptz)` answers for earlier moments.
    """

    mart: str
    about: str | None
    columns: int
    has_as_of: bool


class MartColumn(NamedTuple):
    """A column of a mart that the login may read; whole numbers can be added up."""

    info: ColumnInfo
    is_whole_number: bool


class _Column(NamedTuple):
    """A column of the warehouse; `readable` says whether the login may read it."""

    name: str
    type: str
    comment: str | None
    readable: bool


def marts(conn: Connection[Any]) -> list[Mart]:
    """Return the marts of which the login may read something, by name."""
    with conn.cursor(row_factory=class_row(Mart)) as cursor:
        return cursor.execute(statement("export/marts"), {}).fetchall()


def readable_columns(conn: Connection[Any], schema: str, name: str) -> list[str]:
    """Return the columns of a table that the login may read, in their order, without what the hub keeps for itself."""
    return [each.name for each in _columns(conn, schema, name) if each.readable and each.name not in OWN]


def mart_columns(conn: Connection[Any], name: str) -> dict[str, MartColumn]:
    """Return the columns of a mart that the login may read, by their names, in their order."""
    given = [each for each in _columns(conn, "mart", name) if each.readable and each.name not in OWN]
    return {each.name: MartColumn(_info(each, None), each.type in WHOLE_NUMBERS) for each in given}


def tables_of_type(conn: Connection[Any], record_type: RecordType, at: datetime) -> Iterator[ExportTable]:
    """Yield the table of a type's records as the hub had them at a moment, then those of their items.

    Raises FixTheHub where the warehouse does not have the type yet.
    """
    main = record_type.tables[""]
    parents = _columns(conn, "core", main.name)
    readable = {each.name for each in parents if each.readable}
    for child, table in record_type.tables.items():
        found = _columns(conn, "core", table.name) if child else parents
        if not found:
            raise error_of(FixTheHub, "export.no_table", where=f"core.{table.name}", name=table.name)
        given = [each for each in found if each.readable and each.name not in OWN]
        if not given or not {"agency", "record_uid"} <= readable:
            continue
        names = [each.name for each in given]
        days = (sql.Identifier("r", name) if name in readable else None for name in _day_and_instant(record_type, main))
        places = {
            "day": day_of(*days),
            "columns": columns(names, "t"),
            "core": sql.Identifier("core", main.name),
            "history": sql.Identifier("history", main.name),
            "at": sql.Literal(at),
        }
        if child:
            places |= {
                "items": sql.Identifier("core", table.name),
                "old_items": sql.Identifier("history", table.name),
                "item_columns": columns(names, "i"),
            }
            query = compose("export/items_as_of", **places)
        else:
            query = compose("export/records_as_of", record_columns=columns(names, "r"), **places)
        yield ExportTable(
            kind=ITEMS if child else RECORDS,
            name=table.name,
            about=_both(table.label),
            record_type=record_type.name,
            child=child,
            columns=tuple(_info(each, table.fields.get(each.name)) for each in given),
            withheld=tuple(each.name for each in found if not each.readable),
            query=query,
            as_of=at,
            key=KEYS if child else KEYS[:2],
        )


def table_of_mart(conn: Connection[Any], mart: Mart, at: datetime | None) -> ExportTable:
    """Return a mart as it stands or, with `at`, as it was then.

    Raises WrongUsage for a moment where the mart answers for none.
    """
    if at and not mart.has_as_of:
        known = ", ".join(each.mart for each in marts(conn) if each.has_as_of) or "-"
        raise error_of(WrongUsage, "export.no_as_of", name=mart.mart, known=known)
    found = _columns(conn, "mart", mart.mart)
    given = [each for each in found if each.readable and each.name not in OWN]
    names = [each.name for each in given]
    days = (sql.Identifier("t", name) if name in names else None for name in ("event_date", "event_at"))
    place = sql.Identifier("mart", mart.mart)
    query = compose(
        "export/mart_rows",
        day=day_of(*days),
        columns=columns(names, "t"),
        mart=as_of_function(sql.Identifier("mart", f"{mart.mart}_as_of"), at) if at else place,
        order=comma_list(_order(given)),
    )
    return ExportTable(
        kind=MARTS,
        name=mart.mart,
        about=mart.about or "",
        record_type="",
        child="",
        columns=tuple(_info(each, None) for each in given),
        withheld=tuple(each.name for each in found if not each.readable),
        query=query,
        as_of=at,
        key=(),
    )


def _columns(conn: Connection[Any], schema: str, name: str) -> list[_Column]:
    table = sql.Identifier(schema, name).as_string(conn)
    with conn.cursor(row_factory=class_row(_Column)) as cursor:
        return cursor.execute(statement("export/columns"), {"table": table}).fetchall()


def _day_and_instant(record_type: RecordType, main: Table) -> tuple[str, str]:
    """Return the column with the day of a record, and the one with its instant, empty names where there is none."""
    begins = record_type.begins
    day = main.local_time(begins).get("day", "")
    return (day, begins) if day else (("", begins) if begins.endswith("_at") else (begins, ""))


def _order(given: Iterable[_Column]) -> Iterator[sql.Composable]:
    """Yield what a mart is sorted by within a year: the keys of a record, then every other column."""
    sortable = {each.name: each for each in given if each.type not in UNORDERED}
    for name in sorted(sortable, key=lambda name: KEYS.index(name) if name in KEYS else len(KEYS)):
        column = sql.Identifier("t", name)
        yield in_byte_order(column) if sortable[name].type in TEXTS else column


def _info(column: _Column, known: Field | None) -> ColumnInfo:
    comment = column.comment or ""
    if known is None:
        listed = LIST_IN_COMMENT.search(comment)
        codelist = listed[1] if listed else _lists_by_name().get(column.name.removeprefix("product_"), "")
        return ColumnInfo(column.name, comment, codelist=codelist)
    return ColumnInfo(
        column.name,
        comment,
        known.label["en"],
        known.label["zh"],
        known.codelist or "",
        known.unit or "",
        known.sensitivity,
    )


@cache
def _lists_by_name() -> dict[str, str]:
    """Return the code list of each column that has the same one in every record type: marts name columns alike."""
    found: dict[str, set[str]] = {}
    for record_type in standard().types.values():
        for table in record_type.tables.values():
            for each in table.fields.values():
                if each.codelist:
                    found.setdefault(each.name, set()).add(each.codelist)
    return {name: next(iter(lists)) for name, lists in found.items() if len(lists) == 1}


def _both(text: dict[str, str]) -> str:
    return f"{text['en']} {text['zh']}"
