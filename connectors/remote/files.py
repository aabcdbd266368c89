"""Files at a server: which are new, what is remembered of each; the same for SFTP and S3.

A file is known by (name, size, time, and the tag that an object store gives), its bytes by their SHA-256.  The same
name with another size or time is fetched again; what its bytes are then decides whether it is new or a duplicate.
A file of which a manifest speaks comes with it and not alone (connectors/remote/submissions.py).
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors import filenames
from connectors.base import Fetched
from connectors.inbox.folder import WAITING
from connectors.remote.listing import Entry, Known, Listing, listing
from connectors.remote.store import Pull, Store
from connectors.remote.submissions import RemoteSubmission
from hub.errors import FixTheHub, RetryLater
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from connectors.base import CursorState

log = logging.getLogger(__name__)


class RemoteFiles:
    """The connector of a store.  `agreed` is the `connector:` part of a mapping."""

    def __init__(self, store: Store, agreed: Mapping[str, Any]) -> None:
        self.store, self.pull = store, Pull(store, agreed)
        self.faults: list[FixTheHub] = []

    def fetch(self, known: Mapping[str, CursorState], into: Path) -> Iterator[Fetched]:
        """Yield what is new or has changed; a file that cannot be had does not stop the others."""
        remembered, leave, place = Known(known), self.pull.after == "leave", self.store.place
        seen = listing(self.store.entries(), remembered, self.store.limits, place, leave=leave)
        submitted = RemoteSubmission(self.pull, seen, remembered, into)
        for entry in seen.manifests:
            yield from self._careful(partial(submitted.fetched, entry))
        for entry in [] if submitted.blind else seen.fresh:
            if entry.path not in submitted.spoken_for:
                yield from self._careful(partial(self._one, entry, remembered, seen, into))
        if self.faults:
            raise self.faults[0] if len(self.faults) == 1 else _together(self.faults, place)
        if seen.more:
            raise RetryLater(
                "There are more files at the server than one fetch takes.",
                where=place,
                why=f"One fetch looks at {self.store.limits.files:,} that are new.",
                next_step="The rest comes with the next fetch. Files that wait for a mark or a manifest count too:"
                " if this does not end, ask the partner about those.",
            )

    def finish(self, fetched: Fetched) -> None:
        """Take what is registered away, as agreed; a manifest after its files, so that one that stays is known.

        What cannot go does not stop the others: `fetch` tells of it at its end.
        """
        opened = self.pull.open.pop(fetched.slot, [])
        if self.pull.after == "leave":
            return
        try:
            for entry, sha256 in opened:
                self.store.take_away(entry, self.pull.after, sha256)
        except FixTheHub as fault:
            self._note(fault)

    def close(self) -> None:
        """Let go of the server."""
        self.store.close()

    def _careful(self, look: Callable[[], Fetched | None]) -> Iterator[Fetched]:
        try:
            got = look()
        except FixTheHub as fault:
            self._note(fault)
        else:
            if got:
                yield got

    def _note(self, fault: FixTheHub) -> None:
        log.warning("%s", fault)
        self.faults.append(fault)

    def _one(self, entry: Entry, known: Known, seen: Listing, into: Path) -> Fetched | None:
        """Return what is to be said about one file, if anything."""
        if registered := known.registered(entry):
            # It should have gone: an earlier run died before that, or another file has come, of the same size and
            # within the same second.  Only its bytes tell.
            slot, sha256 = registered
            got = self.pull.download(entry, into)
            if got is None:
                return None
            if got[1] == sha256:
                self.pull.open[slot] = [(entry, sha256)]
                return Fetched(slot, dict(known.slots[slot]), known.slots[slot])
        complete, seconds = self.pull.complete, self.pull.patience
        if entry.taken and complete == "marker":
            complete = "settle"  # its mark has gone, and its sender may still be writing it
        if complete == "marker" and entry.name not in seen.marked:
            return None
        if complete in WAITING and not self.pull.has_waited(entry, known.slots.get(entry.slot) or {}, seconds):
            return self.pull.waits(entry, known)
        return self._delivered(entry, known, into)

    def _delivered(self, entry: Entry, known: Known, into: Path) -> Fetched | None:
        got = self.pull.download(entry, into)
        if got is None:
            return None
        path, sha256 = got
        self.pull.open[entry.slot] = [(entry, sha256)]
        label, memory = filenames.label(entry.name), {"stamp": list(entry.stamp), "sha256": sha256}
        alone = self.pull.complete == "manifest"  # it has waited for its manifest long enough
        code = "MANIFEST_MISSING" if alone else "UNSAFE_NAME" if filenames.unsafe(entry.name) else None
        findings = (Finding(code, file=label, value=None if alone else label),) if code else ()
        return Fetched(entry.slot, memory, known.slots.get(entry.slot), path, label, findings, refused=alone)


def _together(faults: list[FixTheHub], place: str) -> FixTheHub:
    return FixTheHub(
        f"{len(faults)} files could not be fetched.",
        where=place,
        why="\n".join(f"{fault.what} {fault.where} {fault.why}".strip() for fault in faults[:20]),
        next_step=faults[0].next_step,
    )
