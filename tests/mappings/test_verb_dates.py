"""Dates: every form, nothing that does not exist, the right moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.verbs.dates import Dates
from mappings.engine.verbs.forms import Form
from tests.support.folders import Never

if TYPE_CHECKING:
    from mappings.engine.model.rule import Outcome


def moments(forms: list[str], tz: str | None, *texts: str | None) -> list[datetime | None]:
    return outcome(forms, tz, *texts).values.to_pylist()


def outcome(forms: list[str], tz: str | None, *texts: str | None, days: bool = False) -> Outcome:
    verb = Dates(tuple(Form(form) for form in forms), tz, days=days, local=not days)
    return verb(pa.array(texts, pa.string()), Never(len(texts)))


def days(forms: list[str], *texts: str | None) -> list[date | None]:
    return outcome(forms, None, *texts, days=True).values.to_pylist()


def precisions(found: Outcome) -> list[str | None]:
    assert found.local is not None
    return found.local.precision.to_pylist()


IMPOSSIBLE = [
    "2026-02-29",
    "2026-02-30",
    "2026-02-31",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-01-32",
]


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_days_that_do_not_exist(text: str) -> None:
    assert days(["%Y-%m-%d"], text, "2028-02-29") == [None, date(2028, 2, 29)]
    assert days(["iso"], text) == [None]
    y, m, d = text.split("-")
    assert days(["%d.%m.%Y"], f"{d}.{m}.{y}") == [None]


def test_a_bad_date_is_a_fault_and_a_blank_is_not() -> None:
    found = outcome(["%Y-%m-%d", "%Y/%m/%d %H:%M"], "UTC", "2026-02-30", None, "2026/03/02 14:05")
    assert found.faults[0].code == "BAD_DATE"
    assert found.faults[0].where.to_pylist() == [True, False, False]
    assert found.faults[0].expected == "YYYY-MM-DD; YYYY/MM/DD hh:mm"


@pytest.mark.parametrize(
    "text", ["2026-03-02 24:00:00", "2026-03-02 23:60:00", "2026-03-02 23:59:60", "2026-03-02 23:59"]
)
def test_times_that_do_not_exist(text: str) -> None:
    assert moments(["%Y-%m-%d %H:%M:%S"], "UTC", text) == [None]


def test_local_time_becomes_utc() -> None:
    assert moments(["%Y-%m-%d %H:%M"], "Asia/Shanghai", "2026-03-02 07:05") == [datetime(2026, 3, 1, 23, 5, tzinfo=UTC)]


def test_several_forms_and_their_precision() -> None:
    forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y年%m月%d日", "%Y-%m", "%Y"]
    texts = ["2026-03-02 10:00:00", "2026-03-02 10:00", "2026年3月2日", "2026-03", "2026", "2026-3-2"]
    found = outcome(forms, "UTC", *texts)
    assert precisions(found) == ["second", "minute", "day", "month", "year", None]
    assert found.values[2].as_py() == datetime(2026, 3, 2, tzinfo=UTC)


def test_unpadded_american_dates_and_month_names() -> None:
    assert days(["%m/%d/%y"], "1/3/13", "2/29/13", "12/31/99") == [date(2013, 1, 3), None, date(1999, 12, 31)]
    assert days(["%b %d, %Y"], "Jan 2, 2020", "Feb 30, 2020") == [date(2020, 1, 2), None]


def test_offsets_in_the_text() -> None:
    want = datetime(2026, 2, 28, 18, 30, tzinfo=UTC)
    assert moments(["%Y-%m-%dT%H:%M:%S%z"], None, "2026-03-01T00:00:00+05:30") == [want]
    assert moments(["%Y-%m-%dT%H:%M:%S%z"], None, "2026-02-30T00:00:00+05:30") == [None]
    assert moments(["iso"], "Asia/Shanghai", "2026-03-01T00:00:00+05:30", "2026-03-01 02:30") == [want, want]
    assert days(["iso"], "2026-02-28T18:30:00.000Z") == [date(2026, 2, 28)]


@pytest.mark.parametrize(
    ("offset", "hour"), [("+08:00", -8), ("+08", -8), (" +0530", -5.5), ("-05:00", 5), (" -05", 5), ("Z", 0)]
)
def test_a_day_with_an_offset_begins_at_midnight_there(offset: str, hour: float) -> None:
    want = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=hour)
    found = outcome(["iso"], "America/New_York", f"2026-05-01{offset}")
    assert found.values.to_pylist() == [want]
    assert precisions(found) == ["day"]
    for zone in ("UTC", "Asia/Shanghai", "Pacific/Honolulu"):
        day = Dates((Form("iso"),), zone, days=True)(pa.array([f"2026-05-01{offset}"]), Never(1))
        assert day.values.to_pylist() == [date(2026, 5, 1)]


def test_a_day_is_the_day_in_its_zone() -> None:
    verb = Dates((Form("iso"),), "Asia/Kolkata", days=True)
    found = verb(pa.array(["2025-03-28T18:30:00.000Z"]), Never(1))
    assert found.values.to_pylist() == [date(2025, 3, 29)]


def test_excel_serials() -> None:
    assert moments(["excel"], "UTC", "45292", "45292.5", "32874", "65745.75", "32873", "65746", "0", "x") == [
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 1, 12, tzinfo=UTC),
        datetime(1990, 1, 1, tzinfo=UTC),
        datetime(2079, 12, 31, 18, tzinfo=UTC),
        None,
        None,
        None,
        None,
    ]
    assert precisions(outcome(["excel"], "UTC", "45292", "45292.5")) == ["day", "second"]


@given(st.datetimes(datetime(1901, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - local times are meant
def test_what_strftime_writes_is_read_back(when: datetime) -> None:
    when = when.replace(microsecond=0)
    for form in ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y%m%d%H%M%S", "%m/%d/%Y %I:%M:%S %p", "iso"]:
        text = when.isoformat() if form == "iso" else when.strftime(form)
        assert moments([form], "UTC", text) == [when.replace(tzinfo=UTC)]
    serial = (when - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    within = date(1990, 1, 1) <= when.date() <= date(2079, 12, 31)
    assert moments(["excel"], "UTC", f"{serial:.9f}") == [when.replace(tzinfo=UTC) if within else None]


def test_a_mapping_may_widen_the_window_of_serials_but_years_stay_years() -> None:
    wide = Dates((Form("excel"),), "UTC", days=True, serials=(date(1900, 1, 1), date(9999, 12, 31)))
    found = wide(pa.array(["61", "60", "20000", "2026", "2026.9", "1900", "2100.12", "2101"]), Never(8))
    assert found.values.to_pylist() == [
        date(1900, 3, 1),
        None,
        date(1954, 10, 3),
        None,
        None,
        None,
        None,
        date(1905, 10, 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "2026.9",
        "2026.09",
        "202609",
        "260930",
        "20260931",
        "2609",
        "1790726400",
        "1790726400000",
        "1899.5",
        "1e5",
    ],
)
def test_other_numbers_are_no_serials(text: str) -> None:
    for forms in (["excel"], ["excel", "iso"], ["%Y-%m-%d", "iso", "excel"], ["%Y%m%d", "excel"]):
        assert moments(forms, "Asia/Shanghai", text) == [None]


def test_a_year_in_a_cell_that_shows_days_is_no_day_of_1905() -> None:
    assert moments(["iso", "excel"], "UTC", "1905-07-18", "1905-07-18T21:36:00") == [None, None]
    assert days(["iso"], "1905-07-18") == [date(1905, 7, 18)]


def test_numbers_side_by_side_have_all_their_digits() -> None:
    assert days(["%Y%m%d"], "20260111", "2026111", "202611", "20261101") == [
        date(2026, 1, 11),
        None,
        None,
        date(2026, 11, 1),
    ]
    assert days(["%Y-%m-%d"], "2026-1-11", "26-1-11", "0026-01-11") == [date(2026, 1, 11), None, None]


@given(st.integers(0, 9_999_999), st.integers(0, 999))
def test_a_serial_stands_for_a_day_of_its_window_or_for_none(whole: int, part: int) -> None:
    found = moments(["iso", "excel"], "UTC", f"{whole}.{part:03d}")[0]
    assert found is None or (1990 <= found.year <= 2079 and found.date() == date(1899, 12, 30) + timedelta(whole))


@given(st.integers(1000, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_day_is_read_exactly_when_it_exists(year: int, month: int, day: int) -> None:
    try:
        want = date(year, month, day)
    except ValueError:
        want = None
    assert days(["%Y-%m-%d"], f"{year:04d}-{month:02d}-{day:02d}") == [want]


def test_an_hour_that_summer_time_skips_is_no_time_and_one_that_it_repeats_is_the_first() -> None:
    found = moments(["%Y-%m-%d %H:%M"], "America/New_York", "2023-03-12 02:30", "2023-11-05 01:30")
    assert found[1] == datetime(2023, 11, 5, 1, 30, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    assert found[0] is None
