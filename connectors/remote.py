"""Files at a server: which are deliveries, which are new, what is remembered of each; the same for SFTP and S3.

A file is known by (name, size, time, and the tag that an object store gives), its bytes by their SHA-256.  The same
name with another size or time is fetched again; what its bytes are then decides whether it is new or a duplicate.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from connectors import names
from connectors.contract import Fetched
from connectors.folder import BESIDE, DONE, SETTLED, UNFINISHED
from connectors.labels import shown
from connectors.sink import Sink
from hub.errors import FixTheHub
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from connectors.contract import Limits, Memory

log = logging.getLogger(__name__)

TAKEN = ".riskhub-taken~"  # the beginning of a name that we gave to a file that is to go
HIDDEN = (".", "~$")


@dataclass(frozen=True)
class Entry:
    """One file of a listing.  `stamp` is all that the listing tells of its content; JSON."""

    path: str  # for the server
    name: str  # as its sender calls it
    size: int
    stamp: tuple[Any, ...]
    sure: bool = True  # False: so young that another writing could have the same stamp


class Store(Protocol):
    """What a protocol of files must be able to do."""

    place: str
    limits: Limits

    def entries(self) -> Iterator[Entry]:
        """List the regular files of the agreed folder; not those below it."""

    def download(self, entry: Entry, target: Sink) -> bool:
        """Write the bytes; False when the file has changed since it was listed, or is gone."""

    def take_away(self, entry: Entry, after: str, sha256: str) -> None:
        """Delete or archive the file, if it still is the one that was listed."""

    def close(self) -> None:
        """Let go of the server."""


class RemoteFiles:
    """The connector of a store.  `agreed` is the `connector:` part of a mapping."""

    def __init__(self, store: Store, agreed: Mapping[str, Any]) -> None:
        self.store = store
        self.complete = agreed.get("complete", "rename")
        self.settled = float(agreed.get("settle", SETTLED))
        self.after = agreed.get("after", "leave")
        self.open: dict[str, Entry] = {}
        self.faults: list[FixTheHub] = []

    def fetch(self, known: Mapping[str, Memory], into: Path) -> Iterator[Fetched]:
        """Yield each file that is new or has changed; one that cannot be had does not stop the others."""
        listed = list(self.store.entries())
        marked = {entry.name.removesuffix(DONE) for entry in listed if entry.name.endswith(DONE)}
        for entry in sorted(filter(_may_be_delivery, listed), key=lambda each: each.path):
            slot = slot_of(entry.path.rpartition("/")[2] if _taken(entry) else entry.name)
            before = known.get(slot)
            try:
                got = self._one(entry, slot, before, into, marked)
            except FixTheHub as fault:
                self._note(fault)
            else:
                if got:
                    yield got
        if self.faults:
            raise self.faults[0] if len(self.faults) == 1 else _together(self.faults, self.store.place)

    def finish(self, fetched: Fetched) -> None:
        """Take a registered file away, as agreed; one that is not sure yet is looked at once more first.

        One that cannot go does not stop the others: `fetch` tells of it at its end.
        """
        entry = self.open.pop(fetched.slot, None)
        if entry and self.after != "leave" and fetched.memory.get("sure"):
            try:
                self.store.take_away(entry, self.after, fetched.memory["sha256"])
            except FixTheHub as fault:
                self._note(fault)

    def close(self) -> None:
        """Let go of the server."""
        self.store.close()

    def _note(self, fault: FixTheHub) -> None:
        log.warning("%s", fault)
        self.faults.append(fault)

    def _one(self, entry: Entry, slot: str, before: Memory | None, into: Path, marked: set[str]) -> Fetched | None:
        """Return what is to be said about one file, if anything."""
        stamp, memory = list(entry.stamp), before or {}
        if memory.get("stamp") == stamp and memory.get("sure"):
            if self.after == "leave":
                return None
            # It should have gone: an earlier run died before that, or another file has come, of the same size and
            # within the same second.  Only its bytes tell.
            return self._downloaded(entry, slot, before, into)
        complete = self.complete
        if _taken(entry) and complete == "marker":
            complete = "settle"  # its mark has gone, and its sender may still be writing it
        if not self._is_complete(entry, memory, marked, complete):
            if complete == "settle" and memory.get("look") != stamp:
                return Fetched(slot, {**memory, "look": stamp, "since": time.time()}, before)
            return None
        return self._downloaded(entry, slot, before, into)

    def _is_complete(self, entry: Entry, memory: Memory, marked: set[str], complete: str) -> bool:
        if complete == "marker":
            return entry.name in marked
        if complete == "settle":
            return bool(memory.get("look") == list(entry.stamp) and time.time() - memory["since"] >= self.settled)
        return True

    def _downloaded(self, entry: Entry, slot: str, before: Memory | None, into: Path) -> Fetched | None:
        path = into / hashlib.sha256(entry.path.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        label = names.label(entry.name)
        with path.open("wb") as file:
            sink = Sink(file, self.store.limits.bytes, f"{label} at {self.store.place}")
            if not self.store.download(entry, sink):
                return None
        memory = {"stamp": list(entry.stamp), "sha256": sink.sha256, "sure": entry.sure}
        self.open[slot] = entry
        if before and (before.get("stamp"), before.get("sha256")) == (memory["stamp"], sink.sha256):
            return Fetched(slot, memory, before)  # looked at once more: it is what is registered
        unsafe = (Finding("UNSAFE_NAME", file=label, value=label),) if names.unsafe(entry.name) else ()
        return Fetched(slot, memory, before, path, label, unsafe)


def slot_of(name: str) -> str:
    """Return the name under which a file is remembered: two different names never have the same one."""
    label = shown(name)
    if label == name and "~" not in name:
        return name
    return f"{label}~{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def original(path_name: str) -> str:
    """Return the name that a file had before it was taken: `TAKEN` + eight digits + `~` + name."""
    return (path_name[len(TAKEN) + 9 :] if path_name.startswith(TAKEN) else "") or path_name


def _taken(entry: Entry) -> bool:
    """Whether we have renamed the file and died, or found that its sender had put another one in its place."""
    return entry.path.rpartition("/")[2].startswith(TAKEN)


def _may_be_delivery(entry: Entry) -> bool:
    lower = entry.name.lower()
    hidden = lower.startswith(HIDDEN) and not lower.startswith("..")  # `..` is an attempt, not a habit
    return not hidden and not lower.endswith(UNFINISHED + BESIDE)


def _together(faults: list[FixTheHub], place: str) -> FixTheHub:
    return FixTheHub(
        f"{len(faults)} files could not be fetched.",
        where=place,
        why="\n".join(f"{fault.what} {fault.where} {fault.why}".strip() for fault in faults[:20]),
        next_step=faults[0].next_step,
    )
