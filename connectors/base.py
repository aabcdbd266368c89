"""What every connector to a server keeps to, so that one `fetch` and one test fit them all.

A connector *yields* what it has found, each with what is to be remembered of it, and moves nothing by itself: the
hub keeps the bytes, then registers the delivery and the memory in one transaction, then calls `finish`.  A process
that dies anywhere between has remembered exactly what is registered, so the next one fetches what is missing and
nothing twice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from hub.errors import RetryLater

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hub.finding import Finding

CursorState = dict[str, Any]  # JSON: what is remembered of one slot


@dataclass(frozen=True)
class Limits:
    """How long and how much a fetch may take; a server cannot hold the hub longer than `seconds`."""

    connect: float = 15.0  # seconds until a connection stands
    idle: float = 60.0  # seconds without any byte
    query: float = 300.0  # seconds until a database has the first, or the next, rows of a query
    seconds: float = 1800.0  # for a whole fetch of a source; what is not done by then is taken up by the next one
    bytes: int = 10 << 30  # of one delivery
    page: int = 64 << 20  # bytes of one page of a web service
    pages: int = 1_000  # as many members as an archive may have
    listed: int = 1_000_000  # files that a folder of a server may list
    files: int = 10_000  # of those, new ones that one fetch looks at
    kept: int = 100_000  # of those, known ones that are kept in mind while it does
    attempts: int = 4  # at one request, with growing pauses
    pause: float = 0.5  # seconds before the second attempt
    longest_pause: float = 30.0  # a server that asks for more is left alone until the next run


class Deadline:
    """The moment when a fetch must have ended."""

    def __init__(self, limits: Limits, place: str) -> None:
        self.limits, self.place = limits, place
        self.end = time.monotonic() + limits.seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds that are left, at most `most`; raise RetryLater when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise RetryLater(
                "The server takes too long.",
                where=self.place,
                why=f"The fetch had not ended after {self.limits.seconds:g} seconds.",
                next_step="What has come is registered; the rest is fetched by the next run.",
            )
        return left if most is None else min(left, most)


@dataclass(frozen=True)
class Fetched:
    """Something that a server had for us, or only something to be remembered (`path` is None).

    `slot` names what the memory is about (a remote file, a table, an address); `before` is the memory with which the
    connector decided, so that of two hubs that fetch at once only one registers.
    """

    slot: str
    memory: CursorState
    before: CursorState | None = None
    path: Path | None = None  # the bytes, whole and unchanged
    name: str = ""  # as its sender calls it, fit to be shown
    findings: tuple[Finding, ...] = field(default_factory=tuple)
    with_manifest: Mapping[str, Path] | None = None  # `path` is a manifest; these are its files by the names it gives
    notes: tuple[Finding, ...] = ()  # what is to be said of it although it is taken
    refused: bool = False  # no replay may load it either


class Connector(Protocol):
    """One way in."""

    def fetch(self, known: Mapping[str, CursorState], into: Path) -> Iterator[Fetched]:
        """Yield what is new since `known`, writing into the folder `into`, which nobody else uses.

        Raises RetryLater for faults of the moment and FixTheHub for those that need a person; what was yielded before
        counts.  Both leave secrets out of their text.
        """

    def finish(self, fetched: Fetched) -> None:
        """Do at the server what was agreed for a file that is registered.  Calling it again is harmless."""

    def close(self) -> None:
        """Let go of the server."""
