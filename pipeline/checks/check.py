"""Check: the verdict on a file, by the very functions that the hub runs; nothing is loaded or registered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from connectors.raw_store import digest
from hub import clock
from hub.batch import State, new_batch_id
from hub.errors import RejectBatch, WrongUsage
from hub.finding import Finding
from hub.named import name_to_keep
from hub.receipt import Verdict
from hub.scratch import scratch
from pipeline.checks.offline import CandidateBatch, CheckResult, OfflineContext
from pipeline.checks.submission import Admitted, LocalSubmission, admit
from pipeline.corrections.build import CorrectionFiles, Submission, build_correction_files
from pipeline.loading.rejected_rows import refused_rows
from pipeline.receipts.render import documents
from pipeline.sources import source_named
from pipeline.transform.declared_rows import stated
from pipeline.transform.evaluate import evaluate
from pipeline.transform.map_file import write_parts
from pipeline.transform.outcomes import counted, skipped_with, taken_back
from pipeline.transform.quarantine import all_bad, quarantined_rows
from pipeline.transform.staging import Work
from pipeline.transform.withdrawal_keys import write_keys
from standards import standard
from validation.aggregation import finding_to_dict

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hub.receipt import Document
    from mappings.engine import Source


@dataclass(frozen=True)
class CheckRequest:
    """What a check is to know beside the file."""

    name: str = "check"  # of the documents
    file_name: str | None = None  # as its sender calls it; None: as it is called here
    received_at: datetime | None = None  # None: now
    batch_id: str | None = None  # that it would have; None: one of now
    against: OfflineContext | None = None  # what it is compared with; None: nothing
    sent: LocalSubmission | None = None  # the manifest that it came with


@dataclass(frozen=True)
class Checked:
    """A verdict, and the receipts and answers that a submission would be sent."""

    verdict: Verdict
    documents: list[Document]


def check_file(path: Path, name: str) -> Verdict:
    """Return what the hub would say of `path` as the first submission of `agency/feed`; no hub is asked."""
    return check(path, source_named(name), CheckRequest(), answers=False).verdict


def check(path: Path, source: Source, asked: CheckRequest, *, answers: bool = True) -> Checked:
    """Judge a file as a submission is judged; with `answers`, make the rows to be corrected into files too."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.", next_step="Name a file that exists.")
    against = asked.against or OfflineContext(source)
    now, stored = asked.received_at or clock.now(), digest(path)
    part = asked.file_name or path.name  # by which the manifest names it
    admitted = admit(asked.sent, part, stored, against, now)
    verdict = Verdict(
        agency=source.agency,
        feed=source.feed,
        state=State.VALIDATED,
        check=True,
        file_name=name_to_keep(part),
        sha256=stored.sha256,
        bytes=stored.size,
        submission=admitted.submission,
        notices=_notices(source, against, asked),
    )
    made = CorrectionFiles()
    if admitted.judgement.errors:
        verdict = _rejected(verdict, admitted.judgement.errors)
    elif admitted.before is not None:
        found = [
            finding_to_dict(each) for each in (against.duplicate_finding(admitted.before), *admitted.judgement.notes)
        ]
        verdict = replace(verdict, state=State.DUPLICATE, duplicate_of=admitted.before, findings=found)
    elif admitted.operation == "zero":
        verdict = replace(verdict, findings=[finding_to_dict(each) for each in admitted.judgement.notes])
    else:
        late = admitted.judgement.late_precedence
        batch_id = asked.batch_id or new_batch_id(now)
        supposed = CandidateBatch(batch_id, part, stored.sha256, now, admitted.operation, late)
        verdict = replace(verdict, mapping_version=source.version, standard_version=standard().version)
        with scratch("check") as folder:
            work = Work("check", f"file://{folder}")
            reading = _Reading(path, source, work, against, supposed, admitted)
            try:
                verdict, made = reading.judged(verdict, asked.name, answers=answers)
            except RejectBatch as fault:
                verdict = _rejected(verdict, fault.findings)
    return Checked(verdict, [*documents(verdict, source.language, asked.name), *made.documents])


def _rejected(verdict: Verdict, findings: list[Finding] | tuple[Finding, ...]) -> Verdict:
    return replace(verdict, state=State.REJECTED, findings=[finding_to_dict(finding) for finding in findings])


def _notices(source: Source, against: OfflineContext, asked: CheckRequest) -> list[str]:
    """Return what the check has not looked at; `against` knows by now whether it had keys."""
    by_manifest = source.signature == "required" or source.connector.get("complete") == "manifest"
    alone = ["check.no_manifest"] if by_manifest and asked.sent is None else []
    return [*against.notices, *alone]


@dataclass(frozen=True)
class _Reading:
    """One delivery that the door has let in, read as the steps of a batch read it."""

    path: Path
    source: Source
    work: Work
    against: OfflineContext
    supposed: CandidateBatch
    admitted: Admitted

    def judged(self, verdict: Verdict, name: str, *, answers: bool) -> tuple[Verdict, CorrectionFiles]:
        """Return the verdict, and the files with the rows to be corrected; raise RejectBatch for faults of the file."""
        manifest = self.admitted.manifest
        if manifest is not None and manifest.operation == "withdraw":
            file = self.path if manifest.files else None
            meta = self._stated(write_keys(manifest, file, self.source, self.work))
            return self._withdrawn(verdict, meta), CorrectionFiles()
        meta = self._stated(write_parts(self.path, self.source, self.work, self.against.recall))
        return self._compared(verdict, meta, name, answers=answers)

    def _stated(self, meta: dict[str, Any]) -> dict[str, Any]:
        meta["findings"] += stated(self.admitted.submission, self.source, self.work, meta)
        self.work.put_meta(meta)
        return meta

    def _withdrawn(self, verdict: Verdict, meta: dict[str, Any]) -> Verdict:
        found = self.against.withdraw(self.supposed, self.work, self.admitted.judgement.targets)
        counts, skipped = taken_back(meta["rows"], found.fates, self.source.language)
        findings = [*found.findings, *(finding_to_dict(Finding(**each)) for each in meta["findings"])]
        return replace(verdict, ended=found.ended, counts=counts, skipped=skipped, findings=findings)

    def _compared(
        self, verdict: Verdict, meta: dict[str, Any], name: str, *, answers: bool
    ) -> tuple[Verdict, CorrectionFiles]:
        source, supposed, recall = self.source, self.supposed, self.against.recall
        whole = supposed.operation == "new"
        history = self.against.history(supposed)
        errors, summary = evaluate(source, self.work, supposed.received_at, history, whole=whole)
        evidence = quarantined_rows(self.path, source, errors, all_bad(self.work), recall, summary["findings"])
        found = self.against.compare(supposed, self.work, evidence)
        more, refusals = refused_rows(self.path, supposed.operation, source, self.work, found.refused, recall)
        evidence = pa.concat_tables([evidence, more])
        summary["findings"] = [*refusals, *summary["findings"]]
        made = CorrectionFiles()
        if answers:
            submission = Submission(name, None, verdict.file_name, supposed.received_at)
            made = build_correction_files(self.path, source, submission, evidence, {**meta, "verdict": summary})
        return self._told(verdict, meta, summary, found, evidence.num_rows, made), made

    def _told(  # noqa: PLR0913, PLR0917 - all that makes a verdict
        self,
        verdict: Verdict,
        meta: dict[str, Any],
        summary: dict[str, Any],
        found: CheckResult,
        quarantined: int,
        made: CorrectionFiles,
    ) -> Verdict:
        fates = found.fates
        skipped = skipped_with(summary["skipped"], fates, self.source.language)
        return replace(
            verdict,
            state=State.HELD if summary["reasons"] or found.reasons else State.VALIDATED,
            counts=counted(meta["rows"], fates, quarantined=quarantined, skipped=skipped.total()),
            skipped=dict(skipped),
            ended=found.ended,
            findings=[*summary["findings"], *found.findings],
            expectations=[*summary["results"], *found.results],
            answer=made.told,
        )
