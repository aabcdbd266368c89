"""The plan of one reading: of a file that nobody has dropped yet, or of a delivery by another mapping."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors import raw_store
from connectors.raw_store import digest
from hub import clock
from hub.batch import State, new_batch_id
from hub.errors import RejectBatch, WrongUsage
from hub.finding import no_findings
from hub.scratch import scratch
from pipeline.checks.offline import CandidateBatch
from pipeline.checks.online import entry_of
from pipeline.corrections.earlier import earlier_submissions
from pipeline.loading.feed_history import known_figures
from pipeline.reports.plan.diff import changes
from pipeline.transform.evaluate import evaluate
from pipeline.transform.map_file import write_parts
from pipeline.transform.outcomes import counted, skipped_with
from pipeline.transform.quarantine import all_bad, quarantined_rows
from pipeline.transform.staging import Work
from standards import standard
from validation.aggregation import finding_to_dict
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

    from mappings.engine import Source
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
    reasons: list[dict[str, Any]] = field(default_factory=list)  # why a person would have to release it first
    ended: int = 0  # records that would be made no more
    ended_examples: list[str] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)  # what would change in records that core has
    findings: list[dict[str, Any]] = field(default_factory=list)  # as receipts show them

    @property
    def worse(self) -> bool:
        """Whether rows or records would be lost that are in the warehouse now."""
        replays = self.origin is not None
        return replays and bool(self.refused or self.ended or self.state == State.REJECTED)

    def as_dict(self) -> dict[str, Any]:
        """Return it as scripts read it."""
        return {**asdict(self), "worse": self.worse}


def plan_file(path: Path, source: Source) -> Plan:
    """Return what would become of `path` as the next submission of its source."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.", next_step="Name a file that exists.")
    now = clock.now()
    supposed = CandidateBatch(new_batch_id(now), path.name, digest(path).sha256, now)
    return _planned(entry_of(source, supposed), path, source)


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
    with scratch("plan") as folder:
        work = Work("plan", f"file://{folder}")
        try:
            work.put_meta(write_parts(path, source, work, earlier_submissions(source)))
        except RejectBatch as fault:
            return replace(
                plan, state=State.REJECTED, findings=[finding_to_dict(finding) for finding in fault.findings]
            )
        with connect() as conn:
            history = known_figures(conn, entry.agency, entry.feed, entry.origin_number)
        _, summary = evaluate(source, work, entry.received_at, history, whole=entry.operation == "new")
        kept_out = all_bad(work)
        quarantined_rows(path, source, no_findings(), kept_out, earlier_submissions(source), summary["findings"])
        bad = set(kept_out["row"].to_pylist())
        with connect() as conn:
            try:
                found = changes(conn, entry, source, work, kept_out)
                before = _refused_before(conn, entry)
            finally:
                conn.rollback()
        found |= {"quarantined": len(bad), "repaired": len(before - bad), "refused": len(bad - before)}
        skipped = skipped_with(summary["skipped"], found["fates"], source.language)
        return _told(replace(plan, skipped=dict(skipped)), work.meta()["rows"], summary, found)


def _refused_before(conn: Connection[Any], entry: Entry) -> set[int]:
    return {
        row[0]
        for row in conn.execute(statement("plan/quarantined_before"), {"origin_batch": entry.origin_batch}).fetchall()
    }


def _told(plan: Plan, rows: int, summary: dict[str, Any], found: dict[str, Any]) -> Plan:
    fates = found["fates"]
    kept_out = found["quarantined"] + fates["refused"]
    counts = counted(rows, fates, quarantined=kept_out, skipped=sum(plan.skipped.values()))
    # A replay does not wait: a person has asked for it.
    reasons = [] if plan.origin else [*summary["reasons"], *found["reasons"]]
    return replace(
        plan,
        state=State.HELD if reasons else plan.state,
        reasons=reasons,
        counts=counts.as_dict(),
        repaired=found["repaired"] if plan.origin else 0,
        refused=found["refused"] if plan.origin else 0,
        ended=fates["ended"],
        ended_examples=found["ended"],
        fields=found["fields"],
        findings=[*summary["findings"], *found["findings"]],
    )
