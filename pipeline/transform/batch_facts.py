"""What passes from map to validate to load, beside the rows: the facts of the file and the summary of the verdict.

Both are JSON in the work store, written and read by the same release.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Self

from hub.batch import Counts
from hub.finding import Finding
from hub.i18n import say
from validation.aggregation import finding_to_dict
from validation.batches.figures import Figures

if TYPE_CHECKING:
    import pyarrow as pa

    from hub.finding import FindingLine
    from hub.receipt import HoldReason, RuleResult


@dataclass(frozen=True)
class FilledColumns:
    """The columns of one table of one route that hold a value in any row of the batch; only they are copied."""

    route: str
    child: str  # "" is the record itself
    columns: list[str]


@dataclass(frozen=True)
class DeliveryFacts:
    """What reading and mapping say about one file.

    Args:
        parts: Number of record batches that are staged, each in a folder of its own.
        rows: Rows read, blank lines and totals among them.
        totals: Those of the rows that are sums of others.
        returned: Whether the file is a correction file of the hub's that came back.
        columns: The sender's columns, in the sender's order.
        findings: Findings about the whole file.
        filled: Columns that hold anything, by table.
    """

    parts: int
    rows: int
    totals: int = 0
    returned: bool = False
    columns: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    filled: list[FilledColumns] = field(default_factory=list)

    def to_json(self) -> str:
        """Return the facts as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` has written."""
        stored = json.loads(text)
        findings = [Finding(**each) for each in stored["findings"]]
        filled = [FilledColumns(**each) for each in stored["filled"]]
        return cls(**{**stored, "findings": findings, "filled": filled})


@dataclass(frozen=True)
class ValidationSummary:
    """What validation says about a batch as a whole.

    Args:
        findings: Aggregated by code and column, ordered as receipts show them.
        skipped: Number of rows that are no records, by reason in the sender's language.
        figures: What the batch looks like; kept as its feed's history.
        results: What each batch rule said.
        reasons: Why a person has to release the batch; none when it may go on.
    """

    findings: list[FindingLine]
    skipped: dict[str, int]
    figures: Figures
    results: list[RuleResult]
    reasons: list[HoldReason]

    def to_json(self) -> str:
        """Return the summary as JSON."""
        return json.dumps({**vars(self), "figures": self.figures.as_dict()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` has written."""
        stored = json.loads(text)
        return cls(**{**stored, "figures": Figures.from_dict(stored["figures"])})


@dataclass(frozen=True)
class RowOutcomes:
    """How many good rows of a batch met which outcome when they were compared with core.

    Args:
        new: Rows whose record core does not hold.
        changed: Rows with other content for a record of core, or whose record a withdrawal ends.
        unchanged: Rows with the content that core holds.
        duplicate: Rows that repeat a row of their own file.
        overruled: Rows about which a later delivery says otherwise; they are skipped.
        unknown: Keys of a withdrawal that name no record; they are skipped.
        refused: Rows that core gives reason to keep out; they are quarantined.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    overruled: int = 0
    unknown: int = 0
    refused: int = 0

    def __add__(self, other: RowOutcomes) -> RowOutcomes:
        """Return the sums, outcome by outcome.

        >>> RowOutcomes(new=1, refused=2) + RowOutcomes(new=3)
        RowOutcomes(new=4, changed=0, unchanged=0, duplicate=0, overruled=0, unknown=0, refused=2)
        """
        return RowOutcomes(**{name: number + getattr(other, name) for name, number in vars(self).items()})

    def skipped(self, language: str) -> Counter[str]:
        """Return the rows that the comparison skips, by reason in `language`."""
        rows = {"skip.later_word": self.overruled, "skip.no_record": self.unknown}
        return Counter({say(key, language): count for key, count in rows.items() if count})

    def counts(self, read: int, *, quarantined: int, skipped: int) -> Counts:
        """Return the counts of a batch of `read` rows."""
        return Counts(read, self.new, self.changed, self.unchanged, self.duplicate, quarantined, skipped)


def finding_about_rows(code: str, rows: int) -> list[FindingLine]:
    """Return a finding that is only a number of rows; none for no rows."""
    return [finding_to_dict(Finding(code, value=str(rows), count=rows))] if rows else []


def unreadable_rows(quarantined: pa.Table, totals: int) -> int:
    """Return how many rows are kept out of which nobody knows the record; `totals` of them are sums, about none."""
    return int(quarantined["record_uid"].null_count) - totals


def unreadable_finding(rows: int) -> list[FindingLine]:
    """Return what is told of a snapshot with rows of which nobody knows the record: nothing ends by it."""
    return [finding_to_dict(Finding("SNAPSHOT_UNREADABLE", value=str(rows)))] if rows else []
