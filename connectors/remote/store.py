"""What fetching single files and fetching submissions have in common: the store, what is agreed, bytes, and waiting."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

from connectors import filenames
from connectors.base import Fetched
from connectors.download import Download
from connectors.inbox.folder import SETTLED, WAIT
from hub import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from connectors.base import CursorState, Limits
    from connectors.remote.listing import Entry, Known


class Store(Protocol):
    """What a protocol of files must be able to do."""

    place: str
    limits: Limits

    def entries(self) -> Iterator[Entry]:
        """List the regular files of the agreed folder; not those below it."""

    def download(self, entry: Entry, target: Download) -> bool:
        """Write the bytes; False when the file has changed since it was listed, or is gone.

        No other bytes can have this stamp later: what changes after that is seen by the next listing.
        """

    def take_away(self, entry: Entry, after: str, sha256: str) -> None:
        """Delete or archive the file, if it still is the one that was listed."""

    def close(self) -> None:
        """Let go of the server."""


class Pull:
    """The files of one store, by what is agreed.  `agreed` is the `connector:` part of a mapping."""

    def __init__(self, store: Store, agreed: Mapping[str, Any]) -> None:
        self.store = store
        self.complete = agreed.get("complete", "rename")
        self.after = agreed.get("after", "leave")
        self.settled = float(agreed.get("settle", SETTLED))  # seconds, of a file that may still be written
        self.patience = float(agreed.get("wait", WAIT)) if self.complete == "manifest" else self.settled
        self.open: dict[str, list[tuple[Entry, str]]] = {}  # slot -> what goes once it is registered, in this order

    def download(self, entry: Entry, into: Path, most: int | None = None) -> tuple[Path, str] | None:
        """Return where the bytes of a file are now, and their hash; None when it has changed since it was listed."""
        path = into / hashlib.sha256(entry.path.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        limit = self.store.limits.bytes if most is None else most
        with path.open("wb") as file:
            sink = Download(file, limit, f"{filenames.label(entry.name)} at {self.store.place}")
            return (path, sink.sha256) if self.store.download(entry, sink) else None

    @staticmethod
    def has_waited(entry: Entry, memory: CursorState, seconds: float) -> bool:
        """Whether a file has looked the same for so long, by our own clock."""
        return bool(memory.get("look") == list(entry.stamp) and clock.seconds() - memory["since"] >= seconds)

    @staticmethod
    def waits(entry: Entry, known: Known) -> Fetched | None:
        """Remember when a file was first seen as it is now."""
        before, stamp = known.slots.get(entry.slot), list(entry.stamp)
        if before and before.get("look") == stamp:
            return None
        return Fetched(entry.slot, {**(before or {}), "look": stamp, "since": clock.seconds()}, before)
