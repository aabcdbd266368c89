"""Submissions at a server: a manifest and the files that it names are downloaded, delivered and taken away together.

The hub claims nothing at the server.  The cursor state of the manifest (its stamp and hash, and those of each of its
files) says what is registered.  The files are taken away first and the manifest last, so what a crash leaves is still
known to belong to it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.base import Fetched
from connectors.delivery_names import MANIFEST
from connectors.inbox.bundle import referenced_names
from connectors.manifest import parse
from connectors.manifest.strict_json import LARGEST
from hub.errors import FixTheHub, RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from connectors.remote.listing import Entry, FileState, Known, Listing, RegisteredFile
    from connectors.remote.store import StoreReader


class RemoteSubmission:
    """The submissions of one listing.

    Attributes:
        claimed_paths: The paths of files that a manifest names; they are not delivered by themselves.
        unreadable: A manifest changed while it was read, so it is not known which files it names.
    """

    def __init__(self, reader: StoreReader, listed: Listing, known: Known, into: Path) -> None:
        self.reader, self.listed, self.known, self.into = reader, listed, known, into
        self.claimed_paths: set[str] = set()
        self.unreadable = False

    def fetched(self, entry: Entry) -> Fetched[FileState] | None:
        """Return the submission of a manifest, if it is new and complete, or its new state; None for neither.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The manifest or one of its files cannot be read, or is too large.
        """
        got = self._downloaded(entry)
        if got is None:
            self.unreadable = True
            return None
        path, sha256 = got
        registered = self.known.registered(entry)
        if registered and registered[1] == sha256:
            return self._left_behind(entry, *registered)
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
        names = referenced_names(body, entry.name, self._by_name)
        files = {name: each for name in names if (each := self._file(name))}
        self._claim(files.values())
        if (_is_broken(body) or len(files) < len(names)) and not self._has_waited(entry):
            return self.reader.waiting(entry, self.known)
        return self._delivered(entry, got, files)

    def _downloaded(self, entry: Entry) -> tuple[Path, str] | None:
        try:
            return self.reader.download(entry, self.into, self.reader.store.limits.page)
        except FixTheHub:  # the files that its name points to must not be delivered without it
            self._claim(each for name, each in self._by_name.items() if name == entry.name[: -len(MANIFEST)])
            raise

    def _has_waited(self, entry: Entry) -> bool:
        """Whether missing files were waited for; when the listing is truncated, none counts as missing."""
        state = self.known.states.get(entry.cursor_key) or {}
        return not self.listed.truncated and self.reader.has_waited(entry, state, self.reader.settled)

    def _delivered(
        self, entry: Entry, manifest: tuple[Path, str], files: dict[str, Entry]
    ) -> Fetched[FileState] | None:
        room = self.reader.store.limits.bytes  # for all of them together: they are on disk until they are registered
        paths: dict[str, Path] = {}
        about: dict[str, RegisteredFile] = {}
        pending = []
        for name, each in files.items():
            got = self.reader.download(each, self.into, room)
            if got is None:
                return None  # it has changed since it was listed: the next fetch takes it
            room -= each.size
            paths[name], about[each.name] = got[0], {"stamp": list(each.stamp), "sha256": got[1]}
            pending.append((each, got[1]))
        path, sha256 = manifest
        previous = self.known.states.get(entry.cursor_key)
        state: FileState = {"stamp": list(entry.stamp), "sha256": sha256, "files": about}
        self.reader.pending[entry.cursor_key] = [*pending, (entry, sha256)]
        return Fetched(
            entry.cursor_key,
            state,
            previous,
            path,
            filenames.label(entry.name),
            manifest_files=paths,
        )

    def _left_behind(self, entry: Entry, cursor_key: str, sha256: str) -> Fetched[FileState]:
        """Return a registered submission that is still there: an earlier run died before it was taken away."""
        rest = []
        for each in self.listed.fresh:
            registered = self.known.registered(each)
            if registered and registered[0] == cursor_key:
                got = self.reader.download(each, self.into)
                if got and got[1] == registered[1]:  # else another one of the same size and second
                    rest.append((each, got[1]))
        self._claim(each for each, _ in rest)
        self.reader.pending[cursor_key] = [*rest, (entry, sha256)]
        return Fetched(cursor_key, self.known.states[cursor_key].copy(), self.known.states[cursor_key])

    def _file(self, name: str) -> Entry | None:
        """Return the file of this name, or the only one whose name is equal to it in NFC."""
        found = name if name in self._by_name else filenames.only_match(name, self._by_nfc)
        return None if found is None else self._by_name[found]

    @cached_property
    def _by_name(self) -> dict[str, Entry]:
        """The files by the senders' names; one that the hub had hidden only where there is no other of its name."""
        listed = [*self.listed.remaining, *self.listed.fresh]
        taken = {each.name: each for each in listed if each.taken and not self.known.registered(each)}
        return taken | {each.name: each for each in listed if not each.taken}

    @cached_property
    def _by_nfc(self) -> dict[str, list[str]]:
        return filenames.by_nfc(self._by_name)

    def _claim(self, entries: Iterable[Entry]) -> None:
        self.claimed_paths |= {each.path for each in entries}


def _is_broken(body: bytes) -> bool:
    """Whether it is no valid manifest; its sender may still be writing it."""
    try:
        parse(body)
    except RejectBatch:
        return True
    return False
