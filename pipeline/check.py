"""Check: the verdict on a file, by the very functions that the hub runs; nothing is loaded, no warehouse is needed."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hub.batch import Counts, State
from hub.errors import RejectBatch, WrongUsage
from hub.receipt import Verdict
from hub.sql import statement
from pipeline.findings import told
from pipeline.judge import judge
from pipeline.parts import write_parts
from pipeline.sources import source_named
from pipeline.work import RECORD, Work
from standards import standard

KEYS = ["row", "record_uid", "row_hash"]

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source


def check_file(path: Path, name: str) -> Verdict:
    """Return what the hub would say of `path` as a submission of `agency/feed`.

    `new` counts every row that would be let in: whether the warehouse knows it already is not looked up.
    """
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.", next_step="Name a file that exists.")
    source = source_named(name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    verdict = Verdict(
        agency=source.agency,
        feed=source.feed,
        state=State.VALIDATED,
        file_name=path.name,
        sha256=digest,
        bytes=path.stat().st_size,
        mapping_version=source.version,
        standard_version=standard().version,
    )
    with tempfile.TemporaryDirectory(prefix="riskhub-check-") as folder:
        try:
            return _judged(path, source, Work("check", f"file://{folder}"), verdict)
        except RejectBatch as fault:
            return replace(verdict, state=State.REJECTED, findings=[told(finding) for finding in fault.findings])


def _judged(path: Path, source: Source, work: Work, verdict: Verdict) -> Verdict:
    meta = write_parts(path, source, work)
    work.put_meta(meta)
    errors, summary = judge(source, work, datetime.now(UTC))
    quarantined = len(pc.unique(errors["row"]))
    skipped = sum(summary["skipped"].values())
    repeated, corrected = _repeats(work, source)
    good = meta["rows"] - quarantined - skipped
    return replace(
        verdict,
        counts=Counts(
            read=meta["rows"],
            new=good - repeated - corrected,
            changed=corrected,
            duplicate=repeated,
            quarantined=quarantined,
            skipped=skipped,
        ),
        skipped=summary["skipped"],
        findings=summary["findings"],
    )


def _repeats(work: Work, source: Source) -> tuple[int, int]:
    """Return how many good rows repeat the row before them under their key, and how many correct it."""
    keys = [
        work.read(f"{part}/{route.name}", RECORD)
        .select(KEYS)
        .join(work.read(part, "bad").select(["row"]), "row", join_type="left anti")
        for part in work.parts()
        for route in source.routes
    ]
    if not keys:
        return 0, 0
    con = duckdb.connect()
    con.register("arriving", pa.concat_tables(keys))
    found = con.execute(statement("work/repeats")).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)
