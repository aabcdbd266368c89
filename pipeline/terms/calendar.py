"""Working days: in China by the yearly notice of the State Council, as the library chinesecalendar keeps it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

SATURDAY = 5


@cache
def is_working_day(day: date) -> tuple[bool, bool]:
    """Return whether a day is a working day in China, and whether that is known.

    The library knows only years for which a notice was published; for others Monday to Friday is a guess.
    """
    import chinese_calendar  # noqa: PLC0415 - of the hub, not of a partner's check

    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < SATURDAY, False


def first_working_day(day: date) -> tuple[date, bool]:
    """Return the first working day from `day` on, and whether all days looked at are known."""
    known = True
    while True:
        works, sure = is_working_day(day)
        known = known and sure
        if works:
            return day, known
        day += timedelta(days=1)
