"""Time zones and local days: to which day a moment belongs, and when a day begins."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    import pyarrow as pa

CHINA = "Asia/Shanghai"  # days without a zone are days in China


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether the time zone database of this machine has a zone of that name (IANA, exactly as written there).

    >>> [is_zone(name) for name in ("Asia/Shanghai", "UTC", "asia/shanghai", "+08:00", "")]
    [True, True, False, False, False]
    """
    return name in _names()


def start_of_day(day: date, zone: str | ZoneInfo = CHINA) -> datetime:
    """Return the first moment of a day.

    >>> start_of_day(date(2026, 3, 2)).isoformat()
    '2026-03-02T00:00:00+08:00'
    """
    return datetime.combine(day, time(), ZoneInfo(zone) if isinstance(zone, str) else zone)


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment in a zone; one that names no zone is taken to be there already.

    >>> in_zone(datetime.fromisoformat("2026-03-01T20:00:00Z"), ZoneInfo(CHINA)).isoformat()
    '2026-03-02T04:00:00+08:00'
    """
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def local_days(moments: pa.Array[Any], zone: str = CHINA) -> pa.Array[Any]:
    """Return the local day (date32) of each moment (timestamp with a zone).

    >>> import pyarrow as pa
    >>> local_days(pa.array([0, None], pa.timestamp("us", "UTC"))).to_pylist()
    [datetime.date(1970, 1, 1), None]
    """
    import pyarrow as pa  # noqa: PLC0415 - sentences in two languages need no Arrow
    import pyarrow.compute as pc  # noqa: PLC0415

    local = pc.cast(moments, pa.timestamp("us", zone))
    # a moment without its zone is that in UTC; asking the time zone database for it takes eight times as long
    return pc.cast(
        pc.cast(local, pa.timestamp("us")) if zone == "UTC" else pc.local_timestamp(local), pa.date32(), safe=False
    )
