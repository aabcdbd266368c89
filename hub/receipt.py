"""A receipt: the account of one batch that goes back to its sender.

`Verdict` is the one object that every form of a receipt is made from; `riskhub check` makes the same one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from hub.batch import Counts, State

if TYPE_CHECKING:
    from datetime import datetime

    from hub.finding import FindingLine

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
    submission: dict[str, Any] | None = None  # what the manifest says: operation, sequence, period, targets, signer ...
    repaired: int = 0  # rows of the delivery that earlier readings refused and this one, a replay, did not
    expectations: list[RuleResult] = field(default_factory=list)  # what the batch rules said, one by one
    approval: Approval | None = None
    answer: CorrectionSummary | None = None
    corrects: list[ClosedSubmission] = field(default_factory=list)
    check: bool = False  # whether this was only asked: nothing is loaded or kept
    notices: list[str] = field(default_factory=list)  # what a check has not looked at: keys of hub/text.yml
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
