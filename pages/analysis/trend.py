"""Twelve weeks of events: what each week brought, what was expected of it, and from where."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict

from pages.figures.columns import BASELINE, Column, expected_band

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WEEKS = 12
WEEK = timedelta(days=7)


class WeekCount(TypedDict):
    """One count of `analysis/events_by_week`; what its cut does not name is None."""

    cut: str
    week: date | None
    record_type: str | None
    agency: str | None
    feed: str | None
    unit_code: str | None
    origin: str | None
    events: int


@dataclass(frozen=True)
class Series:
    """The weekly counts of one record type of one source, oldest first, with those before that are not shown."""

    record_type: str
    source: str
    counts: list[int]
    before: list[int]

    @property
    def total(self) -> int:
        """How many events the shown weeks have."""
        return sum(self.counts)


@dataclass(frozen=True)
class Trend:
    """What the shown weeks hold."""

    weeks: list[date]  # their Mondays
    until: date  # the first day that is not counted
    series: list[Series]  # the largest first
    units: dict[str, int] = field(default_factory=dict)  # by city or county of Hainan
    origins: list[tuple[str, int]] = field(default_factory=list)  # by country of origin, the most first
    elsewhere: int = 0  # events outside of Hainan, or without a place
    no_origin: int = 0

    @property
    def total(self) -> int:
        """How many events the shown weeks have."""
        return sum(each.total for each in self.series)


def monday(day: date) -> date:
    """Return the first day of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def first_week(last_day: date) -> date:
    """Return the Monday from which counts are read for the weeks up to a day: the baseline of the first one too."""
    return monday(last_day) - (WEEKS - 1 + BASELINE) * WEEK


def trend_of(rows: Iterable[WeekCount], last_day: date) -> Trend:
    """Return the trend of the weeks up to that of `last_day`, from counts since `first_week(last_day)`."""
    every = [first_week(last_day) + at * WEEK for at in range(WEEKS + BASELINE)]
    weekly: dict[tuple[str, str], Counter[date]] = defaultdict(Counter)
    units: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    for row in rows:
        if row["cut"] == "series" and row["week"] is not None:
            weekly[row["record_type"] or "", f"{row['agency']}/{row['feed']}"][row["week"]] += row["events"]
        elif row["cut"] == "unit":
            units[row["unit_code"] or ""] += row["events"]
        elif row["cut"] == "origin":
            origins[row["origin"] or ""] += row["events"]
    series = [
        Series(*key, [counts[week] for week in every[BASELINE:]], [counts[week] for week in every[:BASELINE]])
        for key, counts in weekly.items()
    ]
    return Trend(
        weeks=every[BASELINE:],
        until=last_day + timedelta(days=1),
        series=sorted((each for each in series if each.total), key=lambda each: (-each.total, each.source)),
        units={code: count for code, count in units.items() if code},
        origins=[(code, count) for code, count in origins.most_common() if code and count],
        elsewhere=units[""],
        no_origin=origins[""],
    )


def week_columns(trend: Trend, series: Iterable[Series], href: Callable[[date, date], str]) -> list[Column]:
    """Return one column for each shown week, over all of the series, with what its eight weeks before let expect.

    Weeks without any event before the first one count for no baseline: what a warehouse does not hold is no zero.
    """
    chosen = [each.before + each.counts for each in series]
    counts = [sum(column) for column in zip(*chosen, strict=True)] if chosen else [0] * (WEEKS + BASELINE)
    known = next((at for at, count in enumerate(counts) if count), len(counts))
    made = []
    for at, week in enumerate(trend.weeks, BASELINE):
        last = min(week + WEEK, trend.until) - timedelta(days=1)
        made.append(
            Column(
                name=week.isoformat(),
                count=counts[at],
                expected=expected_band(counts[known:at]),
                href=href(week, last),
                open=week + WEEK > trend.until,
            )
        )
    return made
