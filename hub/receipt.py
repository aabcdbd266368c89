"""A receipt: the account of one batch that goes back to its sender.

`Verdict` is the one object that every form of a receipt is made from; `riskhub check` makes the same one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub.batch import Counts, State

if TYPE_CHECKING:
    from datetime import datetime

SAMPLES = 20  # places shown per finding; the count is always the true one


@dataclass(frozen=True)
class Verdict:
    """How a batch ended, in terms that every receipt and every command shows alike.

    `findings` are dicts with the keys code, level, file, sheet, line, column, field, value, expected, count and
    samples; they are ordered by level, then count, then code, so that equal batches give equal receipts.
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
    expectations: list[dict[str, Any]] = field(default_factory=list)  # what the batch rules said, one by one
    approval: dict[str, Any] | None = None  # by, at, comment: of the person who released a held batch
    answer: dict[str, Any] | None = None  # the files with the rows to be corrected: files, rows, of, can_return
    corrects: list[dict[str, Any]] = field(
        default_factory=list
    )  # by earlier submission: closed, resent, open, findings
    check: bool = False  # whether this was only asked: nothing is loaded or kept
    notices: list[str] = field(default_factory=list)  # what a check has not looked at: keys of hub/text.yml
    ended: int = 0  # records that earlier readings had made and this one did not
    settled: int = 0  # conflicts with other feeds that the delivery has put to rest
    mapping_version: str | None = None
    standard_version: str | None = None
    counts: Counts = field(default_factory=Counts)
    skipped: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

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
