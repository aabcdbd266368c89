"""One file, read and mapped, a record batch at a time, into the work store.  Needs no warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from connectors.readers.tree.flatten import OWN_TEXT
from hub.errors import RejectBatch
from hub.finding import Finding
from mappings.engine import check_header
from mappings.engine.run.totals import ROW_OF_TOTALS
from pipeline.corrections import references
from pipeline.corrections.delivery import Delivered, no_earlier_submission
from pipeline.transform.batch_facts import DeliveryFacts, FilledColumns
from pipeline.transform.map_batches import places_of, refined_batches
from pipeline.transform.staging import RECORD, Work
from validation.catalogue import level_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall

CORRECTS = "corrects"  # the table of what the rows of a part correct; only where the file is an answer that came back


def write_parts(path: Path, source: Source, work: Work, recall: Recall = no_earlier_submission) -> DeliveryFacts:
    """Read and map one file part by part into the work store.

    Args:
        path: The bytes as delivered.
        source: The source.
        work: The work store of the batch.
        recall: Gives the earlier submissions that a correction refers to.

    Returns:
        The facts of the delivery.

    Raises:
        RejectBatch: A fault of the whole file.
    """
    findings: list[Finding] = []
    columns: list[str] = []
    filled: dict[tuple[str, str], set[str]] = {}
    rows, parts, totals, returned = 0, 0, 0, False
    for batch, refined in refined_batches(_checked(path, source, recall, findings, columns), source):
        folder = f"part-{parts:05d}"
        for route, tables in refined.tables.items():
            for child, table in tables.items():
                work.write(f"{folder}/{route}", child or RECORD, table)
                filled.setdefault((route, child), set()).update(_filled(table))
            work.write(f"{folder}/{route}", "findings", refined.findings[route])
        work.write(folder, "unrouted", refined.findings[""])
        work.write(folder, "skipped", refined.skipped)
        work.write(folder, "places", places_of(batch))
        if references.ROW in batch.schema.names:
            work.write(folder, CORRECTS, _corrects(batch))
            returned = True
        rows += batch.num_rows
        totals += sum(_of_totals(found) for found in refined.findings.values())
        parts += 1
    return DeliveryFacts(
        parts=parts,
        rows=rows,
        totals=totals,
        returned=returned,
        columns=columns,
        findings=findings,
        filled=[FilledColumns(route, child, sorted(names)) for (route, child), names in filled.items()],
    )


def _filled(table: pa.Table) -> set[str]:
    """Return the columns that hold anything: of a wide standard a feed fills a part, and only that part travels."""
    return {name for name in table.column_names if table[name].null_count < table.num_rows}


def _of_totals(findings: pa.Table) -> int:
    count: int = pc.sum(pc.equal(findings["code"], ROW_OF_TOTALS), min_count=0).as_py()
    return count


def agreed_header(schema: pa.Schema, source: Source) -> list[Finding]:
    """Return the findings about the columns of a file.

    Raises:
        RejectBatch: A column that the mapping needs is missing; it has all of the findings.
    """
    found = check_header(schema, source)
    if any(level_of(finding.code) == "error" for finding in found):
        raise RejectBatch(*found)
    return found


def _corrects(rows: pa.RecordBatch) -> pa.Table:
    """Return row, and batch and row that it corrects, of those rows that say so."""
    table = pa.table(
        [rows.column(name) for name in ("@row", references.BATCH, references.ROW)], ["row", "batch_id", "corrects"]
    )
    return table.filter(pc.is_valid(table["corrects"]))


def _checked(
    path: Path, source: Source, recall: Recall, findings: list[Finding], columns: list[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the file's batches; the header is compared with the mapping before the first."""
    with Delivered(path, source, recall) as delivered:
        columns += delivered.columns
        batches = iter(delivered)
        first = next(batches, None)
        if not _without_columns(delivered.schema, first):
            findings += agreed_header(delivered.schema, source)
        elif first is not None and first.column("@fault").null_count == len(first):
            findings.append(Finding("NO_ROWS"))  # its records hold nothing: `[{}]` says no more than `[]`
        if source.connector.get("complete") == "settle":
            findings.append(Finding("SETTLED_BY_GUESS"))
        if first is not None:
            yield first
        yield from batches
        findings += delivered.findings


def _without_columns(schema: pa.Schema, first: pa.RecordBatch | None) -> bool:
    """Whether a file shows no columns for want of records: it has none, or none that can be read or holds anything.

    A record that is null, or an empty element, has a column `.` for the text that it might have had.
    """
    columns = {name for name in schema.names if not name.startswith("@")}
    if columns - {OWN_TEXT}:
        return False
    if first is None or OWN_TEXT not in columns:
        return True
    return pa.types.is_string(first.schema.field(OWN_TEXT).type) and not any(first.column(OWN_TEXT).to_pylist())
