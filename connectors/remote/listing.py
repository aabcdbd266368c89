"""The listing of a server: deliveries, manifests and completion markers, and which of them are registered.

A listing may be of any length, so only part of it is held in memory: new files, up to what one fetch takes, and
registered files that stay at the server, because a manifest may name them.  The rest comes with the next fetch, for
which the files of this one are registered.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from connectors.delivery_names import DONE, Kind, is_manifest, kind_of
from connectors.labels import shown
from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.base import Limits

TAKEN = ".riskhub-taken~"  # the beginning of the name under which the hub hides a file before it removes it


class RegisteredFile(TypedDict):
    """A file that is registered."""

    stamp: list[Any]  # `Entry.stamp`
    sha256: str  # of its bytes, hexadecimal


# The cursor state of a file, or of a manifest with its files.
FileState = TypedDict(  # noqa: UP013 - the stored keys are no names of this code
    "FileState",
    {
        "stamp": list[Any],  # like `sha256`, once it is registered
        "sha256": str,
        "files": dict[str, RegisteredFile],  # of a manifest, by the senders' names
        "look": list[Any],  # the stamp that the file had when it was last seen incomplete
        "since": float,  # seconds since 1970 from which it has had that stamp
    },
    total=False,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a listing.

    Attributes:
        path: The name for requests to the server.
        name: The sender's name of it.
        size: Bytes.
        stamp: All that the listing says about its content (size, time, ETag), as JSON values.
    """

    path: str
    name: str
    size: int
    stamp: tuple[Any, ...]

    @property
    def taken(self) -> bool:
        """Whether the hub has renamed it: it died before it removed it, or the sender had replaced the file by then."""
        return self.path.rpartition("/")[2].startswith(TAKEN)

    @property
    def cursor_key(self) -> str:
        """The cursor key of its state."""
        return cursor_key_of(self.path.rpartition("/")[2] if self.taken else self.name)


class Known:
    """The registered files of a source, from its cursor states by key; with those that came with a manifest."""

    def __init__(self, states: Mapping[str, FileState]) -> None:
        self.states = states
        self.parts = {
            (name, tuple(about["stamp"])): (cursor_key, str(about["sha256"]))
            for cursor_key, state in states.items()
            for name, about in state.get("files", {}).items()
        }

    def registered(self, entry: Entry) -> tuple[str, str] | None:
        """Return the cursor key and the SHA-256 under which a file of this name and stamp is registered, or None."""
        for cursor_key in dict.fromkeys((entry.cursor_key, cursor_key_of(entry.name))):
            state = self.states.get(cursor_key, {})
            if state.get("stamp") == list(entry.stamp):
                return cursor_key, str(state["sha256"])
        return self.parts.get((entry.name, entry.stamp))


@dataclass
class Listing:
    """The part of a listing that one fetch uses.

    Attributes:
        fresh: Files to be evaluated, by path; without manifests once the listing is closed.
        manifests: Manifests to be evaluated, by path.
        remaining: Registered files that stay at the server, as agreed.
        completed: Names of files that have a completion marker (`NAME.done`).
        truncated: The server has more new files than one fetch takes.
    """

    fresh: list[Entry] = field(default_factory=list)
    manifests: list[Entry] = field(default_factory=list)
    remaining: list[Entry] = field(default_factory=list)
    completed: set[str] = field(default_factory=set)
    truncated: bool = False

    def add(self, entry: Entry, known: Known, limits: Limits, *, leave: bool) -> None:
        """Add a file of the server, if the fetch can use it and there is room.

        Args:
            entry: The file.
            known: The registered files of the source.
            limits: `files` and `known` bound what is held in memory.
            leave: It is agreed that registered files stay at the server.
        """
        kind = kind_of(entry.name)
        if kind is Kind.DONE and len(self.completed) < limits.known:
            self.completed.add(entry.name[: -len(DONE)])
        if kind in {Kind.DONE, Kind.IGNORED}:
            return
        if leave and known.registered(entry):
            if len(self.remaining) < limits.known:
                self.remaining.append(entry)
        else:
            self.fresh.append(entry)
            if len(self.fresh) > 2 * limits.files:
                self._cut(limits.files)

    def close(self, limits: Limits) -> None:
        """Sort the new files by path and separate the manifests from them."""
        self._cut(limits.files)
        self.manifests = [each for each in self.fresh if is_manifest(each.name)]
        self.fresh = [each for each in self.fresh if not is_manifest(each.name)]

    def _cut(self, most: int) -> None:
        """Keep the first by path, whatever the order of the server: a file and its manifest are neighbours then."""
        self.fresh.sort(key=lambda each: each.path)
        self.truncated = self.truncated or len(self.fresh) > most
        del self.fresh[most:]


def read_listing(entries: Iterable[Entry], known: Known, limits: Limits, place: str, *, leave: bool) -> Listing:
    """Return the part of a listing that one fetch uses; see `Listing.add` for the arguments.

    Raises:
        FixTheHub: The server lists more than `limits.listed` files.
    """
    found = Listing()
    for count, entry in enumerate(entries):
        if count >= limits.listed:
            raise error_of(FixTheHub, "fetch.folder_too_full", where=place, most=limits.listed)
        found.add(entry, known, limits, leave=leave)
    found.close(limits)
    return found


def cursor_key_of(name: str) -> str:
    """Return the cursor key of a file name: printable, and different for different names.

    >>> cursor_key_of("fires.csv")
    'fires.csv'
    >>> cursor_key_of("fires~1.csv").startswith("fires~1.csv~")
    True
    """
    label = shown(name)
    if label == name and "~" not in name:
        return name
    return f"{label}~{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def original_name(path_name: str) -> str:
    """Return the name that a file had before the hub hid it as `TAKEN` + eight hexadecimal digits + `~` + name.

    >>> original_name(TAKEN + "0123abcd~fires.csv")
    'fires.csv'
    """
    return (path_name[len(TAKEN) + 9 :] if path_name.startswith(TAKEN) else "") or path_name
