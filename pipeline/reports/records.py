"""Records for others: what the warehouse holds of a type, each as its schema has it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from warehouse.dynamic_sql import columns, compose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from standards import Field, RecordType
    from standards.schema import Json

KEYS = ("agency", "record_uid")
WITHHELD = frozenset({"personal", "sensitive"})


def current_records(conn: Connection[Any], record_type: RecordType, source: str | None) -> list[Json]:
    """Return the records of a type that the warehouse holds now, in the form of their schema.

    Fields that are personal or sensitive, and those that are shared with nobody, are left out.

    Args:
        conn: A connection of the hub.
        record_type: The type.
        source: Only records of this source, `agency/feed`.
    """
    core = sql.Identifier("core", record_type.tables[""].name)
    found: dict[tuple[str, str], Json] = {}
    for child, table in record_type.tables.items():
        fields = [each for each in table.fields.values() if _is_given(each)]
        names = columns((each.name for each in fields), "i" if child else None)
        items = sql.Identifier("core", table.name)
        statement = "records/current_items" if child else "records/current_records"
        query = compose(statement, columns=names, core=core, items=items)
        with conn.cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(query, {"source": source}):
                key = (row["agency"], row["record_uid"])
                made = _nested(row, fields)
                if child:
                    found[key].setdefault(child, []).append(made["code"] if table.plain else made)
                else:
                    found[key] = made
    return list(found.values())


def _is_given(field: Field) -> bool:
    return field.share != "none" and field.sensitivity not in WITHHELD


def _nested(row: dict[str, Any], fields: Iterable[Field]) -> Json:
    made: Json = {}
    for field in fields:
        value = row[field.name]
        if value is not None:
            *above, last = field.path.split(".")
            place = made
            for part in above:
                place = place.setdefault(part, {})
            place[last] = _plain(value)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
