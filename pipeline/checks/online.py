"""Against the hub: what only its ledger and its warehouse can say of a submission that is not made.

The functions are those of admission, the load and the withdrawal; every transaction is rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from hub.errors import HubError
from pipeline.checks.offline import CandidateBatch, CheckResult, OfflineContext
from pipeline.corrections.earlier import earlier_submissions
from pipeline.intake import admission
from pipeline.intake.admission import duplicate_finding
from pipeline.intake.signing_keys import keys_of
from pipeline.loading.classify import classified, of_core
from pipeline.loading.feed_history import known_figures
from pipeline.loading.precedence import Precedence
from pipeline.loading.snapshot import Snapshot
from pipeline.loading.withdraw import would_withdraw
from validation.aggregation import finding_to_dict
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import pyarrow as pa
    from psycopg import Connection

    from connectors.manifest import Manifest
    from connectors.raw_store import Stored
    from hub.finding import Finding
    from mappings.engine import Source
    from pipeline.intake.manifest_checks import AdmissionResult
    from pipeline.transform.staging import Work
    from validation.batches.figures import Figures

LAST = (1 << 63) - 1  # what is not registered comes after everything that is


class HubContext(OfflineContext):
    """All that a submission would be judged by."""

    def __init__(self, source: Source) -> None:
        """Ask nothing yet."""
        super().__init__(source)
        self.notices = []
        self.recall = earlier_submissions(source)

    def history(self, supposed: CandidateBatch) -> Sequence[Figures]:  # noqa: ARG002 - as its base
        """Return the figures of the submissions before."""
        with _looking() as conn:
            return known_figures(conn, self.source.agency, self.source.feed, LAST)

    def judge(self, manifest: Manifest, files: Mapping[str, Stored], received_at: datetime) -> AdmissionResult:
        """Judge a manifest and its files at the door."""
        with _looking() as conn:
            return admission.admit(conn, self.source, manifest, files, keys_of(self.source), received_at)

    def brought_before(self, manifest: Manifest | None, judgement: AdmissionResult, sha256: str) -> str | None:
        """Return the batch that has brought the same before."""
        with _looking() as conn:
            return admission.brought_before(conn, self.source, manifest, judgement, sha256)

    def duplicate_finding(self, before: str) -> Finding:
        """Return what the sender of bytes that came before is told."""
        with _looking() as conn:
            return duplicate_finding(conn, self.source, before)

    def compare(self, supposed: CandidateBatch, work: Work, evidence: pa.Table) -> CheckResult:
        """Compare the good rows with core, as the load would do now."""
        source, found = self.source, CheckResult()
        entry = entry_of(source, supposed)
        with _looking() as conn:
            word, snapshot = Precedence(conn, entry), Snapshot(conn, entry, source, evidence, work.meta()["totals"])
            for arrivals in classified(conn, entry, source, work, word, snapshot):
                found.fates.update(arrivals.tally())
                found.refused.append(arrivals.refused())
            judgement = snapshot.judgement
            found.findings = [*map(finding_to_dict, judgement.findings), *of_core(found.fates, snapshot)]
        found.results, found.reasons, found.ended = judgement.results, judgement.reasons, found.fates["ended"]
        return found

    def withdraw(self, supposed: CandidateBatch, work: Work, targets: Sequence[str]) -> CheckResult:
        """Look what a withdrawal would end now."""
        with _looking() as conn:
            entry = entry_of(self.source, supposed)
            fates, ended, findings = would_withdraw(conn, entry, self.source, work, list(targets))
        return CheckResult(fates, findings=[finding_to_dict(each) for each in findings], ended=ended)


def reached(source: Source) -> HubContext | None:
    """Return the hub when its warehouse answers and is one; None else, for whatever reason."""
    try:
        with _looking() as conn:
            conn.execute(statement("submissions/last_sequence"), {"agency": source.agency, "feed": source.feed})
    except (HubError, psycopg.Error):
        return None
    return HubContext(source)


def entry_of(source: Source, supposed: CandidateBatch) -> ledger.Entry:
    """Return the ledger's line of a batch that nobody has registered."""
    nothing: dict[str, Any] = dict.fromkeys(ledger.Entry.__dataclass_fields__)
    given = {
        "agency": source.agency,
        "feed": source.feed,
        "language": source.language,
        "batch_id": supposed.batch_id,
        "origin_batch": supposed.batch_id,
        "precedence": supposed.late_precedence or f"{LAST}.",
        "number": LAST,
        "origin_number": LAST,
        "operation": supposed.operation,
        "notes": [],
        "file_name": supposed.file_name,
        "sha256": supposed.sha256,
        "received_at": supposed.received_at,
    }
    return ledger.Entry(**{**nothing, **given})


@contextmanager
def _looking() -> Iterator[Connection[Any]]:
    """Give a connection of which nothing stays."""
    with connect() as conn:
        try:
            yield conn
        finally:
            conn.rollback()
