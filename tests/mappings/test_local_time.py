"""The local time of a moment: the day and the zone of the sender, whatever the zone, the form and the precision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.compile.verbs import constant_local
from mappings.engine.verbs.dates import Dates
from mappings.engine.verbs.forms import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
FORMS = {  # what is written, and how much of it
    "second": "%Y-%m-%d %H:%M:%S",
    "minute": "%Y/%m/%d %H:%M",
    "hour": "%Y年%m月%d日 %H时",
    "day": "%d.%m.%Y",
    "month": "%Y-%m",
    "year": "%Y",
}
SHORTENED = {
    "second": {},
    "minute": {"second": 0},
    "hour": {"second": 0, "minute": 0},
    "day": {"second": 0, "minute": 0, "hour": 0},
    "month": {"second": 0, "minute": 0, "hour": 0, "day": 1},
    "year": {"second": 0, "minute": 0, "hour": 0, "day": 1, "month": 1},
}
# Arrow reads zones as they are compiled: what summer time does after 2037 is a rule that it does not apply.
MOMENTS = st.datetimes(datetime(1902, 1, 2), datetime(2037, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


def found(forms: Sequence[str], tz: str | None, *texts: str | None) -> list[tuple[str, str, str] | None]:
    """Return day, zone and precision of each text, None where it gave no moment."""
    read = Dates(tuple(Form(form) for form in forms), tz, local=True).read(pa.array(texts, pa.string()))
    assert read.local is not None
    columns = [part.to_pylist() for part in (read.local.day, read.local.zone, read.local.precision, read.values)]
    lines = zip(*columns, strict=True)
    assert all((moment is None) == (day is None) == (unit is None) for day, _, unit, moment in lines)
    lines = zip(*columns, strict=True)
    return [None if moment is None else (day.isoformat(), zone, unit) for day, zone, unit, moment in lines]


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether a clock of the zone ever showed this time."""
    there = local.replace(tzinfo=zone)
    return there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(list(FORMS)))
def test_the_day_is_that_of_the_senders_clock(moment: datetime, zone: str, unit: str) -> None:
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
    written = local.replace(**SHORTENED[unit])
    text = f"{written:{FORMS[unit]}}"
    timed = unit in {"second", "minute", "hour"}
    if (timed and not exists(written, ZoneInfo(zone))) or not exists(written.replace(hour=23), ZoneInfo(zone)):
        return  # shortened to a time, or a day, that this zone has skipped
    assert found([*FORMS.values()], zone, text) == [(written.date().isoformat(), zone, unit)]


@given(MOMENTS, OFFSETS, st.sampled_from(ZONES))
def test_the_day_is_that_of_the_offset_in_the_text(moment: datetime, offset: timedelta, zone: str) -> None:
    local = moment.replace(microsecond=0).astimezone(timezone(offset))
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    name = f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"
    want = (local.date().isoformat(), name, "second")
    assert found(["iso"], zone, local.isoformat()) == [want]
    assert found(["%Y-%m-%dT%H:%M:%S%z"], None, local.isoformat()) == [want]
    assert found(["iso"], zone, f"{local.date()}{name}") == [(*want[:2], "day")]


@given(MOMENTS, st.sampled_from(ZONES))
def test_z_leaves_the_local_time_to_the_sources_zone(moment: datetime, zone: str) -> None:
    text = f"{moment:%Y-%m-%dT%H:%M:%S}Z"
    assert found(["iso"], zone, text) == [(moment.astimezone(ZoneInfo(zone)).date().isoformat(), zone, "second")]
    assert found(["%Y-%m-%dT%H:%M:%S%z"], None, text) == [(moment.date().isoformat(), "UTC", "second")]


def test_forms_with_and_without_offsets_in_one_column() -> None:
    texts = [
        "2026-03-02",
        "2026-03-02 00:30",
        "2026-03-01T20:00:00Z",
        "2026-03-02Z",
        "2026-03-01T23:30:00-05",
        "x",
        None,
    ]
    assert found(["iso", "%Y-%m-%d"], "Asia/Shanghai", *texts) == [
        ("2026-03-02", "Asia/Shanghai", "day"),
        ("2026-03-02", "Asia/Shanghai", "minute"),
        ("2026-03-02", "Asia/Shanghai", "second"),
        ("2026-03-02", "UTC", "day"),
        ("2026-03-01", "-05:00", "second"),
        None,
        None,
    ]


def test_a_day_whose_midnight_was_skipped_begins_after_it_and_a_skipped_day_is_none() -> None:
    days, moments = ["2018-11-04", "2011-12-30"], ["2018-11-04 00:30"]
    for zone, text, want in (
        ("America/Sao_Paulo", days[0], datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("Pacific/Apia", days[1], None),
        ("America/Sao_Paulo", moments[0], None),
    ):
        read = Dates((Form("iso"),), zone, local=True).read(pa.array([text]))
        assert read.values.to_pylist() == [want]
        assert read.faults[0].where.to_pylist() == [want is None]
    assert found(["iso"], "America/Sao_Paulo", days[0]) == [(days[0], "America/Sao_Paulo", "day")]
    assert Dates((Form("iso"),), "America/Sao_Paulo", days=True).read(pa.array(days[:1])).values.to_pylist() == [
        date(2018, 11, 4)
    ]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2026-03-02", ("2026-03-02", "UTC", "day")),
        ("2026-03-02 00:30:00+08:00", ("2026-03-02", "+08:00", "second")),
    ],
)
def test_a_constant_moment_has_its_own_local_time(text: str, want: tuple[str, str, str]) -> None:
    local = constant_local({"constant": text})
    assert local is not None
    assert (str(local.day[0]), local.zone[0].as_py(), local.precision[0].as_py()) == want


def test_a_date_without_a_zone_is_the_day_that_is_written() -> None:
    text = pa.array(["2026-03-02T00:30:00+08:00", "2026-03-02"])
    read = Dates((Form("iso"),), days=True).read(text)
    assert read.values.to_pylist() == [date(2026, 3, 2)] * 2
    there = Dates((Form("iso"),), "UTC", days=True).read(text)
    assert there.values.to_pylist() == [date(2026, 3, 1), date(2026, 3, 2)]
