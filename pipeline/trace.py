"""Trace: from a record back to file, sheet, line and column; and from a line forward to what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.rows import dict_row

from connectors import raw
from connectors.reading import read
from hub import ledger
from hub.errors import WrongUsage
from hub.sql import compose
from mappings.engine import explain, mask
from pipeline.sources import format_of, source_named
from pipeline.warehouse import connect
from standards import standard

if TYPE_CHECKING:
    from psycopg import Connection

    from hub.ledger import Entry
    from mappings.engine import Source


def trace_record(record_type: str, key: str, source: str | None = None) -> list[dict[str, Any]]:
    """Return, for every record of the type with that number, where each of its fields comes from.

    Raises WrongUsage for a record type that the standard does not have, or a number that nobody has sent.
    """
    types = standard().types
    if record_type not in types:
        raise WrongUsage(
            f"There is no record type {record_type}.", next_step=f"Record types: {', '.join(sorted(types))}."
        )
    with connect() as conn:
        found = _records(conn, "trace/record", record_type, {"key": key, "source": source})
        if not found:
            raise WrongUsage(
                f"No {record_type} has the number {key}.",
                where="core" + (f", source {source}" if source else ""),
                next_step="It may be in quarantine: `riskhub sql -c 'select * from quarantine.row'`.",
            )
        return [_told(conn, record) for record in found]


def trace_line(batch_id: str, line: int) -> list[dict[str, Any]]:
    """Return what became of a line of the batch's file: the record it is now, or why it is not one."""
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        source = source_named(entry.source)
        where = {"batch_id": batch_id, "line": line}
        loaded = _records(conn, "trace/line", source.record_type.name, where)
        if loaded:
            return [_told(conn, record) for record in loaded]
        refused = ledger.rows_of(conn, "quarantined_line", **where)
        return [{"batch": batch_id, "line": line, "became": "quarantined", **row} for row in refused] or [
            {
                "batch": batch_id,
                "line": line,
                "became": "nothing in core or quarantine of this batch: "
                "skipped, a duplicate, unchanged, replaced by a later batch, or not a line of the file",
            }
        ]


def _records(conn: Connection[Any], name: str, record_type: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(compose(name, core=sql.Identifier("core", record_type)), values).fetchall()


def _told(conn: Connection[Any], record: dict[str, Any]) -> dict[str, Any]:
    entry = ledger.entry(conn, record["batch_id"])
    source = source_named(entry.source)
    sent = _as_sent(entry, source, record["source_file"], record["source_sheet"], record["source_line"])
    return {
        "record_type": source.record_type.name,
        "record_uid": str(record["record_uid"]),
        "version": record["record_version"],
        "source": entry.source,
        "batch": entry.batch_id,
        "file": entry.file_name,
        "sha256": entry.sha256,
        "member": record["source_file"],
        "sheet": record["source_sheet"],
        "line": record["source_line"],
        "mapping_version": entry.mapping_version,
        "standard_version": entry.standard_version,
        "received_at": entry.received_at,
        "loaded_at": record["recorded_from"],
        "fields": [
            {
                "field": field,
                "value": record[field],
                "from": [{"column": column, "sent": sent.get(column), "verbs": verbs} for column, verbs in origin],
            }
            for field in source.record_type.tables[""].fields
            if record.get(field) is not None and (origin := explain(source, field))
        ],
    }


def _as_sent(entry: Entry, source: Source, *place: Any) -> dict[str, Any]:
    """Return the row as the sender wrote it, personal values masked, read again from the raw store."""
    with raw.local_path(entry.sha256) as path:
        for rows in read(path, format_of(source)):
            hit = pc.equal(rows.column("@line"), place[2])
            for name, value in zip(("@file", "@sheet"), place[:2], strict=True):
                if value is not None:
                    hit = pc.and_(hit, pc.equal(rows.column(name), value))
            found: pa.RecordBatch = rows.filter(hit)
            if found.num_rows:
                sent: dict[str, Any] = json.loads(mask(found, source)[0].as_py())
                return sent
    return {}
