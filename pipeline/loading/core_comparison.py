"""Compare a batch with core: what becomes of each good row.  Load, check and plan all ask it here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    from psycopg import Connection

    from mappings.engine import Source
    from pipeline.conflicts.tracker import ChangeTracker
    from pipeline.transform.staging import Work
    from warehouse.ledger import Entry


class CoreComparison:
    """One batch and core, within one transaction; by itself it changes temporary tables only.

    Load and plan extend it: `visit` is called for each record type while the temporary tables `incoming` and
    `row_outcome` hold it.  `tracker` makes a withdrawal end records; without one it is only looked at.
    """

    into = "core"  # the schema that `RecordMerge.copy` copies to
    tracker: ChangeTracker | None = None

    def __init__(self, conn: Connection[Any], entry: Entry, source: Source) -> None:
        """Prepare the comparison of batch `entry`; nothing is read yet."""
        self.conn, self.entry, self.source = conn, entry, source

    def compare(self, work: Work, quarantined: pa.Table) -> ComparisonResult:
        """Classify the good rows, record type by record type; `quarantined` are the others (`EVIDENCE`)."""
        facts, mode = work.facts(), self.source.mode_of(self.entry.operation)
        precedence = Precedence(self.conn, self.entry)
        snapshot = Snapshot(self.conn, self.entry, self.source, quarantined, facts.totals)
        outcomes, ended, refused = RowOutcomes(), 0, []
        for record_type in self.source.record_types:
            routes = [route for route in self.source.routes if route.record_type is record_type]
            merge = RecordMerge(self.conn, self.entry, record_type, routes, work, into=self.into, mode=mode)
            merge.stage_keys()
            merge.classify()
            precedence.weigh(merge)
            snapshot.end_absent(merge)
            met = merge.tally()
            ended += met.pop("ended", 0)
            outcomes += RowOutcomes(overruled=met.pop("skipped", 0), repeated_keys=met.pop("overtaken", 0), **met)
            refused.append(merge.refused())
            self.visit(merge, precedence)
            merge.forget()
        verdict = snapshot.verdict
        ends = snapshot.findings(ended) or finding_about_rows("RECORDS_ENDED", ended)
        repeats = finding_about_rows("KEY_REPEATED", outcomes.repeated_keys)
        return ComparisonResult(
            outcomes,
            ended,
            refused,
            findings=[*map(finding_to_dict, verdict.findings), *repeats, *ends],
            results=verdict.results,
            reasons=verdict.reasons,
        )

    def withdraw(self, work: Work, targets: Sequence[str]) -> ComparisonResult:
        """Look what a withdrawal ends; with a tracker, end it."""
        return end_withdrawn(self.conn, self.entry, self.source, work, list(targets), self.tracker)

    def visit(self, merge: RecordMerge, precedence: Precedence) -> None:
        """Take note of one record type; nothing here."""
