"""From a line forward: what became of it in every reading of its delivery, and what is known of its record now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from hub.messages import sentence
from mappings.engine import refine
from pipeline.reports.trace.raw_row import Place, RowCells, rows_at, shown
from pipeline.reports.trace.record import FieldTrace, RecordTrace, record_to_dict, records
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


_Rejected = TypedDict("_Rejected", {"with": str}, total=False)  # what was rejected with the line


class LineTrace(_Rejected, total=False):
    """A line of a delivery and what became of it: the stable JSON of `riskhub trace --batch --line`."""

    batch: str
    line: int  # 1-based
    member: str | None  # the file within an archive
    sheet: str | None
    became: str  # record, quarantined, corrected, resent, replayed, skipped, superseded, rejected or nothing
    why: str  # it was skipped, or became nothing
    # The record, as `RecordTrace` has it:
    record_type: str
    record_uid: str
    version: int
    source: str
    replay_of: str | None
    file: str
    sha256: str
    mapping_version: str | None
    mapping_now: str | None
    standard_version: str | None
    received_at: datetime
    loaded_at: datetime
    fields: list[FieldTrace]
    # The line itself:
    sent: RowCells  # what stood there
    kept_out: list[QuarantinedRow]


class _LineRecord(NamedTuple):
    """The record that a line speaks of, and whether this line of this delivery has brought it."""

    trace: RecordTrace
    ours: bool


def trace_line(batch_id: str, line: int, file: str | None = None, sheet: str | None = None) -> list[LineTrace]:
    """Return what became of a line of a batch's file: the record it is now, and every time it was quarantined.

    Args:
        batch_id: The batch.
        line: The number of the line, counted from 1 as in the file.
        file: The member of an archive; None: any.
        sheet: The sheet of a workbook; None: any.

    Returns:
        One dict for each row at this place.  `became` is record, quarantined, corrected, resent, skipped, superseded,
        rejected, or nothing.

    Raises:
        WrongUsage: There is no such batch.
    """
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        source = source_named(entry.source)
        if entry.state == "rejected":
            return [{"batch": batch_id, "line": line, "became": "rejected", "with": sentence("trace.whole_delivery")}]
        rows = rows_at(entry, source, Place(file, sheet, line))
        if rows is None:
            return [{"batch": batch_id, "line": line, "became": "nothing", "why": sentence("trace.no_line")}]
        return [_story(conn, entry, source, rows.slice(at, 1)) for at in range(rows.num_rows)]


def _story(conn: Connection[Any], entry: Entry, source: Source, row: pa.RecordBatch) -> LineTrace:
    place = {name: row.column(f"@{name}")[0].as_py() for name in ("file", "sheet", "line")}
    story: LineTrace = {
        "batch": entry.batch_id,
        "line": place["line"],
        "member": place["file"],
        "sheet": place["sheet"],
    }
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
        story["became"] = "record" if record.ours else "superseded"
        story = {**story, **record.trace}
    elif skipped.num_rows:
        story["became"], story["why"] = "skipped", skipped["reason"][0].as_py()
    elif quarantined:
        story["became"] = "quarantined" if quarantined[-1]["state"] == "open" else quarantined[-1]["state"]
    else:
        story["became"] = "nothing"
        story["why"] = sentence("trace.other_record")
    return {**story, "sent": shown(row, source), "kept_out": quarantined}


def _record(conn: Connection[Any], entry: Entry, source: Source, row: pa.RecordBatch) -> _LineRecord | None:
    """Return the record that the line speaks of, as core knows it.

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
                same_line = story["line"] == row.column("@line")[0].as_py()
                return _LineRecord(story, brought.origin_batch == entry.origin_batch and same_line)
    return None
