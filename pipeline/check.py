"""Check: the verdict on a file, by the very functions that the hub runs; nothing is loaded, no warehouse is needed."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hub.batch import Counts, State
from hub.errors import RejectBatch, WrongUsage
from hub.receipt import Verdict
from hub.sql import statement
from pipeline.answer.making import Answers, Submission, answer
from pipeline.answer.returning import nobody
from pipeline.evidence import all_bad, gather_evidence
from pipeline.findings import told
from pipeline.judge import judge
from pipeline.parts import write_parts
from pipeline.receipts import documents
from pipeline.sources import source_named
from pipeline.work import RECORD, Work
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.receipt import Document
    from mappings.engine import Source
    from pipeline.answer.returning import Recall
    from validation.figures import Figures

KEYS = ["row", "record_uid", "row_hash"]


@dataclass(frozen=True)
class Asked:
    """What a check is to know beside the file.  Within the hub that is all that a submission would be judged by."""

    name: str = "check"  # of the documents
    file_name: str | None = None  # as its sender calls it; None: as it is called here
    received_at: datetime | None = None  # None: now
    history: Sequence[Figures] = ()  # figures of the submissions before
    recall: Recall = field(default=nobody)  # their bytes, for an answer that comes back


@dataclass(frozen=True)
class Checked:
    """A verdict, and the receipts and answers that a submission would be sent."""

    verdict: Verdict
    documents: list[Document]


def check_file(path: Path, name: str) -> Verdict:
    """Return what the hub would say of `path` as a submission of `agency/feed`.

    `new` counts every row that would be let in: whether the warehouse knows it already is not looked up.
    """
    return check(path, source_named(name), Asked(), answers=False).verdict


def check(path: Path, source: Source, asked: Asked, *, answers: bool = True) -> Checked:
    """Judge a file as a submission is judged; with `answers`, make the rows to be corrected into files too."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.", next_step="Name a file that exists.")
    asked = replace(asked, received_at=asked.received_at or datetime.now(UTC), file_name=asked.file_name or path.name)
    verdict = Verdict(
        agency=source.agency,
        feed=source.feed,
        state=State.VALIDATED,
        check=True,
        file_name=str(asked.file_name),
        sha256=digest_of(path),
        bytes=path.stat().st_size,
        mapping_version=source.version,
        standard_version=standard().version,
    )
    with tempfile.TemporaryDirectory(prefix="riskhub-check-") as folder:
        try:
            verdict, made = _judged(path, source, Work("check", f"file://{folder}"), verdict, asked, answers=answers)
        except RejectBatch as fault:
            found = [told(finding) for finding in fault.findings]
            verdict, made = replace(verdict, state=State.REJECTED, findings=found), Answers()
    return Checked(verdict, [*documents(verdict, source.language, asked.name), *made.documents])


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _judged(  # noqa: PLR0913 - one judgement
    path: Path, source: Source, work: Work, verdict: Verdict, asked: Asked, *, answers: bool
) -> tuple[Verdict, Answers]:
    assert asked.received_at is not None  # noqa: S101 - `check` has filled it in
    meta = write_parts(path, source, work, asked.recall)
    work.put_meta(meta)
    errors, summary = judge(source, work, asked.received_at, asked.history)
    made = Answers()
    if answers:
        bad = all_bad(work)
        evidence = gather_evidence(path, source, errors, bad, asked.recall)
        submission = Submission(asked.name, None, verdict.file_name, asked.received_at)
        made = answer(path, source, submission, evidence, {**meta, "verdict": summary})
    return _told(verdict, meta, errors, summary, _repeats(work, source), made), made


def _told(  # noqa: PLR0913, PLR0917 - all that makes a verdict
    verdict: Verdict,
    meta: dict[str, Any],
    errors: pa.Table,
    summary: dict[str, Any],
    repeats: tuple[int, int],
    made: Answers,
) -> Verdict:
    repeated, corrected = repeats
    quarantined = len(pc.unique(errors["row"]))
    skipped = sum(summary["skipped"].values())
    return replace(
        verdict,
        state=State.HELD if summary["reasons"] else State.VALIDATED,
        counts=Counts(
            read=meta["rows"],
            new=meta["rows"] - quarantined - skipped - repeated - corrected,
            changed=corrected,
            duplicate=repeated,
            quarantined=quarantined,
            skipped=skipped,
        ),
        skipped=summary["skipped"],
        findings=summary["findings"],
        expectations=summary["results"],
        answer=made.told,
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
