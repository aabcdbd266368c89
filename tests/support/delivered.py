"""What the tests of the readers share: a delivery as rows and findings, read in a child process or in this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil

from connectors import Format
from connectors.readers import Limits, Member, reader
from connectors.readers.rows import PLACE_COLUMNS, with_places
from connectors.sandbox.reader import read
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from hub.finding import Finding


def worked() -> float:
    """Return the processor seconds of this process and its readers: other work on the machine counts not."""
    ours = psutil.Process()
    return sum(sum(each.cpu_times()[:4]) for each in (ours, *ours.children()))


@dataclass
class Outcome:
    """Everything that came of reading one delivery."""

    batches: list[pa.RecordBatch] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    verdict: tuple[Finding, ...] = ()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All rows with the sender's columns and the place columns."""
        return [row for batch in self.batches for row in batch.to_pylist()]

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The sender's columns of the good rows."""
        return [
            {name: value for name, value in row.items() if name not in PLACE_COLUMNS.names}
            for row in self.rows
            if row["@fault"] is None
        ]

    @property
    def faults(self) -> list[tuple[int, str]]:
        """Line and code of the faulty rows."""
        return [(row["@line"], row["@fault"]) for row in self.rows if row["@fault"]]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings about the file, of the verdict first."""
        return [finding.code for finding in (*self.verdict, *self.findings)]


def delivered(path: Path, limits: Limits | None = None, **agreed: Any) -> Outcome:
    """Read a delivery as the pipeline does: in a child process."""
    reading = read(path, agreed, limits)
    outcome = _gather(reading)
    outcome.findings += reading.findings
    return outcome


def here(path: Path, limits: Limits | None = None, *, member: str | None = None, **agreed: Any) -> Outcome:
    """Read a file in this process: the same rows, without the fence and its third of a second.

    `member` is its name in an archive that it comes from.
    """
    held, notes, fmt = limits or Limits(), list[Any](), Format.of(agreed)
    chunks = reader(fmt.kind).read([Member(path, member)], fmt, held, notes.append)
    outcome = _gather(with_places(chunks, held.cell_bytes))
    outcome.findings += notes
    return outcome


def _gather(batches: Iterable[pa.RecordBatch]) -> Outcome:
    outcome = Outcome()
    try:
        for batch in batches:
            outcome.batches.append(batch)
    except RejectBatch as verdict:
        outcome.verdict = verdict.findings
    numbers = [row["@row"] for row in outcome.rows]
    assert numbers == list(range(len(numbers)))  # every row once, in order
    return outcome
