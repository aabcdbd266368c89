"""The terms of a source, from `expect:` of its mapping, and the periods that follow from them.

A period is due once it has ended: by the time `by` of the first day after it that counts (a working day, where the
calendar says so), or at that day's end; `grace` later it is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import isodate

from hub.errors import FixTheHub
from hub.messages import error_of, sentence
from hub.zones import CHINA, in_zone, start_of_day
from pipeline.terms.calendar import first_working_day, is_working_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.expectation import Expect

WORKING = "cn_working_days"
DAY = timedelta(days=1)
MONDAY = date(1970, 1, 5)  # what is longer than a day counts from here, so that it does not depend on who asks when
MOST = 100_000  # periods; more is a slip of the pen


class Due(NamedTuple):
    """One period: from `start` until before `end`, due at `due`, late after `late`."""

    start: datetime
    end: datetime
    due: datetime
    late: datetime
    known: bool  # False: the calendar does not reach so far, Monday to Friday was taken


@dataclass(frozen=True)
class Terms:
    """How often something is owed, on which days, by when, and how long after that it is not yet late."""

    step: Any  # a timedelta, or a duration of months and years
    anchor: datetime | None
    working: bool
    by: time | None
    grace: timedelta
    zone: ZoneInfo

    def periods(self, since: datetime, until: datetime) -> Iterator[Due]:
        """Yield the periods that end in (since, until], in order."""
        first = self._first(since.astimezone(self.zone))
        for number in range(MOST):
            start, end = self._edge(first, number), self._edge(first, number + 1)
            if start >= until:
                return
            if end <= since or (self.anchor and start < self.anchor):
                continue
            if self.working and self.step == DAY and not is_working_day(start.date())[0]:
                continue
            due, known = self._due(end)
            yield Due(start, end, due, due + self.grace, known)

    def _first(self, since: datetime) -> datetime:
        """Return the beginning of a period at or before `since`."""
        if self.anchor is not None:
            return self.anchor
        day = since.date()
        if isinstance(self.step, isodate.Duration):
            size = int(self.step.years) * 12 + int(self.step.months)
            months = (day.year * 12 + day.month - 1) // size * size
            day = date(months // 12, months % 12 + 1, 1)
        elif self.step.days:
            origin = MONDAY if self.step.days % 7 == 0 else date(1970, 1, 1)
            day -= timedelta(days=(day - origin).days % self.step.days)
        return datetime.combine(day, time(), self.zone)

    def _edge(self, first: datetime, number: int) -> datetime:
        """Return the beginning of period `number` by the clock of the wall, whatever daylight saving does."""
        if isinstance(self.step, timedelta):
            moved: datetime = first.replace(tzinfo=None) + self.step * number
        else:
            moved = first.replace(tzinfo=None) + isodate.Duration(
                months=int(self.step.months) * number, years=int(self.step.years) * number
            )
        return moved.replace(tzinfo=self.zone)

    def _due(self, end: datetime) -> tuple[datetime, bool]:
        if self.by is None and not self.working:
            return end, True
        day, known = first_working_day(end.date()) if self.working else (end.date(), True)
        at = datetime.combine(day, self.by, self.zone) if self.by else start_of_day(day + DAY, self.zone)
        return max(at, end), known


def terms_of(expect: Expect, where: str = "") -> Terms | None:
    """Return the terms that `expect:` of a mapping sets; None when no period is agreed.

    Args:
        expect: The mapping's `expect:`.
        where: The folder of the source, for the message of an error.

    Raises:
        FixTheHub: A duration, moment or zone cannot be parsed.
    """
    if "every" not in expect:
        return None
    try:
        zone = ZoneInfo(str(expect.get("tz", CHINA)))
        every = str(expect["every"])
        anchor = None
        if every.startswith("R/"):
            _, moment, every = every.split("/")
            anchor = in_zone(isodate.parse_datetime(moment) if "T" in moment else _day(moment), zone)
        return Terms(
            step=_duration(every),
            anchor=anchor,
            working=expect.get("calendar") == WORKING,
            by=_clock(expect["by"]) if "by" in expect else None,
            grace=isodate.parse_duration(str(expect.get("grace", "PT0H"))),
            zone=zone,
        )
    except (ValueError, ZoneInfoNotFoundError, isodate.ISO8601Error) as fault:
        raise error_of(FixTheHub, "expected.bad_terms", where=where, why=str(fault)) from None


def _duration(text: str) -> Any:
    step = isodate.parse_duration(text)
    if isinstance(step, isodate.Duration) and not (step.months or step.years):
        step = step.tdelta
    if isinstance(step, timedelta) and step <= timedelta(0):
        raise ValueError(sentence("expected.no_time", text=text))
    return step


def _clock(written: Any) -> time:
    """Return a time of day; plain YAML reads 17:00 as 1020, sixty to the hour."""
    return time(written // 60, written % 60) if isinstance(written, int) else time.fromisoformat(str(written))


def _day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time())
