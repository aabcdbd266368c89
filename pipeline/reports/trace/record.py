"""From a record back to the file, sheet, line and column of each value, what stood there, and the verbs applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypedDict

from psycopg import sql
from psycopg.rows import dict_row

from hub.errors import WrongUsage
from hub.messages import error_of
from mappings.engine import explain, sorted_out
from pipeline.reports.trace.raw_row import Place, cell, rows_at, shown
from pipeline.sources import source_named
from standards import standard
from warehouse import ledger
from warehouse.connection import connect
from warehouse.dynamic_sql import compose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import pyarrow as pa
    from psycopg import Connection

    from mappings.engine import Route, Source
    from standards import RecordType


# A row of a table of core: its fields are those of the record type.
CoreRow: TypeAlias = "dict[str, Any]"


class FilledField(NamedTuple):
    """A field of a record, or of a child, that holds a value; `position` is the child's, None of the record itself."""

    path: str
    value: Any
    position: int | None


class Origin(TypedDict):
    """A column that a field was read from; `column` is "" for a constant."""

    column: str
    sent: Any  # what stood there, masked where it is personal
    verbs: str  # in the language that was asked for, by default that of the command line


# Field, value in core, and where it comes from; `from` is no name that a class body could hold.
FieldTrace = TypedDict("FieldTrace", {"field": str, "value": Any, "from": list[Origin]})


class RecordTrace(TypedDict):
    """A record of core with the origin of each of its values: the stable JSON of `riskhub trace TYPE KEY`."""

    record_type: str
    record_uid: str
    version: int
    source: str
    batch: str
    replay_of: str | None
    file: str
    sha256: str
    member: str | None  # the file within an archive
    sheet: str | None
    line: int  # 1-based
    mapping_version: str | None
    mapping_now: str | None  # None where it is still the same
    standard_version: str | None
    received_at: datetime
    loaded_at: datetime
    fields: list[FieldTrace]


def trace_record(record_type: str, key: str, source: str | None = None, field: str | None = None) -> list[RecordTrace]:
    """Return where each field of a record comes from, for every record with this number.

    Args:
        record_type: The record type.
        key: The agency's number of the record.
        source: Only records of this source, `agency/feed`.
        field: Only this field, as its path.

    Raises:
        WrongUsage: The standard has no such record type, or no record has the number.
    """
    types = standard().types
    if record_type not in types:
        raise error_of(WrongUsage, "standard.no_type", name=record_type, known=", ".join(sorted(types)))
    with connect() as conn:
        found = records(conn, "trace/records_by_number", types[record_type], {"key": key, "source": source})
        if not found:
            raise error_of(
                WrongUsage,
                "trace.no_record",
                where="core" + (f" ({source})" if source else ""),
                type=record_type,
                number=key,
            )
        records_found = [record_to_dict(conn, record, types[record_type]) for record in found]
    for each in records_found if field else ():
        each["fields"] = [origin for origin in each["fields"] if _is(field or "", origin["field"])]
    return records_found


def trace_identity(record_type: str, agency: str, record_uid: str, language: str | None = None) -> RecordTrace | None:
    """Return the same of one record by its identity; None when core has no such record.

    Args:
        record_type: The record type; the standard has it.
        agency: The agency that sent the record.
        record_uid: Its identity, a UUID.
        language: Of the verbs; None: that of the command line.
    """
    of_type = standard().types[record_type]
    with connect() as conn:
        found = records(conn, "trace/record_by_uid", of_type, {"agency": agency, "record_uid": record_uid})
        return record_to_dict(conn, found[0], of_type, language) if found else None


def records(
    conn: Connection[Any], name: str, record_type: RecordType, values: Mapping[str, object], child: str = ""
) -> list[CoreRow]:
    """Return the rows of a read-only statement about one table of core."""
    table = sql.Identifier("core", record_type.tables[child].name)
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(compose(name, core=table), values).fetchall()


def record_to_dict(
    conn: Connection[Any], record: CoreRow, record_type: RecordType, language: str | None = None
) -> RecordTrace:
    """Return a record of core with the origin of each of its values, its children's too."""
    entry = ledger.entry(conn, record["batch_id"])
    source = source_named(entry.source)
    # A row of a file that came alone bears the name of the delivery; only one of an archive has a place in it.
    member = record["source_file"] if record["source_file"] != entry.file_name else None
    row = rows_at(entry, source, Place(member, record["source_sheet"], record["source_line"]))
    cells, route = (shown(row, source), route_of(row, source, record_type)) if row is not None else ({}, None)
    values = list(_values(conn, record, record_type, route)) if route is not None else []
    return {
        "record_type": record_type.name,
        "record_uid": str(record["record_uid"]),
        "version": record["record_version"],
        "source": entry.source,
        "batch": entry.batch_id,
        "replay_of": entry.replay_of,
        "file": entry.file_name,
        "sha256": entry.sha256,
        "member": member,
        "sheet": record["source_sheet"],
        "line": record["source_line"],
        "mapping_version": entry.mapping_version,
        # The verbs shown are those of the mapping as it is now; when it has changed since, this says so.
        "mapping_now": source.version if source.version != entry.mapping_version else None,
        "standard_version": entry.standard_version,
        "received_at": entry.received_at,
        "loaded_at": record["recorded_from"],
        "fields": [
            {
                "field": each.path,
                "value": each.value,
                "from": [
                    {"column": column, "sent": cell(cells, column, each.position), "verbs": verbs}
                    for column, verbs in explain(route, each.path, language)
                ],
            }
            for each in values
            if route is not None
        ],
    }


def route_of(row: pa.RecordBatch, source: Source, record_type: RecordType) -> Route | None:
    """Return the route that a row takes, as far as it leads to `record_type`."""
    taken, _ = sorted_out(row.slice(0, 1), source)
    return next(
        (route for route in source.routes if taken[route.name].num_rows and route.record_type is record_type), None
    )


def _values(conn: Connection[Any], record: CoreRow, record_type: RecordType, route: Route) -> Iterator[FilledField]:
    """Yield every mapped field that is filled."""
    for name in record_type.tables[""].fields:
        if record.get(name) is not None and explain(route, name):
            yield FilledField(name, record[name], None)
    for child in route.children:
        of_record = {"agency": record["agency"], "record_uid": record["record_uid"]}
        for item in records(conn, "trace/child_records", record_type, of_record, child):
            for name in record_type.tables[child].fields:
                path = f"{child}.{item['position']}.{name}"
                if item.get(name) is not None and explain(route, path):
                    yield FilledField(path, item[name], item["position"])


def _is(wanted: str, path: str) -> bool:
    """Whether a field is the one asked for, by its full path, with or without positions, or a child as a whole."""
    plain = ".".join(part for part in path.split(".") if not part.isdigit())
    return wanted in {path, plain, plain.partition(".")[0]}
