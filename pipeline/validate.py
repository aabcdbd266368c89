"""Validate: every record against the standard; rows with an error go to quarantine, as they came."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from connectors import raw
from hub import ledger
from hub.batch import State
from pipeline.evidence import BAD, bad_records, gather_evidence
from pipeline.findings import PLACED, Gathered, bad_rows, placed
from pipeline.parallel import side_by_side
from pipeline.refine import judged
from pipeline.sources import source_named
from pipeline.warehouse import connect
from pipeline.work import Work
from validation.batches import judge_batch
from validation.catalogue import levels
from validation.profile import merged, profile

if TYPE_CHECKING:
    from datetime import datetime

    from mappings.engine import Source

VERDICT = "verdict"


def validate_batch(batch_id: str) -> None:
    """Judge a mapped batch and leave in the work store what `load` needs to know."""
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
    if entry.state != State.MAPPED:
        return
    source, work = source_named(entry.source), Work(batch_id)
    work.clear(VERDICT)
    errors, summary = judge(source, work, entry.received_at)
    bad = pa.concat_tables([BAD.empty_table(), *(work.read(part, "bad") for part in work.parts())])
    with raw.local_path(entry.sha256) as path:
        evidence = gather_evidence(path, source, errors, bad)
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
    found, figures, records = [work.read(part, "unrouted")], [], []
    for route in source.routes:
        tables = work.tables(part, route)
        found.append(judged(tables, work.read(f"{part}/{route.name}", "findings"), route, received_at))
        figures.append(profile({route.record_type.tables[child].name: table for child, table in tables.items()}))
        records.append(tables[""])
    findings = pa.concat_tables(found)
    work.write(part, "bad", bad_records(bad_rows(findings), records))
    reasons = work.read(part, "skipped").group_by("reason").aggregate([([], "count_all")]).to_pylist()
    return Judged(
        placed(findings, work.read(part, "places")),
        pa.concat_tables(figures),
        {line["reason"]: line["count_all"] for line in reasons},
    )
