"""Validate: every record against the standard; rows with an error go to quarantine, as they came."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from connectors import raw
from connectors.reading import read
from hub import ledger
from hub.batch import State
from hub.sql import statement
from mappings.engine import mask
from pipeline.findings import PLACED, Gathered, bad_rows, placed
from pipeline.parallel import side_by_side
from pipeline.refine import judged
from pipeline.sources import format_of, source_named
from pipeline.warehouse import connect
from pipeline.work import RECORD, Work
from validation.batches import judge_batch
from validation.catalogue import levels
from validation.profile import merged, profile

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mappings.engine import Source

VERDICT = "verdict"
EVIDENCE = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("source_file", pa.string()),
        pa.field("source_sheet", pa.string()),
        pa.field("source_line", pa.int64()),
        pa.field("original", pa.string()),  # JSON: the sender's columns and values, personal ones masked
        pa.field("findings", pa.string()),  # JSON: why
    ]
)


def validate_batch(batch_id: str) -> None:
    """Judge a mapped batch and leave in the work store what `load` needs to know."""
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
    if entry.state != State.MAPPED:
        return
    source, work = source_named(entry.source), Work(batch_id)
    work.clear(VERDICT)
    errors, summary = judge(source, work, entry.received_at)
    with raw.local_path(entry.sha256) as path:
        evidence = gather_evidence(path, source, errors)
    work.write(VERDICT, "quarantine", evidence)
    work.put_meta({**work.meta(), "verdict": summary})
    with connect() as conn:
        ledger.advance(conn, batch_id, State.VALIDATED)


def judge(source: Source, work: Work, received_at: datetime) -> tuple[pa.Table, dict[str, Any]]:
    """Check every part; return the placed findings that are errors, and the summary of all of them."""
    gathered, meta = Gathered(), work.meta()
    errors: list[pa.Table] = []
    profiles: list[pa.Table] = []
    skipped: Counter[str] = Counter()

    def judged_part(part: str) -> Judged:
        return _judge_part(part, source, work, received_at)

    for found in side_by_side(work.parts(), judged_part):
        gathered.add(found.findings)
        errors.append(found.findings.filter(pc.equal(levels(found.findings["code"]), "error")))
        profiles.append(found.figures)
        skipped.update(found.skipped)
    judgement = judge_batch(merged(profiles), source.expect, rows=meta["rows"])
    for finding in [*meta["findings"], *map(asdict, judgement.findings)]:
        gathered.add_file(finding)
    return (
        pa.concat_tables([PLACED.empty_table(), *errors]),
        {"findings": gathered.lines(), "skipped": dict(skipped), "batch_rules": judgement.result},
    )


class Judged(NamedTuple):
    """What is known of one part: its placed findings, its figures, its skipped rows by reason."""

    findings: pa.Table
    figures: pa.Table
    skipped: dict[str, int]


def _judge_part(part: str, source: Source, work: Work, received_at: datetime) -> Judged:
    children = [name for name in source.record_type.tables if name and work.has(part, name)]
    tables = {"": work.read(part, RECORD), **{name: work.read(part, name) for name in children}}
    found = judged(tables, work.read(part, "findings"), source, received_at)
    work.write(part, "bad", pa.table({"row": bad_rows(found)}))
    reasons = work.read(part, "skipped").group_by("reason").aggregate([([], "count_all")]).to_pylist()
    return Judged(
        placed(found, work.read(part, "places")),
        profile(tables),
        {line["reason"]: line["count_all"] for line in reasons},
    )


def gather_evidence(path: Path, source: Source, errors: pa.Table) -> pa.Table:
    """Read the file once more for the bad rows only, so that no copy of the good ones is ever kept in clear."""
    if not errors.num_rows:
        return EVIDENCE.empty_table()
    con = duckdb.connect()
    con.register("errors", errors)
    reasons = con.sql(statement("work/reasons")).to_arrow_table()
    wanted = reasons["row"].combine_chunks()
    found = []
    for rows in read(path, format_of(source)):
        bad = rows.filter(pc.is_in(rows.column("@row"), wanted))
        if bad.num_rows:
            places = [bad.column(name) for name in ("@row", "@file", "@sheet", "@line")]
            why = reasons["findings"].take(pc.index_in(places[0], wanted)).combine_chunks()
            found.append(pa.table([*places, mask(bad, source), why], schema=EVIDENCE))
    return pa.concat_tables(found)
