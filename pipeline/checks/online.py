"""Against the hub: what only its ledger and its warehouse can say of a submission that is not made.

The functions are those of admission, the load and the withdrawal; every transaction is rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from hub.errors import HubError
from pipeline.checks.offline import CandidateBatch, OfflineContext
from pipeline.corrections.earlier import earlier_submissions
from pipeline.intake import admission
from pipeline.intake.admission import duplicate_finding
from pipeline.intake.signing_keys import keys_of
from pipeline.loading.context import LoadContext
from pipeline.loading.core_comparison import CoreComparison
from pipeline.loading.feed_history import known_figures
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
    from pipeline.transform.evaluate_delivery import Comparison, ComparisonResult
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

    def history(self, candidate: CandidateBatch) -> Sequence[Figures]:  # noqa: ARG002 - as its base
        """Return the figures of the submissions before."""
        with _looking() as conn:
            return known_figures(conn, self.source.agency, self.source.feed, LAST)

    def judge(self, manifest: Manifest, files: Mapping[str, Stored], received_at: datetime) -> AdmissionResult:
        """Judge a manifest and its files at the door."""
        with _looking() as conn:
            return admission.admit(conn, self.source, manifest, files, keys_of(self.source), received_at)

    def brought_before(self, manifest: Manifest | None, result: AdmissionResult, sha256: str) -> str | None:
        """Return the batch that has brought the same before."""
        with _looking() as conn:
            return admission.brought_before(conn, self.source, manifest, result, sha256)

    def duplicate_finding(self, before: str) -> Finding:
        """Return what the sender of bytes that came before is told."""
        with _looking() as conn:
            return duplicate_finding(conn, self.source, before)

    def comparison(self, candidate: CandidateBatch, work: Work) -> Comparison:
        """Return core, as the load would find it now."""
        return _RolledBack(self.source, entry_of(self.source, candidate), work)


@dataclass(frozen=True)
class _RolledBack:
    """The comparison of a load, each time in a transaction of which nothing stays."""

    source: Source
    entry: ledger.Entry
    work: Work

    def compare(self, quarantined: pa.Table) -> ComparisonResult:
        """Compare the good rows with core."""
        with _looking() as conn:
            return CoreComparison(LoadContext(conn, self.entry, self.source, self.work)).compare(quarantined)

    def withdraw(self, targets: Sequence[str]) -> ComparisonResult:
        """Look what a withdrawal would end."""
        with _looking() as conn:
            return CoreComparison(LoadContext(conn, self.entry, self.source, self.work)).withdraw(targets)


def reached(source: Source) -> HubContext | None:
    """Return the hub when its warehouse answers and is one; None else, for whatever reason."""
    try:
        with _looking() as conn:
            conn.execute(statement("submissions/last_sequence"), {"agency": source.agency, "feed": source.feed})
    except (HubError, psycopg.Error):
        return None
    return HubContext(source)


def entry_of(source: Source, candidate: CandidateBatch) -> ledger.Entry:
    """Return the ledger's line of a batch that nobody has registered."""
    nothing: dict[str, Any] = dict.fromkeys(ledger.Entry.__dataclass_fields__)
    given = {
        "agency": source.agency,
        "feed": source.feed,
        "language": source.language,
        "batch_id": candidate.batch_id,
        "origin_batch": candidate.batch_id,
        "precedence": candidate.late_precedence or f"{LAST}.",
        "number": LAST,
        "origin_number": LAST,
        "operation": candidate.operation,
        "notes": [],
        "file_name": candidate.file_name,
        "sha256": candidate.sha256,
        "received_at": candidate.received_at,
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
