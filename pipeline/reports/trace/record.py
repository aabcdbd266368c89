"""From a record back to the file, sheet, line and column of each value, what stood there, and the verbs applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from hub.errors import WrongUsage
from mappings.engine import explain, sorted_out
from pipeline.reports.trace.raw_row import Place, cell, rows_at, shown
from pipeline.sources import source_named
from standards import standard
from warehouse import ledger
from warehouse.connection import connect
from warehouse.dynamic_sql import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from psycopg import Connection

    from mappings.engine import Route, Source
    from standards import RecordType


def trace_record(
    record_type: str, key: str, source: str | None = None, field: str | None = None
) -> list[dict[str, Any]]:
    """Return, for every record of the type with that number, where each of its fields (or only `field`) comes from.

    Raises WrongUsage for a record type that the standard does not have, or a number that nobody has sent.
    """
    types = standard().types
    if record_type not in types:
        raise WrongUsage(
            f"There is no record type {record_type}.", next_step=f"Record types: {', '.join(sorted(types))}."
        )
    with connect() as conn:
        found = records(conn, "trace/records_by_number", types[record_type], {"key": key, "source": source})
        if not found:
            raise WrongUsage(
                f"No {record_type} has the number {key}.",
                where="core" + (f", source {source}" if source else ""),
                next_step="It may be in quarantine: `riskhub batch list` lists what came, `riskhub batch show BATCH` "
                "the rows that were kept out.",
            )
        records_found = [record_to_dict(conn, record, types[record_type]) for record in found]
    for each in records_found if field else ():
        each["fields"] = [origin for origin in each["fields"] if _is(field or "", origin["field"])]
    return records_found


def records(
    conn: Connection[Any], name: str, record_type: RecordType, values: dict[str, Any], child: str = ""
) -> list[dict[str, Any]]:
    """Return the rows of a read-only statement about one table of core."""
    table = sql.Identifier("core", record_type.tables[child].name)
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(compose(name, core=table), values).fetchall()


def record_to_dict(conn: Connection[Any], record: dict[str, Any], record_type: RecordType) -> dict[str, Any]:
    """Return a record of core with the origin of each of its values, its children's too."""
    entry = ledger.entry(conn, record["batch_id"])
    source = source_named(entry.source)
    row = rows_at(entry, source, Place(record["source_file"], record["source_sheet"], record["source_line"]))
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
        "member": record["source_file"],
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
                "field": field,
                "value": value,
                "from": [
                    {"column": column, "sent": cell(cells, column, position), "verbs": verbs}
                    for column, verbs in explain(route, field)
                ],
            }
            for field, value, position in values
            if route is not None
        ],
    }


def route_of(row: pa.RecordBatch, source: Source, record_type: RecordType) -> Route | None:
    """Return the route that a row takes, as far as it leads to `record_type`."""
    taken, _ = sorted_out(row.slice(0, 1), source)
    return next(
        (route for route in source.routes if taken[route.name].num_rows and route.record_type is record_type), None
    )


def _values(
    conn: Connection[Any], record: dict[str, Any], record_type: RecordType, route: Route
) -> Iterator[tuple[str, Any, int | None]]:
    """Yield full path, value and position of every mapped field that is filled."""
    for name in record_type.tables[""].fields:
        if record.get(name) is not None and explain(route, name):
            yield name, record[name], None
    for child in route.children:
        of_record = {"agency": record["agency"], "record_uid": record["record_uid"]}
        for item in records(conn, "trace/child_records", record_type, of_record, child):
            for name in record_type.tables[child].fields:
                path = f"{child}.{item['position']}.{name}"
                if item.get(name) is not None and explain(route, path):
                    yield path, item[name], item["position"]


def _is(wanted: str, path: str) -> bool:
    """Whether a field is the one asked for, by its full path, with or without positions, or a child as a whole."""
    plain = ".".join(part for part in path.split(".") if not part.isdigit())
    return wanted in {path, plain, plain.partition(".")[0]}
