"""The interface of all connectors to servers.

A connector *yields* what it has fetched, each with its new cursor state, and changes nothing at the server by itself.
The hub stores the bytes, then registers the delivery and the cursor state in one transaction, then calls `finish`.
After a crash at any point the cursor state covers exactly what is registered, so the next fetch takes what is missing
and nothing twice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from hub.errors import RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hub.finding import Finding

# JSON: how far one remote file, table or address was fetched.  Each kind of connector has a TypedDict for its own
# (`remote.listing.FileState`, `cursor.TableState`, `http.incremental.AddressState`); the hub stores it unread.
State = TypeVar("State", bound="Mapping[str, object]")


@dataclass(frozen=True)
class Limits:
    """How long and how much a fetch may take; a server cannot keep the hub waiting for longer than `seconds`."""

    connect: float = 15.0  # seconds until a connection is open
    idle: float = 60.0  # seconds without any byte
    query: float = 300.0  # seconds until a database has the first, or the next, rows of a query
    seconds: float = 1800.0  # for a whole fetch of a source; the next fetch continues with the rest
    bytes: int = 10 << 30  # of one delivery
    page: int = 64 << 20  # bytes of one page of a web service
    pages: int = 1_000  # as many members as an archive may have
    listed: int = 1_000_000  # files that a folder of a server may list
    files: int = 10_000  # of those, new ones that one fetch takes
    known: int = 100_000  # of those, known ones that one fetch holds in memory
    attempts: int = 4  # for one request, with growing pauses
    pause: float = 0.5  # seconds before the second attempt
    longest_pause: float = 30.0  # a server that requests more than twice this is left to the next run


class Deadline:
    """The moment when a fetch must have ended."""

    def __init__(self, limits: Limits, place: str) -> None:
        self.limits, self.place = limits, place
        self.end = time.monotonic() + limits.seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds that are left, at most `most`.

        Raises:
            RetryLater: The deadline is over.
        """
        left = self.end - time.monotonic()
        if left <= 0:
            raise error_of(RetryLater, "server.too_slow", where=self.place, seconds=self.limits.seconds)
        return left if most is None else min(left, most)


@dataclass(frozen=True)
class Fetched(Generic[State]):
    """A delivery or a submission from a server, or only a new cursor state (`path` is None).

    Attributes:
        cursor_key: The remote file, table or address that the state is about.
        state: The cursor state once this is registered.
        previous: The state from which the connector decided.  The hub registers nothing when the stored state is
            another one by then, so of two hubs that fetch at once only one registers.
        path: The bytes, complete and unchanged.
        name: The sender's name of it, safe to show.
        findings: What is wrong with it as a whole; with any it is rejected.
        manifest_files: `path` is a manifest, and these are its files by the names that the manifest gives.
        notes: Findings about a delivery that is accepted.
        refused: No replay may load it either.
    """

    cursor_key: str
    state: State
    previous: State | None = None
    path: Path | None = None
    name: str = ""
    findings: tuple[Finding, ...] = field(default_factory=tuple)
    manifest_files: Mapping[str, Path] | None = None
    notes: tuple[Finding, ...] = ()
    refused: bool = False


class Connector(Protocol[State]):
    """One connection to the server of one source."""

    def fetch(self, known: Mapping[str, State], into: Path) -> Iterator[Fetched[State]]:
        """Yield what is new at the server.

        Args:
            known: The stored cursor states of the source by cursor key.
            into: A folder of this fetch alone, for the bytes.

        Raises:
            RetryLater: A temporary fault; what was yielded before stays registered.  Its text holds no secret.
            FixTheHub: A fault that a person must correct; the same holds.
        """

    def finish(self, fetched: Fetched[State]) -> None:
        """Do at the server what is agreed for what is registered: archive it, delete it, or nothing.

        It may be called again for the same `fetched`.

        Raises:
            RetryLater: A temporary fault of the server; a later fetch does it.
        """

    def close(self) -> None:
        """Close the connections to the server."""
