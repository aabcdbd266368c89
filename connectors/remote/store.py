"""What single files and submissions at a server share: the protocol, downloads, and waiting for the sender."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from connectors import filenames
from connectors.base import Fetched
from connectors.download import Download
from connectors.inbox.folder import SETTLED, WAIT
from hub import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.base import Limits
    from connectors.remote.listing import Entry, FileState, Known
    from hub.source_options import ConnectorOptions


class Store(Protocol):
    """A protocol for files: SFTP or S3."""

    place: str
    limits: Limits

    def entries(self) -> Iterator[Entry]:
        """List the regular files of the agreed folder, without those of its subfolders.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The folder does not exist or may not be read.
        """

    def download(self, entry: Entry, target: Download) -> bool:
        """Write the bytes of a file to `target`; return whether they are those that were listed.

        False means that the file has changed since it was listed, or is gone.  After True no other bytes can have the
        same stamp: a later change shows in the next listing.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The file may not be read, or is too large.
        """

    def take_away(self, entry: Entry, after: str, sha256: str) -> None:
        """Delete or archive a file, if it still is the one that was listed.

        Args:
            entry: The file as it was listed.
            after: `archive` or `delete`, as `connector.after` of the mapping says.
            sha256: The hash of its bytes; the archived file is named after it.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The file cannot be taken away.
        """

    def close(self) -> None:
        """Close the connections to the server."""


class StoreReader:
    """Reads the files of one store as the mapping's `connector:` (`config`) agrees.

    Attributes:
        complete: How a sender marks a file as complete: `manifest`, `marker`, `rename` or `settle`.
        after: What happens to a registered file: `leave`, `archive` or `delete`.
        settled: Seconds without a change after which a file counts as complete under `settle`.
        wait: Seconds that a file without its manifest waits for it; `settled` when no manifest is agreed.
        pending: By cursor key, the files that are taken away once they are registered, in this order.
    """

    def __init__(self, store: Store, config: ConnectorOptions) -> None:
        self.store = store
        self.complete = config.get("complete", "rename")
        self.after = config.get("after", "leave")
        self.settled = float(config.get("settle", SETTLED))
        self.wait = float(config.get("wait", WAIT)) if self.complete == "manifest" else self.settled
        self.pending: dict[str, list[tuple[Entry, str]]] = {}

    def download(self, entry: Entry, into: Path, most: int | None = None) -> tuple[Path, str] | None:
        """Download a file.

        Args:
            entry: The file as it was listed.
            into: The folder for the bytes.
            most: Bytes that it may have; the limit of a delivery unless given.

        Returns:
            The path of the bytes and their SHA-256; None when the file has changed since it was listed.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The file may not be read, or is too large.
        """
        path = into / hashlib.sha256(entry.path.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        limit = self.store.limits.bytes if most is None else most
        with path.open("wb") as file:
            target = Download(file, limit, f"{filenames.label(entry.name)} at {self.store.place}")
            return (path, target.sha256) if self.store.download(entry, target) else None

    @staticmethod
    def has_waited(entry: Entry, state: FileState, seconds: float) -> bool:
        """Whether a file has had the same stamp for so many seconds, by the clock of the hub."""
        return bool(state.get("look") == list(entry.stamp) and clock.seconds() - state["since"] >= seconds)

    @staticmethod
    def waiting(entry: Entry, known: Known) -> Fetched[FileState] | None:
        """Return the state that notes when a file was first seen as it is now; None when that is noted already."""
        previous, stamp = known.states.get(entry.cursor_key), list(entry.stamp)
        if previous and previous.get("look") == stamp:
            return None
        state: FileState = {**(previous or {}), "look": stamp, "since": clock.seconds()}
        return Fetched(entry.cursor_key, state, previous)
