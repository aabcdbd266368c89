"""Map: the agency's rows become the standard's records."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from connectors import raw
from connectors.reading import read
from hub import ledger
from hub.batch import State
from hub.errors import RejectBatch
from hub.finding import Finding
from mappings.engine import check_header, columns_of
from pipeline.keylist import write_keys
from pipeline.refine import places_of, refined_batches
from pipeline.reject import reject
from pipeline.sources import format_of, source_named
from pipeline.stated import stated
from pipeline.warehouse import connect
from pipeline.work import RECORD, Work
from standards import standard
from validation.catalogue import level_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from mappings.engine import Source


def map_batch(batch_id: str) -> None:
    """Turn a received batch into records in the work store; a fault of the whole file rejects it."""
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        submission = ledger.submission_of(conn, batch_id)
    if entry.state != State.RECEIVED:
        return
    source = source_named(entry.source)
    work = Work(batch_id)
    work.clear()
    try:
        if submission is not None and entry.operation == "withdraw":
            meta = write_keys(entry, submission, source, work)
        else:
            with raw.local_path(entry.sha256) as path:
                meta = write_parts(path, source, work)
        meta["findings"] += stated(submission, source, work, meta)
    except RejectBatch as fault:
        with connect() as conn:  # a replay of it is worth while once one of these has changed
            ledger.note_versions(conn, batch_id, source.version, standard().version)
        reject(batch_id, fault.findings)
        return
    work.put_meta(meta)
    with connect() as conn:
        ledger.advance(
            conn, batch_id, State.MAPPED, mapping_version=source.version, standard_version=standard().version
        )


def write_parts(path: Path, source: Source, work: Work) -> dict[str, Any]:
    """Read and map one file part by part and return its facts: parts, rows read, findings about the file."""
    findings: list[Finding] = []
    columns: list[str] = []
    filled: dict[tuple[str, str], set[str]] = {}
    rows = parts = 0
    for batch, refined in refined_batches(_checked(path, source, findings, columns), source):
        folder = f"part-{parts:05d}"
        for route, tables in refined.tables.items():
            for child, table in tables.items():
                work.write(f"{folder}/{route}", child or RECORD, table)
                filled.setdefault((route, child), set()).update(_filled(table))
            work.write(f"{folder}/{route}", "findings", refined.findings[route])
        work.write(folder, "unrouted", refined.findings[""])
        work.write(folder, "skipped", refined.skipped)
        work.write(folder, "places", places_of(batch))
        rows += batch.num_rows
        parts += 1
    return {
        "parts": parts,
        "rows": rows,
        "columns": columns,
        "findings": [asdict(finding) for finding in findings],
        "filled": [[route, child, sorted(columns)] for (route, child), columns in filled.items()],
    }


def _filled(table: pa.Table) -> set[str]:
    """Return the columns that hold anything: of a wide standard a feed fills a part, and only that part travels."""
    return {name for name in table.column_names if table[name].null_count < table.num_rows}


def agreed_header(schema: pa.Schema, source: Source) -> list[Finding]:
    """Return what is to be said about the columns; raise RejectBatch with all of it when one is missing."""
    found = check_header(schema, source)
    if any(level_of(finding.code) == "error" for finding in found):
        raise RejectBatch(*found)
    return found


def _checked(path: Path, source: Source, findings: list[Finding], columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the file's batches; the header is compared with the mapping before the first."""
    with read(path, format_of(source)) as reading:
        columns += columns_of(reading.schema)
        findings += agreed_header(reading.schema, source)
        if source.connector.get("complete") == "settle":
            findings.append(Finding("SETTLED_BY_GUESS"))
        yield from reading
    findings += reading.findings
