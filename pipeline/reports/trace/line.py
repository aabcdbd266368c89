"""From a line forward: what became of it in every reading of its delivery, and what is known of its record now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from mappings.engine import refine
from pipeline.reports.trace.raw_row import Place, rows_at, shown
from pipeline.reports.trace.record import record_to_dict, records
from pipeline.sources import source_named
from warehouse import ledger, listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa
    from psycopg import Connection

    from hub.finding import FindingLine
    from mappings.engine import Source
    from warehouse.ledger import Entry


class QuarantinedRow(TypedDict):
    """One time that a row was kept out; `row` is its `@row`, `original` its cells with what is personal masked."""

    batch: str
    row: int
    original: dict[str, str]
    findings: list[FindingLine]
    state: str  # open, corrected, resent or replayed
    closed_by: str | None
    closed_at: datetime | None


def trace_line(batch_id: str, line: int, file: str | None = None, sheet: str | None = None) -> list[dict[str, Any]]:
    """Return what became of a line of the batch's file: the record it is now, and every time it was kept out.

    `became` says it in one word: record, quarantined, corrected, resent, skipped, superseded, rejected, or nothing.
    """
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        source = source_named(entry.source)
        if entry.state == "rejected":
            return [{"batch": batch_id, "line": line, "became": "rejected", "with": "the whole delivery"}]
        rows = rows_at(entry, source, Place(file, sheet, line))
        if rows is None:
            return [{"batch": batch_id, "line": line, "became": "nothing", "why": "not a line of the file with data"}]
        return [_story(conn, entry, source, rows.slice(at, 1)) for at in range(rows.num_rows)]


def _story(conn: Connection[Any], entry: Entry, source: Source, row: pa.RecordBatch) -> dict[str, Any]:
    place = {name: row.column(f"@{name}")[0].as_py() for name in ("file", "sheet", "line")}
    story = {"batch": entry.batch_id, "line": place["line"], "member": place["file"], "sheet": place["sheet"]}
    quarantined = listings.rows_of(
        conn,
        QuarantinedRow,
        "trace/quarantine_history",
        origin_batch=entry.origin_batch,
        row=row.column("@row")[0].as_py(),
    )
    record = _record(conn, entry, source, row)
    skipped = refine(row, source).skipped
    if record is not None:
        story["became"] = "record" if record.pop("ours") else "superseded"
        story |= record
    elif skipped.num_rows:
        story |= {"became": "skipped", "why": skipped["reason"][0].as_py()}
    elif quarantined:
        story["became"] = "quarantined" if quarantined[-1]["state"] == "open" else quarantined[-1]["state"]
    else:
        story |= {"became": "nothing", "why": "its record has ended, or another record's key is on this line now"}
    return story | {"sent": shown(row, source), "kept_out": quarantined}


def _record(conn: Connection[Any], entry: Entry, source: Source, row: pa.RecordBatch) -> dict[str, Any] | None:
    """Return the record that the line speaks of, as core knows it; `ours` is whether this delivery has brought it.

    A line that only repeats what core held speaks of a record that another delivery has brought.
    """
    made = refine(row, source).tables
    for route in source.routes:
        uids = made[route.name][""]["record_uid"].drop_null().to_pylist()
        for uid in uids:
            found = records(conn, "trace/record_by_uid", route.record_type, {"agency": entry.agency, "record_uid": uid})
            if found:
                story = record_to_dict(conn, found[0], route.record_type)
                brought = ledger.entry(conn, found[0]["batch_id"])
                return story | {
                    "ours": brought.origin_batch == entry.origin_batch
                    and story["line"] == row.column("@line")[0].as_py()
                }
    return None
