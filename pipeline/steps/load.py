"""Load: one transaction that holds rows, history, quarantine, findings, counts and the finished receipt.

A row's text travels once.  What arrives is first compared with core by key and content hash alone; then only rows that
are new, or are the last word on a changed record, are copied to where they stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hub.batch import State
from hub.errors import RetryLater
from hub.finding import Finding
from hub.messages import error_of
from pipeline.conflicts.findings import conflict_findings
from pipeline.conflicts.notices import put_notices
from pipeline.conflicts.tracker import ChangeTracker
from pipeline.loading.context import LoadContext
from pipeline.loading.core_comparison import CoreComparison
from pipeline.loading.corrections import close_earlier
from pipeline.loading.feed_history import keep_figures
from pipeline.loading.merge import with_delivered_name
from pipeline.loading.registered_delivery import registered_delivery
from pipeline.loading.snapshot import MustWait, was_approved
from pipeline.receipts.close import end
from pipeline.receipts.render import Renderer
from pipeline.review.hold import hold_of, put_on_hold
from pipeline.sources import source_named
from pipeline.steps.validate import VERDICT
from pipeline.transform.evaluate_delivery import ValidatedDelivery, evaluate_delivery
from pipeline.transform.staging import Work
from warehouse import ledger
from warehouse.connection import connect
from warehouse.copy import copy_in
from warehouse.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa
    from psycopg import Connection, sql

    from hub.finding import FindingLine
    from hub.receipt import Approval, Document, Verdict
    from pipeline.loading.merge import RecordMerge
    from pipeline.loading.precedence import Precedence
    from pipeline.transform.evaluate_delivery import ComparisonResult
    from warehouse.ledger import Entry


def load_batch(batch_id: str) -> None:
    """Load a validated batch.  A batch in another state, such as loaded, is left alone.

    Raises:
        RetryLater: An earlier batch of the source has not ended; loaded later, it would replace newer values.
    """
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        if entry.state != State.VALIDATED:
            return
        source = source_named(entry.source)
        ledger.lock_source(conn, entry.agency, entry.feed)
        if ledger.lock_batch(conn, batch_id) != State.VALIDATED:
            return
        earlier = ledger.earlier_waiting(conn, entry)
        if earlier:
            raise error_of(RetryLater, "load.waits", where=entry.source, batch=batch_id, earlier=earlier)
        if entry.replay_of and conn.execute(statement("replay/was_withdrawn"), vars(entry)).fetchone() == (True,):
            end(conn, batch_id, State.WITHDRAWN, [Finding("SUBMISSION_WITHDRAWN", value=entry.origin_batch)])
            return
        work = Work(batch_id)
        try:
            with conn.transaction():  # all of it is undone when it turns out that a person must look first
                verdict, correction_files = _loaded(LoadContext(conn, entry, source, work))
        except MustWait as wait:
            summary = work.summary()
            keep_figures(conn, entry, summary.figures, [*summary.results, *wait.results])  # seen while it waits
            put_on_hold(conn, entry, wait.reasons)
            return
        ledger.settle(conn, batch_id, verdict)
        receipts = Renderer(entry.language).documents(verdict)
        ledger.put_receipts(conn, entry.agency, batch_id, [*receipts, *correction_files])


class BatchLoad(CoreComparison):
    """The comparison with core that changes core by what it finds."""

    def __init__(self, context: LoadContext) -> None:
        """Prepare the load of a batch."""
        super().__init__(context)
        self.tracker: ChangeTracker = ChangeTracker(context.conn, context.entry)
        self.precedence: Precedence | None = None
        self.cores: list[sql.Identifier] = []

    def compare(self, quarantined: pa.Table) -> ComparisonResult:
        """Load the good rows; raise MustWait when more would end than anybody has agreed to."""
        compared = super().compare(quarantined)
        entry = self.context.entry
        agreed = entry.replay_of is not None or was_approved(self.context.conn, entry.batch_id)
        if compared.reasons and not agreed:
            raise MustWait(compared.reasons, compared.results)
        return compared

    def visit(self, merge: RecordMerge, precedence: Precedence) -> None:
        """Change core by one record type."""
        merge.retire()
        merge.copy()
        merge.raise_versions()
        precedence.settle(merge)
        self.tracker.note(merge.record_type)
        self.precedence = precedence
        self.cores.append(merge.core)


def _loaded(context: LoadContext) -> tuple[Verdict, list[Document]]:
    """Change core by the batch; return its verdict, and the rows to be corrected as files."""
    conn, entry, work = context.conn, context.entry, context.work
    conn.execute(statement("ledger/set_mode"), {"batch_id": entry.batch_id, "mode": context.mode})
    verdict = ledger.verdict_so_far(conn, entry, State.LOADED)
    delivery = registered_delivery(entry, context.source, work, verdict.submission)
    load, facts = BatchLoad(context), work.facts()
    if entry.operation == "withdraw":
        result = evaluate_delivery(delivery, facts, None, load)
    else:
        summary = work.summary()
        validated = ValidatedDelivery(summary, work.read(VERDICT, "quarantine"))
        result = evaluate_delivery(delivery, facts, validated, load, work.corrections())
        quarantined = with_delivered_name(result.quarantined, entry.file_name)
        copy_in(conn, ("quarantine", "row"), quarantined, context.identity)
        repaired = load.precedence.close(load.cores) if load.precedence else 0
        verdict = replace(verdict, repaired=repaired, corrects=close_earlier(context))
        keep_figures(conn, entry, summary.figures, result.results)
    conflicts, settled = _conflict_notices(conn, entry, load.tracker)
    verdict = replace(
        verdict,
        expectations=result.results,
        approval=_approval(conn, entry.batch_id),
        correction_files=result.corrections.summary,
        ended=result.ended,
        settled=settled,
        counts=result.counts,
        skipped=result.skipped,
        findings=[*result.findings, *conflicts],
    )
    return verdict, result.corrections.documents


def _conflict_notices(conn: Connection[Any], entry: Entry, tracker: ChangeTracker) -> tuple[list[FindingLine], int]:
    """Compare with the other feeds and put the notices to their owners.

    Returns what the sender is to be told: findings, and how many earlier conflicts are settled.
    """
    notices = conflict_findings(conn, entry.batch_id, tracker.settle())
    ours = notices.pop(entry.source, None)
    put_notices(conn, entry.batch_id, notices.values())
    return (ours.findings, ours.closed) if ours else ([], 0)


def _approval(conn: Connection[Any], batch_id: str) -> Approval | None:
    """Return who has released the batch, when and with which words, if it was held."""
    hold = hold_of(conn, batch_id)
    if hold is None or hold["decision"] != "approve" or hold["decided_by"] is None or hold["decided_at"] is None:
        return None
    return {
        "by": hold["decided_by"],
        "at": hold["decided_at"].isoformat(timespec="seconds"),
        "comment": hold["comment"],
    }
