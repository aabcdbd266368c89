"""The connector for files at a server, over SFTP or S3.

A file is identified by its name, size, time and, in an object store, its ETag; its bytes by their SHA-256.  The same
name with another size or time is downloaded again; the hash then decides whether it is new or a duplicate.  A file that
a manifest names comes with that manifest only (connectors/remote/submissions.py).
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.base import Fetched
from connectors.inbox.folder import WAITING
from connectors.remote.listing import Entry, FileState, Known, Listing, read_listing
from connectors.remote.store import Store, StoreReader
from connectors.remote.submissions import RemoteSubmission
from hub.errors import FixTheHub, RetryLater
from hub.finding import Finding
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from hub.source_options import ConnectorOptions

log = logging.getLogger(__name__)


class RemoteFiles:
    """The connector of a store; `config` is the mapping's `connector:`."""

    def __init__(self, store: Store, config: ConnectorOptions) -> None:
        self.store, self.reader = store, StoreReader(store, config)
        self.faults: list[FixTheHub] = []

    def fetch(self, known: Mapping[str, FileState], into: Path) -> Iterator[Fetched[FileState]]:
        """Yield what is new or has changed; a file that cannot be fetched does not stop the others.

        Raises:
            RetryLater: The server cannot be reached, or lists more new files than one fetch takes.
            FixTheHub: Files could not be fetched or taken away; raised after all others were yielded.
        """
        registered, leave, place = Known(known), self.reader.after == "leave", self.store.place
        listed = read_listing(self.store.entries(), registered, self.store.limits, place, leave=leave)
        submitted = RemoteSubmission(self.reader, listed, registered, into)
        for entry in listed.manifests:
            yield from self._collect_faults(partial(submitted.fetched, entry))
        for entry in [] if submitted.unreadable else listed.fresh:
            if entry.path not in submitted.claimed_paths:
                yield from self._collect_faults(partial(self._single_file, entry, registered, listed, into))
        if self.faults:
            raise self.faults[0] if len(self.faults) == 1 else _together(self.faults, place)
        if listed.truncated:
            raise error_of(RetryLater, "fetch.more_files", where=place, most=self.store.limits.files)

    def finish(self, fetched: Fetched[FileState]) -> None:
        """Archive or delete what is registered, if that is agreed; a manifest goes after its files.

        So a manifest that stays after a crash is still known.  A file that cannot be taken away does not stop the
        others: `fetch` raises its fault in the end.

        Raises:
            RetryLater: The server cannot be reached.
        """
        registered = self.reader.pending.pop(fetched.cursor_key, [])
        if self.reader.after == "leave":
            return
        try:
            for entry, sha256 in registered:
                self.store.take_away(entry, self.reader.after, sha256)
        except FixTheHub as fault:
            self._record_fault(fault)

    def close(self) -> None:
        """Close the connections to the server."""
        self.store.close()

    def _collect_faults(self, fetch_one: Callable[[], Fetched[FileState] | None]) -> Iterator[Fetched[FileState]]:
        try:
            got = fetch_one()
        except FixTheHub as fault:
            self._record_fault(fault)
        else:
            if got:
                yield got

    def _record_fault(self, fault: FixTheHub) -> None:
        log.warning("%s", fault)
        self.faults.append(fault)

    def _single_file(self, entry: Entry, known: Known, listed: Listing, into: Path) -> Fetched[FileState] | None:
        """Return the delivery of one file, or its new state; None when there is nothing to register."""
        if registered := known.registered(entry):
            # It should be gone: an earlier run died before that, or the sender has put another file of the same size
            # there within the same second.  Only the hash of its bytes can decide.
            cursor_key, sha256 = registered
            got = self.reader.download(entry, into)
            if got is None:
                return None
            if got[1] == sha256:
                self.reader.pending[cursor_key] = [(entry, sha256)]
                return Fetched(cursor_key, known.states[cursor_key].copy(), known.states[cursor_key])
        complete, seconds = self.reader.complete, self.reader.wait
        if entry.taken and complete == "marker":
            complete = "settle"  # its marker is gone, and its sender may still be writing it
        if complete == "marker" and entry.name not in listed.completed:
            return None
        if complete in WAITING and not self.reader.has_waited(entry, known.states.get(entry.cursor_key) or {}, seconds):
            return self.reader.waiting(entry, known)
        return self._delivered(entry, known, into)

    def _delivered(self, entry: Entry, known: Known, into: Path) -> Fetched[FileState] | None:
        got = self.reader.download(entry, into)
        if got is None:
            return None
        path, sha256 = got
        self.reader.pending[entry.cursor_key] = [(entry, sha256)]
        label = filenames.label(entry.name)
        state: FileState = {"stamp": list(entry.stamp), "sha256": sha256}
        unlisted = self.reader.complete == "manifest"  # it has waited for its manifest long enough
        code = "MANIFEST_MISSING" if unlisted else "UNSAFE_NAME" if filenames.is_unsafe(entry.name) else None
        findings = (Finding(code, file=label, value=None if unlisted else label),) if code else ()
        return Fetched(
            entry.cursor_key, state, known.states.get(entry.cursor_key), path, label, findings, refused=unlisted
        )


def _together(faults: list[FixTheHub], place: str) -> FixTheHub:
    return error_of(
        FixTheHub,
        "fetch.files_failed",
        where=place,
        why="\n".join(f"{fault.what} {fault.where} {fault.why}".strip() for fault in faults[:20]),
        next_step=faults[0].next_step,
        count=len(faults),
    )
