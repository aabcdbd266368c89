"""Triggers that start DAGs.  An event is a hint: it may be lost or repeated, and the ledger decides what is done."""

from __future__ import annotations

import asyncio
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REMIND = 15.0  # seconds until the first repeated event; a run that has started should have claimed the file by then
LONGEST_REMIND = 600.0

Listing = dict[str, tuple[int, int]]  # by name: size in bytes, time of change in nanoseconds


class FolderHint(BaseEventTrigger):
    """Fires when a file appears in an exchange folder, and when a file has changed and is the same at two polls.

    While a file stays there it fires again, each time after twice the interval: an event may be lost, and a file that
    was incomplete at first may be complete later without a change.
    """

    def __init__(self, *, folder: str, poll: float = 1.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder, self.poll = folder, poll

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the path and the arguments by which the triggerer makes this again."""
        return "dags.triggers.FolderHint", {"folder": self.folder, "poll": self.poll}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """List the folder every `poll` seconds, for ever."""
        tracker = ChangeTracker()
        while True:
            # In a thread: a folder may be a slow network mount, and all triggers share this loop.
            seen = await asyncio.to_thread(list_deliveries, self.folder)
            if tracker.should_fire(seen, time.monotonic()):
                yield TriggerEvent({"files": len(seen)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.poll)


class Start(BaseEventTrigger):
    """Fires once whenever the triggerer starts, which is when the hub starts."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the path by which the triggerer makes this again."""
        return "dags.triggers.Start", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Fire, then wait for ever: a trigger that ends would be started again."""
        yield TriggerEvent({"started": True})  # type: ignore[no-untyped-call]
        await asyncio.Event().wait()


class ChangeTracker:
    """The files at the last poll and at the last event; decides whether the trigger fires."""

    def __init__(self) -> None:
        self.fired: Listing = {}
        self.last: Listing = {}
        self.fired_at, self.wait = 0.0, REMIND

    def should_fire(self, seen: Listing, now: float) -> bool:
        """Whether the files `seen` at `now` (seconds of any clock) are a reason to start the DAG."""
        new = seen.keys() - self.last.keys()
        settled = {name for name, state in seen.items() if self.last.get(name) == state != self.fired.get(name)}
        due = bool(seen) and now - self.fired_at >= self.wait
        self.last = seen
        if not (new or settled or due):
            return False
        self.wait = min(self.wait * 2, LONGEST_REMIND) if due and not (new or settled) else REMIND
        self.fired, self.fired_at = seen, now
        return True


def list_deliveries(folder: str) -> Listing:
    """Return the files that could be deliveries; empty when the folder is missing.

    `folder` is `<exchange>/<agency>/<feed>/<in or check>`.  No link is followed below the exchange.
    """
    from connectors.delivery_names import Kind, kind_of  # noqa: PLC0415
    from connectors.inbox.confined import Folder  # noqa: PLC0415 - heavy, and DAG files are parsed often

    place = Path(folder)
    try:
        with Folder.beneath(place.parents[2], *place.parts[-3:]) as opened:
            seen = {name: opened.stat_of(name) for name in opened.names() if kind_of(name) is not Kind.IGNORED}
    except (OSError, HubError):
        return {}  # missing or no folder; the next poll, or the schedule, finds it
    found = {name: about for name, about in seen.items() if about is not None and stat.S_ISREG(about.st_mode)}
    return {name: (about.st_size, about.st_mtime_ns) for name, about in found.items()}
