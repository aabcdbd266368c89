"""What wakes a DAG.  A hint only: it claims nothing and may be lost or repeated; the ledger knows what is done."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REMIND = 15.0  # seconds until the first reminder; a run that is on its way should have claimed the file by then
LONGEST_REMIND = 600.0
NOT_A_DELIVERY = (".part", ".tmp", ".filepart", ".crdownload", ".swp")

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
    """Return what lies in `folder` and could be a delivery; empty when it is not there."""
    seen: Look = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith((".", "~$")) and not entry.name.lower().endswith(NOT_A_DELIVERY):
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode):
                        seen[entry.name] = found.st_size, found.st_mtime_ns
    except OSError:
        return {}  # not there, or just gone: the next look tells
    return seen
