"""Answers that stay the same until the marts change: the first reader after a load waits for them, the next do not."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar
from zoneinfo import ZoneInfo

import psycopg

from hub import clock
from hub.zones import CHINA
from pages.site.reading import reader_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import date, datetime

    from fastapi import Request

Made = TypeVar("Made")
MOST = 200  # answers of one application
LONGEST = timedelta(minutes=10)  # that an answer is used: lateness changes though no mart does


class MartState(TypedDict):
    """When the event marts were refreshed, and the newest day of an event (`analysis/state_of_marts`)."""

    refreshed_at: datetime | None
    newest_day: date | None


@dataclass
class _Entry:
    """One answer, with the lock of those who make it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    begun_at: datetime | None = None  # None: nobody has made it yet
    made: Any = None


class Stored:
    """The answers of one application, by what was asked for and by the state of the marts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # of the dictionary: it is held for a moment, and never while an answer is made
        self._entries: dict[Hashable, _Entry] = {}

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the answer to `key`, made by `make` where there is none that is new enough.

        Two readers who come at once both wait for one answer; those of other answers wait for neither.
        """
        entry = self._entry_of(key)
        with entry.lock:
            if entry.begun_at is None or clock.now() - entry.begun_at > LONGEST:
                begun_at = clock.now()
                entry.made = make()
                entry.begun_at = begun_at
            made: Made = entry.made
            return made

    def _entry_of(self, key: Hashable) -> _Entry:
        """Return the place of an answer; where there are too many, the oldest that nobody makes is forgotten."""
        with self._lock:
            while key not in self._entries and len(self._entries) >= MOST:
                idle = (each for each, entry in self._entries.items() if not entry.lock.locked())
                del self._entries[next(idle, next(iter(self._entries)))]
            return self._entries.setdefault(key, _Entry())


def china_today() -> date:
    """Return the day that it is in China."""
    return clock.now().astimezone(ZoneInfo(CHINA)).date()


def mart_state(request: Request) -> MartState:
    """Return the state of the marts that this request sees."""
    return reader_of(request).rows(MartState, "analysis/state_of_marts", today=china_today())[0]


def once_per_state(request: Request, key: Hashable, state: MartState, make: Callable[[], Made]) -> Made:
    """Return an answer that holds until the marts are refreshed, for ten minutes at most."""
    stored: Stored = request.app.state.stored
    return stored.once((key, state["refreshed_at"], china_today()), make)


def in_time(make: Callable[[], Made]) -> Made | None:
    """Return what `make` makes, or None where its query takes too long: a page shows its other parts then."""
    try:
        return make()
    except psycopg.errors.QueryCanceled:
        return None
