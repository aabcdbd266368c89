"""The period that a submission covers: `2026`, `2026-05`, `2026-W19`, `2026-05-04`, or two of them with `/` between."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from connectors.manifest.errors import Unfit

FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-W(\d{2}))?", re.ASCII)
DECEMBER = 12


class Period(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def period_of(text: str) -> Period:
    """Return the days that a text names (years, months, ISO 8601 weeks, days).

    >>> period_of("2026-W19").first.isoformat(), period_of("2026-01/2026-02").last.isoformat()
    ('2026-05-04', '2026-02-28')

    Raises:
        Unfit: It names none, or ends before it begins.
    """
    first, slash, last = text.partition("/")
    try:
        found = _one(first)
        if slash:
            found = Period(found.first, _one(last).last)
    except ValueError:  # no such form, or no such day
        raise Unfit("period", "period", text) from None
    if found.last < found.first:
        raise Unfit("period_ends", "period", text)
    return found


def _one(text: str) -> Period:
    match = FORM.fullmatch(text)
    if match is None:
        raise Unfit("period", "period", text)
    year, month, day, week = (None if part is None else int(part) for part in match.groups())
    if week is not None:
        monday = date.fromisocalendar(int(year or 0), week, 1)
        return Period(monday, monday + timedelta(days=6))
    first = date(int(year or 0), month or 1, day or 1)
    if day:
        return Period(first, first)
    after = date(first.year + 1, 1, 1) if not month or month == DECEMBER else date(first.year, month + 1, 1)
    return Period(first, after - timedelta(days=1))
