"""What wakes a DAG.  A hint only: it claims nothing and may be lost or repeated; the ledger knows what is done."""

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

REMIND = 15.0  # seconds until the first reminder; a run that is on its way should have claimed the file by then
LONGEST_REMIND = 600.0

Look = dict[str, tuple[int, int]]  # name -> (size, time of change)


class FolderHint(BaseEventTrigger):
    """Says that something lies in an exchange folder: when it is first seen, when it has changed and stands still.

    While anything stays there it reminds, each time after twice as long: an event may be lost, and a file that was not
    complete at the first look may be complete later without having changed.
    """

    def __init__(self, *, folder: str, poll: float = 1.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder, self.poll = folder, poll

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the path and the arguments by which the triggerer makes this again."""
        return "dags.triggers.FolderHint", {"folder": self.folder, "poll": self.poll}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look every `poll` seconds, for ever."""
        memory = Memory()
        while True:
            # In a thread: a folder may be a slow network mount, and all triggers share this loop.
            seen = await asyncio.to_thread(look, self.folder)
            if memory.worth_telling(seen, time.monotonic()):
                yield TriggerEvent({"files": len(seen)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.poll)


class Start(BaseEventTrigger):
    """Says once that the hub has started: whenever the triggerer starts, it starts this."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the path by which the triggerer makes this again."""
        return "dags.triggers.Start", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Tell, then wait for ever: a trigger that ends would be started again."""
        yield TriggerEvent({"started": True})  # type: ignore[no-untyped-call]
        await asyncio.Event().wait()


class Memory:
    """What was seen at the last look and when it was told; decides whether to tell again."""

    def __init__(self) -> None:
        self.told: Look = {}
        self.last: Look = {}
        self.told_at, self.wait = 0.0, REMIND

    def worth_telling(self, seen: Look, now: float) -> bool:
        """Whether `seen`, looked at `now` (seconds of any clock), is a reason to wake the DAG."""
        new = seen.keys() - self.last.keys()
        settled = {name for name, state in seen.items() if self.last.get(name) == state != self.told.get(name)}
        due = bool(seen) and now - self.told_at >= self.wait
        self.last = seen
        if not (new or settled or due):
            return False
        self.wait = min(self.wait * 2, LONGEST_REMIND) if due and not (new or settled) else REMIND
        self.told, self.told_at = seen, now
        return True


def look(folder: str) -> Look:
    """Return what lies in `<exchange>/<agency>/<feed>/<folder>` and could be a delivery; empty when it is not there.

    No link is followed below the exchange, as when the file is taken.
    """
    from connectors.inbox.confined import Folder  # noqa: PLC0415 - heavy for whoever parses DAGs
    from connectors.inbox.partner_folder import UNFINISHED  # noqa: PLC0415

    place = Path(folder)
    try:
        with Folder.beneath(place.parents[2], *place.parts[-3:]) as opened:
            names = [name for name in opened.names() if not name.startswith((".", "~$"))]
            seen = {name: opened.stat_of(name) for name in names if not name.lower().endswith(UNFINISHED)}
    except (OSError, HubError):
        return {}  # not there, or no folder: the next look tells, or the schedule does
    found = {name: about for name, about in seen.items() if about is not None and stat.S_ISREG(about.st_mode)}
    return {name: (about.st_size, about.st_mtime_ns) for name, about in found.items()}
