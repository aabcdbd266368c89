"""A receipt: the account of one batch that goes back to its sender.

`Verdict` is the one object that every form of a receipt is made from; `riskhub check` makes the same one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NotRequired, TypedDict

from hub.batch import Counts, State

if TYPE_CHECKING:
    from datetime import datetime

    from hub.finding import Finding, FindingLine

SAMPLES = 20  # places shown per finding; the count is always the true one


class RuleResult(TypedDict):
    """What one batch rule said of one figure; outside `low` ... `high` it fails, None is no limit."""

    code: str
    figure: str  # `rows`, `fill:<field>`, `level:<field>`, `codes:<field>`, `ended:<table>`
    observed: float  # rows, a share from 0 to 1, or a level in the field's unit
    low: float | None
    high: float | None
    holds: bool  # whether a failure holds the batch
    origin: str  # history, or the file that states the limits
    success: bool
    engine: str
    column: NotRequired[str | None]  # the sender's


class HoldReason(TypedDict):
    """Why a batch waits for a person; `observed` and `expected` are written for people."""

    code: str
    field: str | None
    figure: str
    origin: str
    observed: str
    expected: str


class CorrectionSummary(TypedDict):
    """What receipts say of the correction files of a batch."""

    files: list[str]  # their names
    rows: int  # that they hold
    of: int  # rows that were quarantined
    can_return: bool  # whether the files may come back as a correction


class ClosedFindings(TypedDict):
    """Quarantined rows of an earlier submission with one cause: code and column."""

    code: str
    column: str | None
    closed: int
    resent: int
    open: int


class ClosedSubmission(TypedDict):
    """What a delivery closes of the quarantined rows of one earlier submission, in rows."""

    batch: str
    closed: int  # put right
    resent: int  # sent again, and wrong again
    open: int  # left
    findings: list[ClosedFindings]


@dataclass(frozen=True)
class DeclaredSubmission:
    """What the manifest of a delivery declares, and what admission says of it.

    Args:
        operation: new, correct, withdraw or zero.
        sequence: Its number in the feed's order of submissions.
        period: The period that it reports on, as the manifest writes it.
        targets: Ids of the submissions that it corrects or withdraws as a whole.
        reason: Why it corrects or withdraws; personal data is masked once it stands in the ledger.
        sender: Who answers for it.
        signer: The name of the key that signed it; None for an unsigned manifest.
        manifest_sha256: Hash of the manifest's bytes, by which the raw store finds them.
        rows_declared: Rows that the manifest counts in this file; None where it does not count.
        notes: Findings of admission that do not reject it.
        submission_id: Its id in the ledger; None for a check.
    """

    operation: str
    sequence: int | None
    period: str | None
    targets: list[str]
    reason: str | None
    sender: str | None
    signer: str | None
    manifest_sha256: str
    rows_declared: int | None
    notes: list[Finding]
    submission_id: str | None = None


class Approval(TypedDict):
    """Who has released a held batch, when (ISO 8601) and with which comment."""

    by: str
    at: str
    comment: str | None


@dataclass(frozen=True)
class Verdict:
    """How a batch ended, in terms that every receipt and every command shows alike.

    `findings` are ordered by level, then count, then code, so that equal batches give equal receipts.
    """

    agency: str
    feed: str
    state: State
    file_name: str
    sha256: str
    bytes: int
    batch_id: str | None = None
    received_at: datetime | None = None
    duplicate_of: str | None = None
    replay_of: str | None = None
    submission: DeclaredSubmission | None = None  # None without a manifest
    repaired: int = 0  # rows of the delivery that earlier readings refused and this one, a replay, did not
    expectations: list[RuleResult] = field(default_factory=list)  # what the batch rules said, one by one
    approval: Approval | None = None
    correction_files: CorrectionSummary | None = None
    corrects: list[ClosedSubmission] = field(default_factory=list)
    check: bool = False  # whether this was only asked: nothing is loaded or kept
    notices: list[str] = field(default_factory=list)  # what a check has not looked at: keys of hub/text/sentences.yml
    ended: int = 0  # records that earlier readings had made and this one did not
    settled: int = 0  # conflicts with other feeds that the delivery has put to rest
    mapping_version: str | None = None
    standard_version: str | None = None
    counts: Counts = field(default_factory=Counts)
    skipped: dict[str, int] = field(default_factory=dict)
    findings: list[FindingLine] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The source's name, `agency/feed`."""
        return f"{self.agency}/{self.feed}"


@dataclass(frozen=True)
class Document:
    """A finished receipt in one form: its bytes never change once they are committed."""

    kind: str
    name: str
    body: bytes

    @property
    def sha256(self) -> str:
        """The hash under which the outbox keeps it."""
        return hashlib.sha256(self.body).hexdigest()
