"""Check: the verdict on a file, by the very functions that the hub runs; nothing is loaded or registered."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from connectors.raw_store import digest
from hub import clock
from hub.batch import State, new_batch_id
from hub.errors import RejectBatch, WrongUsage
from hub.messages import error_of
from hub.named import name_to_keep
from hub.receipt import Verdict
from hub.scratch import scratch
from pipeline.checks.offline import CandidateBatch, OfflineContext
from pipeline.checks.submission import LocalSubmission, admit
from pipeline.corrections.build import CorrectionFiles, Submission
from pipeline.receipts.render import Renderer
from pipeline.sources import source_named
from pipeline.transform.evaluate_delivery import DeliveryInput, preview_delivery
from pipeline.transform.staging import Work
from standards import standard
from validation.aggregation import finding_to_dict

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hub.finding import Finding
    from hub.receipt import Document
    from mappings.engine import Source
    from pipeline.transform.evaluate_delivery import DeliveryResult


@dataclass(frozen=True)
class CheckRequest:
    """What a check is to know beside the file."""

    name: str = "check"  # of the documents
    file_name: str | None = None  # as its sender calls it; None: as it is called here
    received_at: datetime | None = None  # None: now
    batch_id: str | None = None  # that it would have; None: one of now
    against: OfflineContext | None = None  # what it is compared with; None: nothing
    submission: LocalSubmission | None = None  # the manifest that it came with


@dataclass(frozen=True)
class Checked:
    """A verdict, and the receipts and answers that a submission would be sent."""

    verdict: Verdict
    documents: list[Document]


def check_file(path: Path, name: str) -> Verdict:
    """Return what the hub would say of `path` as the first submission of `agency/feed`; no hub is asked."""
    return check(path, source_named(name), CheckRequest(), with_correction_files=False).verdict


def check(path: Path, source: Source, request: CheckRequest, *, with_correction_files: bool = True) -> Checked:
    """Judge a file as a submission is judged.

    Args:
        path: The file.
        source: The mapping that it is read by.
        request: What it is checked as, and against what.
        with_correction_files: Whether the rows to be corrected are made into files too.

    Raises:
        WrongUsage: There is no such file.
    """
    if not path.is_file():
        raise error_of(WrongUsage, "cli.no_file", file=path)
    against = request.against or OfflineContext(source)
    now, stored = request.received_at or clock.now(), digest(path)
    part = request.file_name or path.name  # by which the manifest names it
    admitted = admit(request.submission, part, stored, against, now)
    verdict = Verdict(
        agency=source.agency,
        feed=source.feed,
        state=State.VALIDATED,
        check=True,
        file_name=name_to_keep(part),
        sha256=stored.sha256,
        bytes=stored.size,
        submission=admitted.submission,
        notices=_notices(source, against, request),
    )
    made = CorrectionFiles()
    if admitted.result.errors:
        verdict = _rejected(verdict, admitted.result.errors)
    elif admitted.before is not None:
        found = [finding_to_dict(each) for each in (against.duplicate_finding(admitted.before), *admitted.result.notes)]
        verdict = replace(verdict, state=State.DUPLICATE, duplicate_of=admitted.before, findings=found)
    elif admitted.operation == "zero":
        verdict = replace(verdict, findings=[finding_to_dict(each) for each in admitted.result.notes])
    else:
        late = admitted.result.late_precedence
        batch_id = request.batch_id or new_batch_id(now)
        candidate = CandidateBatch(batch_id, part, stored.sha256, now, admitted.operation, late)
        verdict = replace(verdict, mapping_version=source.version, standard_version=standard().version)
        with scratch("check") as folder:
            delivery = DeliveryInput(
                open=lambda: nullcontext(path),
                source=source,
                work=Work("check", f"file://{folder}"),
                received_at=now,
                operation=admitted.operation,
                submission=admitted.submission,
                recall=against.recall,
                recipient=Submission(request.name, None, verdict.file_name, now) if with_correction_files else None,
            )
            history = () if admitted.operation == "withdraw" else against.history(candidate)
            try:
                result = preview_delivery(
                    delivery, against.comparison(candidate, delivery.work), history, admitted.manifest
                )
            except RejectBatch as fault:
                verdict = _rejected(verdict, fault.findings)
            else:
                verdict, made = _with_result(verdict, result), result.corrections
    return Checked(verdict, [*Renderer(source.language).documents(verdict, request.name), *made.documents])


def _rejected(verdict: Verdict, findings: list[Finding] | tuple[Finding, ...]) -> Verdict:
    return replace(verdict, state=State.REJECTED, findings=[finding_to_dict(finding) for finding in findings])


def _notices(source: Source, against: OfflineContext, request: CheckRequest) -> list[str]:
    """Return what the check has not looked at; `against` knows by now whether it had keys."""
    by_manifest = source.signature == "required" or source.connector.get("complete") == "manifest"
    offline_notices = ["check.no_manifest"] if by_manifest and request.submission is None else []
    return [*against.notices, *offline_notices]


def _with_result(verdict: Verdict, result: DeliveryResult) -> Verdict:
    return replace(
        verdict,
        state=State.HELD if result.reasons else State.VALIDATED,
        counts=result.counts,
        skipped=result.skipped,
        ended=result.ended,
        findings=result.findings,
        expectations=result.results,
        correction_files=result.corrections.summary,
    )
