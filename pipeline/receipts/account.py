"""The stable JSON of a receipt, as `check` and `batch receipt` print it with `--json` (DESIGN.md, part 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from hub.finding import FindingPlace
    from hub.receipt import Approval, CorrectionSummary


class FindingAccount(TypedDict):
    """A finding in the language of its reader; places are those of `hub.finding.FindingLine`."""

    code: str
    level: str  # error, warning or repair
    file: str | None
    sheet: str | None
    line: int | None
    column: str | None
    field: str | None
    value: str | None
    expected: str | None
    read: str | None
    count: int  # rows; never capped
    title: str
    message: str
    cure: str
    samples: list[FindingPlace]


class SkippedAccount(TypedDict):
    """Rows that are no records, with one reason."""

    reason: str
    rows: int


class FileAccount(TypedDict):
    """The delivered file."""

    name: str
    sha256: str
    bytes: int


class SubmissionAccount(TypedDict):
    """What the manifest declares, as far as its sender wants to find it again."""

    operation: str
    sequence: int | None
    period: str | None
    targets: list[str]
    reason: str | None
    sender: str | None
    signer: str | None
    manifest_sha256: str
    rows_stated: int | None  # rows that the manifest counts in this file


class ClosedFindingsAccount(TypedDict):
    """`hub.receipt.ClosedFindings`, with the title of the finding."""

    code: str
    column: str | None
    closed: int
    resent: int
    open: int
    title: str


class ClosedSubmissionAccount(TypedDict):
    """`hub.receipt.ClosedSubmission`, in rows."""

    batch: str
    closed: int
    resent: int
    open: int
    findings: list[ClosedFindingsAccount]


class NoticeAccount(TypedDict):
    """What a check has not looked at."""

    code: str
    message: str


class RuleAccount(TypedDict):
    """`hub.receipt.RuleResult`, without its code."""

    figure: str
    observed: float
    low: float | None
    high: float | None
    success: bool
    holds: bool
    origin: str
    engine: str
    column: str | None


class ReceiptAccount(TypedDict):
    """The account of one batch, or of a check."""

    batch: str | None
    source: str
    state: str
    counts: dict[str, int]  # rows, by the names of `hub.batch.COUNTS`
    findings: list[FindingAccount]
    skipped: list[SkippedAccount]
    file: FileAccount
    duplicate_of: str | None
    replay_of: str | None
    submission: SubmissionAccount | None
    repaired: int  # rows
    ended: int  # records
    settled: int  # conflicts
    approval: Approval | None
    answer: CorrectionSummary | None
    corrects: list[ClosedSubmissionAccount]
    check: bool
    notices: list[NoticeAccount]
    expectations: list[RuleAccount]
    received_at: str | None  # ISO 8601
    mapping_version: str | None
    standard_version: str | None
