"""The dimensions that analysts join to a code or a day: regions, days, categories, countries, hazards, and labels."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import chinese_calendar

from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

FIRST, LAST = date(2010, 1, 1), date(2035, 12, 31)
SATURDAY = 6  # of ISO weekdays, Monday 1
MADE_FROM_CODES = (
    "dimensions/analyze_codes",
    "dimensions/insert_labels",
    "dimensions/insert_region_periods",
    "dimensions/analyze_region_periods",
    "dimensions/insert_regions",
    "dimensions/fill_provinces_and_cities",
    "dimensions/fill_units",
    "dimensions/insert_product_categories",
    "dimensions/insert_category_headings",
    "dimensions/insert_countries",
    "dimensions/insert_hazards",
)


class CalendarDay(NamedTuple):
    """One row of `mart.calendar`, in the order of its columns."""

    day: date
    year: int
    quarter: int
    month: int
    month_start: date
    iso_year: int
    iso_week: int
    iso_week_start: date
    weekday: int
    is_weekend: bool
    is_working_day: bool
    is_public_holiday: bool | None
    is_makeup_day: bool | None
    holiday_zh: str | None
    holiday_en: str | None
    is_announced: bool


def fill_dimensions(conn: Connection[Any]) -> None:
    """Make the dimensions anew, as their owner, from the code lists that the warehouse holds."""
    conn.execute(statement("dimensions/delete_dimensions"))
    for name in MADE_FROM_CODES:
        conn.execute(statement(name))
    with conn.cursor() as cursor, cursor.copy(statement("dimensions/copy_calendar")) as copy:
        for day in calendar_days(FIRST, LAST):
            copy.write_row(day)


def calendar_days(first: date, last: date) -> Iterator[CalendarDay]:
    """Yield every day from `first` to `last`, both included.

    Weeks are those of ISO 8601.  Holidays are those of the yearly notice of the State Council, as far as the library
    chinesecalendar has it.  In other years Monday to Friday are working days, and no holiday is known.

    >>> [(d.iso_year, d.iso_week, d.holiday_en) for d in calendar_days(date(2021, 1, 1), date(2021, 1, 1))]
    [(2020, 53, "New Year's Day")]
    """
    for at in range((last - first).days + 1):
        day = first + timedelta(days=at)
        year, week, weekday = day.isocalendar()
        off = weekday >= SATURDAY
        try:
            free, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            known, free, holiday = False, off, None
        else:
            known, holiday = True, chinese_calendar.Holiday(name) if name else None
        yield CalendarDay(
            day=day,
            year=day.year,
            quarter=(day.month + 2) // 3,
            month=day.month,
            month_start=day.replace(day=1),
            iso_year=year,
            iso_week=week,
            iso_week_start=day - timedelta(days=weekday - 1),
            weekday=weekday,
            is_weekend=off,
            is_working_day=not free,
            is_public_holiday=free and holiday is not None if known else None,
            is_makeup_day=off and not free if known else None,
            holiday_zh=holiday.chinese if holiday else None,
            holiday_en=holiday.value if holiday else None,
            is_announced=known,
        )
