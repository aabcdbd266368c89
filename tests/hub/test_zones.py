"""Zones and local days are decided in one module."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.settings import PROJECT
from hub.zones import CHINA, in_zone, is_zone, local_days, start_of_day
from tests.support.code_tree import PRODUCTION

NEW_YORK = ZoneInfo("America/New_York")


@given(st.lists(st.none() | st.integers(-600_000_000, 4_000_000_000)), st.sampled_from([CHINA, "UTC"]))
def test_the_day_of_a_moment_is_that_of_the_calendar_there(seconds: list[int | None], zone: str) -> None:
    known = [None if each is None else datetime.fromtimestamp(each, UTC) for each in seconds]
    expected = [None if each is None else each.astimezone(ZoneInfo(zone)).date() for each in known]
    assert local_days(pa.array(known, pa.timestamp("us", "UTC")), zone).to_pylist() == expected


def test_a_day_begins_by_the_clock_of_its_zone() -> None:
    assert start_of_day(date(2026, 3, 2)).astimezone(UTC) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert start_of_day(date(2026, 7, 1), NEW_YORK).astimezone(UTC) == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_a_moment_without_a_zone_is_taken_to_be_there() -> None:
    assert in_zone(datetime(2026, 3, 2, 8), NEW_YORK).isoformat() == "2026-03-02T08:00:00-05:00"  # noqa: DTZ001
    assert in_zone(datetime(2026, 3, 2, 8, tzinfo=UTC), NEW_YORK).isoformat() == "2026-03-02T03:00:00-05:00"


@pytest.mark.parametrize("name", ["Europe/Berlin", "Etc/GMT-8", CHINA])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize("name", ["", "CST+8", "Asia/Haikou", "../UTC", "/etc/passwd", "europe/berlin", "\x00"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    assert not is_zone(name)


def test_no_other_module_names_the_zone_of_china() -> None:
    found = [path for path in PRODUCTION if CHINA in (PROJECT / path).read_text("utf-8")]
    assert list(map(str, found)) == ["hub/zones.py"]
