"""What the modules of this package give and share: files, what has no place in them, and times with their offset."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hub.zones import is_zone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from standards.schema import Json

OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
HOURS = 24  # that an offset may not reach
# What every record has, and what follows from other fields: no message lacks anything without them.
FOLLOWS = frozenset(
    {
        *("source_record_no", "event_at_precision", "event_date", "event_tz"),
        *("reported_at_precision", "reported_date", "reported_tz"),
        *("hazard_class_code", "hazard_type_code", "severity_code"),
    }
)


@dataclass(frozen=True)
class Exported:
    """The files of an export by name; `left_out` counts the values, by field, for which the form has no place."""

    files: dict[str, bytes]
    left_out: Counter[str] = field(default_factory=Counter)


def left_out(records: Iterable[Json], written: AbstractSet[str]) -> Counter[str]:
    """Return how often each field, or item of a list, is given that a form does not write.

    Args:
        records: Records in the form of their schema.
        written: The fields that the form writes; those of items as `text.headline`.
    """
    found: Counter[str] = Counter()
    for record in records:
        for name, value in record.items():
            if name in written or name in FOLLOWS:
                continue
            items = value if isinstance(value, list) else None
            if items is None or not any(each.startswith(f"{name}.") for each in written):
                found[name] += 1 if items is None else len(items)
            else:
                found.update(
                    path for item in items for path in (f"{name}.{key}" for key in item) if path not in written
                )
    return found


def zone_of(name: str | None) -> timezone | ZoneInfo:
    """Return the zone that a record names: an offset, or a name of the time zone database; UTC where it names none.

    >>> zone_of("+08:00").utcoffset(None), zone_of(None)
    (datetime.timedelta(seconds=28800), datetime.timezone.utc)
    """
    offset = OFFSET.fullmatch(name or "")
    if offset and int(offset[2]) < HOURS:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-span if offset[1] == "-" else span)
    return ZoneInfo(name) if name and is_zone(name) and name != "UTC" else UTC


def moment(text: str) -> datetime:
    """Return the instant that a record has as text; one without an offset is in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
