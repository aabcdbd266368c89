"""What a server lists: which of it are deliveries, manifests and marks, and what is known of each already.

A listing may be as long as its server likes, so only so much of it is kept: what is new, up to what one fetch takes;
what is known and stays, as far as a manifest may speak of it.  What is over comes with the next fetch, since what was
taken meanwhile is known then.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.inbox.partner_folder import DONE, UNFINISHED
from connectors.labels import shown
from connectors.manifest import SUFFIX
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.base import CursorState, Limits

TAKEN = ".riskhub-taken~"  # the beginning of a name that we gave to a file that is to go
HIDDEN = (".", "~$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a listing.  `stamp` is all that the listing tells of its content; JSON."""

    path: str  # for the server
    name: str  # as its sender calls it
    size: int
    stamp: tuple[Any, ...]

    @property
    def taken(self) -> bool:
        """Whether we have renamed it and died, or found that its sender had put another one in its place."""
        return self.path.rpartition("/")[2].startswith(TAKEN)

    @property
    def slot(self) -> str:
        """The name under which it is remembered."""
        return slot_of(self.path.rpartition("/")[2] if self.taken else self.name)


class Known:
    """What is remembered of a source: of each slot, and of the files that came with a manifest."""

    def __init__(self, slots: Mapping[str, CursorState]) -> None:
        self.slots = slots
        self.parts = {
            (name, tuple(about["stamp"])): (slot, str(about["sha256"]))
            for slot, memory in slots.items()
            for name, about in memory.get("files", {}).items()
        }

    def registered(self, entry: Entry) -> tuple[str, str] | None:
        """Return the slot and the hash under which a file of this name and stamp is registered."""
        for slot in dict.fromkeys((entry.slot, slot_of(entry.name))):
            memory = self.slots.get(slot, {})
            if memory.get("stamp") == list(entry.stamp):
                return slot, str(memory["sha256"])
        return self.parts.get((entry.name, entry.stamp))


@dataclass
class Listing:
    """What is kept of one listing."""

    fresh: list[Entry] = field(default_factory=list)  # to be looked at, by path
    manifests: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)  # registered, and agreed to stay
    marked: set[str] = field(default_factory=set)  # names of which a mark says that they are whole
    more: bool = False  # there is more than one fetch takes

    def add(self, entry: Entry, known: Known, limits: Limits, *, leave: bool) -> None:
        """Keep a file, if it matters and there is room."""
        if entry.name.endswith(DONE):
            if len(self.marked) < limits.kept:
                self.marked.add(entry.name.removesuffix(DONE))
            return
        if not _may_be_delivery(entry.name):
            return
        if leave and known.registered(entry):
            if len(self.left) < limits.kept:
                self.left.append(entry)
        else:
            self.fresh.append(entry)
            if len(self.fresh) > 2 * limits.files:
                self._cut(limits.files)

    def close(self, limits: Limits) -> None:
        """Put what is new in order, manifests apart."""
        self._cut(limits.files)
        self.manifests = [each for each in self.fresh if each.name.lower().endswith(SUFFIX)]
        self.fresh = [each for each in self.fresh if not each.name.lower().endswith(SUFFIX)]

    def _cut(self, most: int) -> None:
        """Keep the first by path, whatever the order of the server: a file and its manifest stand side by side."""
        self.fresh.sort(key=lambda each: each.path)
        self.more = self.more or len(self.fresh) > most
        del self.fresh[most:]


def listing(entries: Iterable[Entry], known: Known, limits: Limits, place: str, *, leave: bool) -> Listing:
    """Return what matters of a listing; raise FixTheHub for one that has no end."""
    found = Listing()
    for count, entry in enumerate(entries):
        if count >= limits.listed:
            raise FixTheHub(
                "The folder of the server holds too many files.",
                where=place,
                why=f"It lists more than {limits.listed:,}; nothing was fetched.",
                next_step="Ask the partner to clear it; from then on the hub may do so: `after: archive` or `delete`.",
            )
        found.add(entry, known, limits, leave=leave)
    found.close(limits)
    return found


def slot_of(name: str) -> str:
    """Return the name under which a file is remembered: two different names never have the same one."""
    label = shown(name)
    if label == name and "~" not in name:
        return name
    return f"{label}~{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def original(path_name: str) -> str:
    """Return the name that a file had before it was taken: `TAKEN` + eight digits + `~` + name."""
    return (path_name[len(TAKEN) + 9 :] if path_name.startswith(TAKEN) else "") or path_name


def _may_be_delivery(name: str) -> bool:
    lower = name.lower()
    hidden = lower.startswith(HIDDEN) and not lower.startswith("..")  # `..` is an attempt, not a habit
    return not hidden and not lower.endswith(UNFINISHED)
