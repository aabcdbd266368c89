"""Evaluate a delivery: the decisions about its rows, each made in one place for load, check and plan.

`map_delivery`, `validate_delivery` and `evaluate_delivery` follow each other.  The steps of a batch call them one by
one, with the work store between them; `preview_delivery`, for what is only looked at, calls all three.  What core says
comes through a `Comparison`, so nothing here needs a warehouse.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from hub.errors import RejectBatch
from hub.finding import Finding
from pipeline.corrections.build import CorrectionFiles, Submission, build_correction_files
from pipeline.corrections.delivery import no_earlier_submission
from pipeline.transform.batch_facts import DeliveryFacts, RowOutcomes, ValidationSummary
from pipeline.transform.evaluate import evaluate
from pipeline.transform.map_file import write_parts
from pipeline.transform.quarantine import EVIDENCE, all_bad, quarantined_rows
from pipeline.transform.rejected_rows import rejected_rows
from pipeline.transform.repeated_keys import repeated_keys
from pipeline.transform.withdrawal_keys import write_keys
from validation.aggregation import finding_to_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from connectors.manifest import Manifest
    from hub.batch import Counts
    from hub.finding import FindingLine
    from hub.receipt import DeclaredSubmission, HoldReason, RuleResult
    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall
    from pipeline.transform.staging import Work
    from validation.batches.figures import Figures


@dataclass(frozen=True)
class DeliveryInput:
    """One delivery, and all that its evaluation depends on beside core.

    Args:
        open: Gives the bytes as delivered; called only where they are read.
        source: The mapping.
        work: Where records stand between two steps.
        received_at: The end of the days that an event can have.
        operation: What the rows mean: new, correct or withdraw.
        submission: What the manifest declares; None without one.
        recall: Gives the bytes of an earlier submission that a correction refers to.
        recipient: What correction files say of the batch; None makes no files.
    """

    open: Callable[[], AbstractContextManager[Path]]
    source: Source
    work: Work
    received_at: datetime
    operation: str = "new"
    submission: DeclaredSubmission | None = None
    recall: Recall = no_earlier_submission
    recipient: Submission | None = None

    @property
    def targets(self) -> list[str]:
        """The submissions that are withdrawn as a whole, by batch id."""
        return self.submission.targets if self.submission else []


@dataclass(frozen=True)
class ValidatedDelivery:
    """What validation says of a delivery, and the rows that it keeps out (`EVIDENCE`)."""

    summary: ValidationSummary
    quarantined: pa.Table


@dataclass(frozen=True)
class ComparisonResult:
    """What core, or a check's stand-in for it, makes of the good rows, or of the keys of a withdrawal.

    Args:
        outcomes: Rows by outcome.
        ended: Records that end.
        refused: Rows (int64) that core gives reason to keep out.
        replaced: Rows that a later row of the delivery replaces (`REPLACED`).
        findings: What only the comparison can tell.
        results: What further batch rules say.
        reasons: Why a person has to release the batch.
    """

    outcomes: RowOutcomes = field(default_factory=RowOutcomes)
    ended: int = 0
    refused: list[pa.Array] = field(default_factory=list)
    replaced: list[pa.Table] = field(default_factory=list)
    findings: list[FindingLine] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)
    reasons: list[HoldReason] = field(default_factory=list)


class Comparison(Protocol):
    """What good rows are compared with: core within a transaction, or, offline, with each other."""

    def compare(self, quarantined: pa.Table) -> ComparisonResult:
        """Compare the good rows of the delivery; `quarantined` are those that validation keeps out (`EVIDENCE`)."""

    def withdraw(self, targets: Sequence[str]) -> ComparisonResult:
        """Compare the keys of a withdrawal, or, where `targets` names submissions, their records."""


@dataclass(frozen=True)
class DeliveryResult:
    """What becomes of a delivery: every receipt, check and plan is made from it."""

    counts: Counts
    skipped: dict[str, int]  # rows by reason
    ended: int  # records
    findings: list[FindingLine]
    results: list[RuleResult]
    reasons: list[HoldReason]
    quarantined: pa.Table  # `EVIDENCE`
    corrections: CorrectionFiles


def map_delivery(
    delivery: DeliveryInput, manifest: Manifest | None = None, notes: Sequence[Finding] = ()
) -> DeliveryFacts:
    """Write the records of a delivery, or the keys of a withdrawal, to the work store.

    Args:
        delivery: The delivery.
        manifest: The manifest of a withdrawal; else None.
        notes: Findings of admission, which the facts repeat.

    Returns:
        The facts of the delivery: rows, columns, parts, findings about the whole file.

    Raises:
        RejectBatch: A fault of the whole file, also when it has not the rows that its manifest declares.
    """
    source, work = delivery.source, delivery.work
    if delivery.operation == "withdraw" and manifest is not None:
        with delivery.open() if manifest.files else nullcontext() as path:
            facts = write_keys(manifest, path, source, work)
    else:
        with delivery.open() as path:
            facts = write_parts(path, source, work, delivery.recall)
    declared = _declared_rows(delivery, facts)
    facts = replace(facts, findings=[*facts.findings, *notes, *declared])
    work.put_facts(facts)
    return facts


def _declared_rows(delivery: DeliveryInput, facts: DeliveryFacts) -> list[Finding]:
    """Return the notes of admission; raise RejectBatch when the file has not the rows that its manifest declares.

    Rows that are no records (blank lines, totals) may be counted in or left out.
    """
    if delivery.submission is None:
        return [Finding("SIGNATURE_WANTED")] if delivery.source.signature == "wanted" else []
    expected = delivery.submission.rows_declared
    if expected is not None and expected != facts.rows:
        skipped = sum(delivery.work.read(part, "skipped").num_rows for part in delivery.work.parts(facts))
        if expected != facts.rows - skipped:
            raise RejectBatch(Finding("ROWS_DIFFER", value=str(facts.rows), expected=str(expected)))
    return delivery.submission.notes


def validate_delivery(delivery: DeliveryInput, history: Sequence[Figures]) -> ValidatedDelivery:
    """Judge every record by the standard and the batch by `history`, the figures of those before it, oldest first."""
    source, work = delivery.source, delivery.work
    whole = delivery.operation == "new"
    errors, summary = evaluate(source, work, delivery.received_at, history, whole=whole)
    with delivery.open() as path:
        quarantined = quarantined_rows(path, source, errors, all_bad(work), delivery.recall, summary.findings)
    return ValidatedDelivery(summary, quarantined)


def correction_files(delivery: DeliveryInput, facts: DeliveryFacts, validated: ValidatedDelivery) -> CorrectionFiles:
    """Return the files with the quarantined rows; none where nobody receives them."""
    if delivery.recipient is None or not validated.quarantined.num_rows:
        return CorrectionFiles()
    with delivery.open() as path:
        return build_correction_files(
            path,
            delivery.source,
            delivery.recipient,
            validated.quarantined,
            columns=facts.columns,
            rows=facts.rows,
            findings=validated.summary.findings,
        )


def evaluate_delivery(
    delivery: DeliveryInput,
    facts: DeliveryFacts,
    validated: ValidatedDelivery | None,
    comparison: Comparison,
    corrections: CorrectionFiles | None = None,
) -> DeliveryResult:
    """Return what becomes of a mapped and validated delivery.

    `validated` is None for a withdrawal, which has keys and no records.  `corrections` are the files that have been
    made of `validated` already; they are made anew where core keeps out further rows.
    """
    if validated is None:
        return _evaluate_withdrawal(delivery, facts, comparison)
    compared = comparison.compare(validated.quarantined)
    if any(map(len, compared.refused)):
        validated, corrections = _with_rejected(delivery, validated, compared.refused), None
    if corrections is None:
        corrections = correction_files(delivery, facts, validated)
    summary, quarantined = validated.summary, validated.quarantined
    skipped = {**summary.skipped, **compared.outcomes.skipped(delivery.source.language)}
    return DeliveryResult(
        counts=compared.outcomes.counts(facts.rows, quarantined=quarantined.num_rows, skipped=sum(skipped.values())),
        skipped=skipped,
        ended=compared.ended,
        findings=[*summary.findings, *_about_repeated_keys(delivery, compared.replaced), *compared.findings],
        results=[*summary.results, *compared.results],
        reasons=[*summary.reasons, *compared.reasons],
        quarantined=quarantined,
        corrections=corrections,
    )


def _evaluate_withdrawal(delivery: DeliveryInput, facts: DeliveryFacts, comparison: Comparison) -> DeliveryResult:
    compared = comparison.withdraw(delivery.targets)
    skipped = compared.outcomes.skipped(delivery.source.language)
    return DeliveryResult(
        counts=compared.outcomes.counts(facts.rows, quarantined=0, skipped=skipped.total()),
        skipped=dict(skipped),
        ended=compared.ended,
        findings=[*compared.findings, *map(finding_to_dict, facts.findings)],
        results=[],
        reasons=[],
        quarantined=EVIDENCE.empty_table(),
        corrections=CorrectionFiles(),
    )


def _with_rejected(
    delivery: DeliveryInput, validated: ValidatedDelivery, refused: Sequence[pa.Array]
) -> ValidatedDelivery:
    """Return the validated delivery with the rows that core keeps out, and the findings about them first."""
    with delivery.open() as path:
        more, lines = rejected_rows(path, delivery.operation, delivery.source, delivery.work, refused, delivery.recall)
    summary = replace(validated.summary, findings=[*lines, *validated.summary.findings])
    return ValidatedDelivery(summary, pa.concat_tables([validated.quarantined, more]))


def _about_repeated_keys(delivery: DeliveryInput, replaced: Sequence[pa.Table]) -> list[FindingLine]:
    """Return what is told of the rows that a later row of the delivery replaces; the file is read for no others."""
    if not any(map(len, replaced)):
        return []
    with delivery.open() as path:
        return repeated_keys(path, delivery.source, delivery.work, replaced, delivery.recall)


def preview_delivery(
    delivery: DeliveryInput,
    comparison: Comparison,
    history: Sequence[Figures],
    manifest: Manifest | None = None,
    notes: Sequence[Finding] = (),
) -> DeliveryResult:
    """Return what would become of a delivery: maps, validates and compares it at once.

    Raises:
        RejectBatch: As `map_delivery` does.
    """
    facts = map_delivery(delivery, manifest, notes)
    validated = None if delivery.operation == "withdraw" else validate_delivery(delivery, history)
    return evaluate_delivery(delivery, facts, validated, comparison)
