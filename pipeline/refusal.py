"""Rows that only the warehouse gives reason to keep out: they go to quarantine like those that are wrong in themselves.

A correction of what nobody knows, and, in an append feed, other content under a number that was given before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors import raw
from hub.finding import findings_of
from pipeline.evidence import BAD, EVIDENCE, gather_evidence
from pipeline.findings import Gathered, placed
from pipeline.recall import recall_of
from pipeline.work import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.ledger import Entry
    from mappings.engine import Source
    from pipeline.work import Work

CODES = {"correct": "NOTHING_TO_CORRECT", "new": "KEY_TAKEN"}


def refused_rows(
    entry: Entry, source: Source, work: Work, refused: Sequence[pa.Array]
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Return the evidence of the refused rows (int64) and the findings about them as receipts show them."""
    rows = pa.concat_arrays([pa.array([], pa.int64()), *refused])
    if not len(rows):
        return EVIDENCE.empty_table(), []
    found, bad = [], []
    for told, records in _about(source, work, rows, CODES[entry.operation]):
        found.append(told)
        bad.append(pa.table([records["row"], records["record_uid"]], schema=BAD))
    with raw.local_path(entry.sha256) as path:
        evidence = gather_evidence(
            path, source, pa.concat_tables(found), pa.concat_tables(bad).combine_chunks(), recall_of(source)
        )
    return evidence, _gathered(found)


def overtaken_rows(source: Source, work: Work, overtaken: Sequence[pa.Array]) -> list[dict[str, Any]]:
    """Return the findings about rows (int64) whose number a later row of the same file has, with other content."""
    rows = pa.concat_arrays([pa.array([], pa.int64()), *overtaken])
    return _gathered([told for told, _ in _about(source, work, rows, "KEY_REPEATED")]) if len(rows) else []


def _about(source: Source, work: Work, rows: pa.Array, code: str) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield, part by part, findings about these rows that name their numbers, and the records themselves."""
    for part in work.parts():
        places = work.read(part, "places")
        for route in source.routes:
            table = work.read(f"{part}/{route.name}", RECORD).select(["row", "record_uid", "source_record_no"])
            table = table.filter(pc.is_in(table["row"], rows))
            if not table.num_rows:
                continue
            numbers = pc.cast(table["source_record_no"], pa.string()).combine_chunks()
            column = " / ".join(route.key)
            shown = None if source.personal & set(route.key) else numbers
            yield placed(findings_of(table["row"].combine_chunks(), code, column=column, values=shown), places), table


def _gathered(found: Sequence[pa.Table]) -> list[dict[str, Any]]:
    gathered = Gathered()
    for each in found:
        gathered.add(each)
    return gathered.lines()
