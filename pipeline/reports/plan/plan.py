"""The plan of one reading: of a file that nobody has dropped yet, or of a delivery by another mapping."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors import raw_store
from connectors.raw_store import digest
from hub import clock
from hub.batch import State, new_batch_id
from hub.errors import RejectBatch, WrongUsage
from hub.messages import error_of
from hub.scratch import scratch
from pipeline.checks.offline import CandidateBatch
from pipeline.checks.online import entry_of
from pipeline.loading.context import LoadContext
from pipeline.loading.feed_history import known_figures
from pipeline.loading.registered_delivery import registered_delivery
from pipeline.reports.plan.diff import PlannedChanges
from pipeline.transform.evaluate_delivery import preview_delivery
from pipeline.transform.staging import Work
from standards import standard
from validation.aggregation import finding_to_dict
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from psycopg import Connection

    from hub.finding import FindingLine
    from hub.receipt import HoldReason
    from mappings.engine import Source
    from pipeline.reports.plan.diff import FieldChange
    from pipeline.transform.evaluate_delivery import ComparisonResult, DeliveryResult
    from warehouse.ledger import Entry


@dataclass(frozen=True)
class Plan:
    """What would become of a delivery, and what that would change."""

    source: str
    file: str
    origin: str | None  # the batch whose delivery would be read again; None for a new file
    state: str  # loaded, held for the `reasons`, or rejected with the findings that say why
    mapping_version: str
    standard_version: str
    counts: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    repaired: int = 0  # rows that are in quarantine now and would be let in
    refused: int = 0  # rows that would be kept out and are not in quarantine now
    reasons: list[HoldReason] = field(default_factory=list)  # why a person would have to release it first
    ended: int = 0  # records that would be made no more
    ended_examples: list[str] = field(default_factory=list)
    fields: list[FieldChange] = field(default_factory=list)  # what would change in records that core has
    findings: list[FindingLine] = field(default_factory=list)  # as receipts show them

    @property
    def worse(self) -> bool:
        """Whether rows or records would be lost that are in the warehouse now."""
        replays = self.origin is not None
        return replays and bool(self.refused or self.ended or self.state == State.REJECTED)


def plan_file(path: Path, source: Source) -> Plan:
    """Return what would become of `path` as the next submission of its source."""
    if not path.is_file():
        raise error_of(WrongUsage, "cli.no_file", file=path)
    now = clock.now()
    candidate = CandidateBatch(new_batch_id(now), path.name, digest(path).sha256, now)
    return _planned(entry_of(source, candidate), path, source)


def plan_replay(origin: str, source: Source) -> Plan:
    """Return what would become of the delivery of batch `origin`, read by `source` as it is given."""
    with connect() as conn:
        first = ledger.entry(conn, ledger.entry(conn, origin).origin_batch)
    entry = replace(first, batch_id=new_batch_id(), replay_of=first.batch_id)
    with raw_store.local_path(entry.sha256) as path:
        return _planned(entry, path, source)


def _planned(entry: Entry, path: Path, source: Source) -> Plan:
    plan = Plan(
        source=source.name,
        file=entry.file_name,
        origin=entry.replay_of,
        state=State.LOADED,
        mapping_version=source.version,
        standard_version=standard().version,
    )
    with connect() as conn:
        history = known_figures(conn, entry.agency, entry.feed, entry.origin_number)
        submission = ledger.submission_of(conn, entry.replay_of) if entry.replay_of else None
    with scratch("plan") as folder:
        work = Work("plan", f"file://{folder}")
        delivery = replace(
            registered_delivery(entry, source, work, submission), open=lambda: nullcontext(path), recipient=None
        )
        compared = _RolledBack(entry, source, work)
        try:
            result = preview_delivery(delivery, compared, history, notes=entry.notes)
        except RejectBatch as fault:
            return replace(plan, state=State.REJECTED, findings=list(map(finding_to_dict, fault.findings)))
    return _with_result(plan, result, compared)


@dataclass
class _RolledBack:
    """The comparison of a load, with what it would change, in a transaction that is rolled back."""

    entry: Entry
    source: Source
    work: Work
    fields: list[FieldChange] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    quarantined_before: set[int] = field(default_factory=set)

    def compare(self, quarantined: pa.Table) -> ComparisonResult:
        """Compare the good rows with core, and keep what would change."""
        with connect() as conn:
            try:
                changes = PlannedChanges(LoadContext(conn, self.entry, self.source, self.work))
                compared = changes.compare(quarantined)
                self.fields, self.ended = changes.fields(), changes.ended
                self.quarantined_before = _quarantined_before(conn, self.entry)
            finally:
                conn.rollback()
        return compared

    def withdraw(self, targets: Sequence[str]) -> ComparisonResult:
        """Look what a withdrawal would end."""
        with connect() as conn:
            try:
                return PlannedChanges(LoadContext(conn, self.entry, self.source, self.work)).withdraw(targets)
            finally:
                conn.rollback()


def _quarantined_before(conn: Connection[Any], entry: Entry) -> set[int]:
    return {
        row[0]
        for row in conn.execute(statement("plan/quarantined_before"), {"origin_batch": entry.origin_batch}).fetchall()
    }


def _with_result(plan: Plan, result: DeliveryResult, compared: _RolledBack) -> Plan:
    quarantined, before = set(result.quarantined["row"].to_pylist()), compared.quarantined_before
    # A replay does not wait: a person has asked for it.
    reasons = [] if plan.origin else result.reasons
    return replace(
        plan,
        state=State.HELD if reasons else plan.state,
        reasons=reasons,
        counts=result.counts.as_dict(),
        skipped=result.skipped,
        repaired=len(before - quarantined) if plan.origin else 0,
        refused=len(quarantined - before) if plan.origin else 0,
        ended=result.ended,
        ended_examples=compared.ended,
        fields=compared.fields,
        findings=result.findings,
    )
