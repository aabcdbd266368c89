"""Compare a batch with core: what becomes of each good row.  Load, check and plan all ask it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading.merge import RecordMerge
from pipeline.loading.precedence import Precedence
from pipeline.loading.snapshot import Snapshot
from pipeline.loading.withdraw import end_withdrawn
from pipeline.transform.batch_facts import RowOutcomes, finding_about_rows
from pipeline.transform.evaluate_delivery import ComparisonResult
from validation.aggregation import finding_to_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from pipeline.conflicts.tracker import ChangeTracker
    from pipeline.loading.context import LoadContext


class CoreComparison:
    """One batch and core, within one transaction; by itself it changes temporary tables only.

    Load and plan extend it: `visit` is called for each record type while the temporary tables `incoming` and
    `row_outcome` hold it.  `tracker` makes a withdrawal end records; without one it is only looked at.
    """

    into = "core"  # the schema that `RecordMerge.copy` copies to
    tracker: ChangeTracker | None = None

    def __init__(self, context: LoadContext) -> None:
        """Prepare the comparison of a batch; nothing is read yet."""
        self.context = context

    def compare(self, quarantined: pa.Table) -> ComparisonResult:
        """Classify the good rows, record type by record type; `quarantined` are the others (`EVIDENCE`)."""
        precedence = Precedence(self.context)
        snapshot = Snapshot(self.context, quarantined, self.context.work.facts().totals)
        outcomes, ended, refused, replaced = RowOutcomes(), 0, [], []
        for record_type in self.context.source.record_types:
            merge = RecordMerge(self.context, record_type, into=self.into)
            merge.stage_keys()
            merge.classify()
            precedence.weigh(merge)
            snapshot.end_absent(merge)
            met = merge.tally()
            ended += met.pop("ended", 0)
            outcomes += RowOutcomes(overruled=met.pop("skipped", 0), **met)
            refused.append(merge.refused())
            replaced.append(merge.replaced())
            self.visit(merge, precedence)
            merge.forget()
        verdict = snapshot.verdict
        ends = snapshot.findings(ended) or finding_about_rows("RECORDS_ENDED", ended)
        return ComparisonResult(
            outcomes,
            ended,
            refused,
            replaced,
            findings=[*map(finding_to_dict, verdict.findings), *ends],
            results=verdict.results,
            reasons=verdict.reasons,
        )

    def withdraw(self, targets: Sequence[str]) -> ComparisonResult:
        """Find out what a withdrawal ends; with a tracker, end it."""
        return end_withdrawn(self.context, list(targets), self.tracker)

    def visit(self, merge: RecordMerge, precedence: Precedence) -> None:
        """Take note of one record type; nothing here."""
