"""A manifest at a server and the files that it names: downloaded together, delivered together, taken away together.

Nothing is claimed there, since the server is not ours: what is remembered under the name of the manifest (its stamp
and hash, and those of each of its files) says what is registered.  Its files go first and it goes last, so whatever a
crash leaves is still known to belong to it.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors import filenames
from connectors.base import Fetched
from connectors.inbox.bundle import referenced_names
from connectors.manifest import SUFFIX, parse
from connectors.manifest.strict_json import LARGEST
from hub.errors import FixTheHub, RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from connectors.remote.listing import Entry, Known, Listing
    from connectors.remote.store import Pull


class RemoteSubmission:
    """The manifests of one listing; `spoken_for` are the paths of files that are not taken without them."""

    def __init__(self, pull: Pull, seen: Listing, known: Known, into: Path) -> None:
        self.pull, self.seen, self.known, self.into = pull, seen, known, into
        self.spoken_for: set[str] = set()
        self.blind = False  # a manifest could not be read just now: nobody knows which files it speaks of

    def fetched(self, entry: Entry) -> Fetched | None:
        """Return the submission that a manifest makes, if it is new and whole, or what is to be remembered of it."""
        got = self._downloaded(entry)
        if got is None:
            self.blind = True
            return None
        path, sha256 = got
        registered = self.known.registered(entry)
        if registered and registered[1] == sha256:
            return self._left_behind(entry, *registered)
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
        spoken = referenced_names(body, entry.name, self._there)
        files = {name: each for name in spoken if (each := self._named(name))}
        self._speak(files.values())
        if (_is_broken(body) or len(files) < len(spoken)) and not self._has_waited(entry):
            return self.pull.waits(entry, self.known)
        return self._delivered(entry, got, files)

    def _downloaded(self, entry: Entry) -> tuple[Path, str] | None:
        try:
            return self.pull.download(entry, self.into, self.pull.store.limits.page)
        except FixTheHub:  # one that cannot be had keeps back what it is called after
            self._speak(each for name, each in self._there.items() if name == entry.name[: -len(SUFFIX)])
            raise

    def _has_waited(self, entry: Entry) -> bool:
        """Whether what is missing was waited for; while part of the listing is not known, nothing is missing."""
        memory = self.known.slots.get(entry.slot) or {}
        return not self.seen.more and self.pull.has_waited(entry, memory, self.pull.settled)

    def _delivered(self, entry: Entry, manifest: tuple[Path, str], files: dict[str, Entry]) -> Fetched | None:
        room = self.pull.store.limits.bytes  # for all of them together: they lie here until they are registered
        paths: dict[str, Path] = {}
        about: dict[str, Any] = {}
        opened = []
        for name, each in files.items():
            got = self.pull.download(each, self.into, room)
            if got is None:
                return None  # it has changed since it was listed: the next look finds it whole
            room -= each.size
            paths[name], about[each.name] = got[0], {"stamp": list(each.stamp), "sha256": got[1]}
            opened.append((each, got[1]))
        path, sha256 = manifest
        before, memory = self.known.slots.get(entry.slot), {"stamp": list(entry.stamp), "sha256": sha256}
        self.pull.open[entry.slot] = [*opened, (entry, sha256)]
        return Fetched(
            entry.slot, {**memory, "files": about}, before, path, filenames.label(entry.name), with_manifest=paths
        )

    def _left_behind(self, entry: Entry, slot: str, sha256: str) -> Fetched:
        """Return what is registered and should have gone: an earlier run died before that."""
        rest = []
        for each in self.seen.fresh:
            registered = self.known.registered(each)
            if registered and registered[0] == slot:
                got = self.pull.download(each, self.into)
                if got and got[1] == registered[1]:  # else another one of the same size and second
                    rest.append((each, got[1]))
        self._speak(each for each, _ in rest)
        self.pull.open[slot] = [*rest, (entry, sha256)]
        return Fetched(slot, dict(self.known.slots[slot]), self.known.slots[slot])

    def _named(self, name: str) -> Entry | None:
        """Return the file of this name, or the only one that has it in NFC: twins are nobody's."""
        same = [name] if name in self._there else self._same_to_the_eye.get(_nfc(name), [])
        return self._there[same[0]] if len(same) == 1 else None

    @cached_property
    def _there(self) -> dict[str, Entry]:
        """The files by what their senders call them; one that we had hidden only where there is no other."""
        listed = [*self.seen.left, *self.seen.fresh]
        hidden = {each.name: each for each in listed if each.taken and not self.known.registered(each)}
        return hidden | {each.name: each for each in listed if not each.taken}

    @cached_property
    def _same_to_the_eye(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._there:
            found.setdefault(_nfc(name), []).append(name)
        return found

    def _speak(self, entries: Iterable[Entry]) -> None:
        self.spoken_for |= {each.path for each in entries}


def _is_broken(body: bytes) -> bool:
    """Whether it is no manifest, perhaps not yet: its sender may be writing it."""
    try:
        parse(body)
    except RejectBatch:
        return True
    return False


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
