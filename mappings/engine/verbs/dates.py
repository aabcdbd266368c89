"""`date:` and `datetime:`: text in one of several agreed forms to a day, or to a moment in UTC.

Arrow's strptime lets the 30th of February pass as the 2nd of March, and a 60th second as the next minute; both can
only end on the first three days of a month or at second 0, so only those are checked again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.zones import local_days
from mappings.engine.arrays import any_true, by_distinct, failed, only_where
from mappings.engine.model.rule import TIMED, Fault, LocalTime, Outcome
from mappings.engine.verbs.forms import EPOCHS
from mappings.engine.verbs.hl7_times import hl7_times

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment
    from mappings.engine.verbs.forms import Form

UTC_NAME = "UTC"
LOCAL = pa.timestamp("us")
MOMENT = pa.timestamp("us", "UTC")
LATEST_OVERFLOW = 3  # the 31st of February is the 3rd of March
DAY_LENGTH = len("2026-03-02")
ISO_DAY = "YYYY-MM-DD"  # what a finding expects of `iso` where the field is a day
TIME = r"(?P<time>\d{2}:\d{2}(?::\d{2}(?:[.]\d{1,9})?)?)"
ISO = rf"^\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]{TIME})?(?P<zone> ?(?:Z|[+-]\d{{2}}(?::?\d{{2}})?))?$"
DAY_OFFSET = r"^(\d{4}-\d{2}-\d{2}) ?(?:Z|[+-]\d{2}(?::?\d{2})?)$"
EXCEL = r"^\d{1,7}(?:[.]\d+)?$"
EXCEL_DAY_0 = date(1899, 12, 30)
EXCEL_EPOCH = -2_209_161_600  # 1899-12-30 in seconds of Unix time: serial 1 is the 1st of January 1900
SERIALS = (date(1990, 1, 1), date(2079, 12, 31))  # days that a bare number stands for unless a mapping states others
FIRST_SERIAL = 61  # before the 1st of March 1900 Excel counts a day that never was
YEARS = (1900, 2101)  # numbers that are years, or years with a month behind the point, and never days of 1905
YEAR_FIRST = 1000  # a year of fewer digits was cut short
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Dates:
    """The forms of one rule, in their order; `tz` is the zone of times without one."""

    forms: tuple[Form, ...]
    tz: str | None = None
    days: bool = False  # the field is a day, not a moment
    local: bool = False  # the standard keeps the local time of the moment
    serials: tuple[date, date] = SERIALS  # of the form excel

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return date32 or timestamp(us, UTC) values; null with BAD_DATE where no form fits."""
        return self.read(text)

    def read(self, text: pa.Array) -> Outcome:
        """Return the same: dates need to know nothing of the rows beside their text."""
        left, values = text, pa.nulls(len(text), pa.date32() if self.days else MOMENT)
        local: list[pa.Array] = []
        for form in self.forms:
            read = self._read(left, form)
            found = self._in_utc(read)
            there = pc.is_valid(found)
            if self.local:
                parts = [only_where(there, part) for part in self._local(read, found)]
                local = [_filled(*each) for each in zip(local, parts, strict=True)] if local else parts
            values = _filled(values, only_where(there, self._day(read, found)) if self.days else found)
            left = only_where(pc.invert(there), left)
            if left.null_count == len(left):
                break
        forms = (ISO_DAY if self.days and form.text == "iso" else str(form) for form in self.forms)
        expected = "; ".join(dict.fromkeys(forms))
        faults = (Fault("BAD_DATE", failed(text, values), expected),)
        return Outcome(values, faults, LocalTime(*local) if local else None)

    def _read(self, text: pa.Array, form: Form) -> _Read:
        if form.text == "excel":
            return _excel(text, self.serials)
        if form.text in EPOCHS:
            return _epoch(text, EPOCHS[form.text], self.tz or UTC_NAME)
        if form.text == "hl7":
            times = hl7_times(text, days=self.days)
            return replace(_iso(times.iso), precision=times.precision)
        if form.text != "iso":
            return _read(text, form)
        # A day with an offset, as XML writes it, is that day for a field that holds days.
        read = _iso(pc.replace_substring_regex(text, DAY_OFFSET, r"\1") if self.days else text)
        if any(each.text == "excel" for each in self.forms):
            # A year that was typed into a cell formatted as a date is shown as a day of 1905.
            days = _serial(read.local)
            year = pc.and_(pc.greater_equal(days, YEARS[0]), pc.less(days, YEARS[1]))
            return replace(read, local=only_where(pc.invert(pc.fill_null(year, fill_value=False)), read.local))
        return read

    def _day(self, read: _Read, moments: pa.Array) -> pa.Array:
        """Return the day of each text: in the rule's zone, or where it has none, as it is written."""
        return _days(_written(read)) if self.tz is None else local_days(moments, self.tz)

    def _local(self, read: _Read, moments: pa.Array) -> LocalTime:
        """Return the local time of each text: with an offset of its own there, else in the rule's zone.

        `Z` says that the moment is known and the local time is not (RFC 9557, 2.2): the day is then that of the rule's
        zone.  A day alone is the day that is written.
        """
        zone, day = pa.repeat(pa.scalar(self.tz, pa.string()), len(moments)), _days(_written(read))
        if read.offset is None or read.offset.null_count == len(moments):
            return LocalTime(read.precision, day, zone)
        own = only_where(pc.is_valid(read.placed), read.offset)
        names = by_distinct(own, lambda offsets: [_zone_name(each) for each in offsets], pa.string())
        if self.tz is not None:
            timed = pc.is_in(read.precision, value_set=pa.array(TIMED))
            unknown = pc.fill_null(pc.and_(pc.equal(names, UTC_NAME), timed), fill_value=False)
            day = pc.if_else(unknown, local_days(moments, self.tz), day)
            names = only_where(pc.invert(unknown), names)
        return LocalTime(read.precision, day, pc.coalesce(names, zone))

    def _in_utc(self, read: _Read) -> pa.Array:
        zone = self.tz or "UTC"
        local = pc.assume_timezone(read.local, zone, ambiguous="earliest", nonexistent="earliest")
        if zone != "UTC":
            # An hour that summer time skips was on no clock: before and after the gap are then two moments.
            after = pc.assume_timezone(read.local, zone, ambiguous="earliest", nonexistent="latest")
            on_a_clock = pc.fill_null(pc.equal(local, after), fill_value=True)
            if not pc.all(on_a_clock, min_count=0).as_py():
                # A day alone begins after the gap, if the zone has that day at all.
                same_day = pc.equal(local_days(after, zone), _days(read.local))
                day_only = pc.invert(pc.is_in(read.precision, value_set=pa.array(TIMED)))
                local = only_where(pc.or_(on_a_clock, pc.and_(day_only, same_day)), after)
        placed = pc.cast(local, MOMENT)
        return placed if read.placed is None else pc.coalesce(read.placed, placed)


@dataclass(frozen=True)
class _Read:
    """What one form gave: times without a zone, times with a zone, the precision of each, the offset as written."""

    local: pa.Array
    placed: pa.Array | None
    precision: pa.Array
    offset: pa.Array | None = None  # string, with `placed`


def _read(text: pa.Array, form: Form) -> _Read:
    if form.compact:
        text = only_where(pc.fill_null(pc.match_substring_regex(text, form.compact), fill_value=False), text)
    parsed = pc.strptime(text, format=form.text, unit="us", error_is_null=True)
    parsed = only_where(pc.invert(_impossible(text, pc.cast(parsed, LOCAL), form)), parsed)
    parsed = only_where(pc.fill_null(pc.greater_equal(pc.year(parsed), YEAR_FIRST), fill_value=False), parsed)
    precision = pa.repeat(pa.scalar(form.precision), len(text))
    if form.zoned:
        offset = pc.struct_field(pc.extract_regex(text, form.pattern), "zone")
        return _Read(pa.nulls(len(text), LOCAL), parsed, precision, offset)
    return _Read(parsed, None, precision)


def _impossible(text: pa.Array, parsed: pa.Array, form: Form) -> pa.Array:
    """Return where the text's day or second is not the one that came out."""
    near = pc.less_equal(pc.day(parsed), LATEST_OVERFLOW) if "d" in form.directives else pc.is_null(parsed)
    if "S" in form.directives:
        near = pc.or_kleene(near, pc.equal(pc.second(parsed), 0))
    if form.zoned:
        near = pc.is_valid(parsed)
    near = pc.fill_null(near, fill_value=False)
    if not any_true(near):
        return near
    parts = pc.extract_regex(text.filter(near), form.pattern)
    wrong = pc.is_null(parts)
    if "S" in form.directives:
        wrong = pc.or_(wrong, pc.fill_null(pc.equal(pc.struct_field(parts, "second"), "60"), fill_value=False))
    if "d" in form.directives:
        wrong = pc.or_(wrong, _other_day(pc.struct_field(parts, "day"), parsed.filter(near), form, text.filter(near)))
    return pc.replace_with_mask(near, near, wrong)


def _other_day(written: pa.Array, parsed: pa.Array, form: Form, text: pa.Array) -> pa.Array:
    day = pc.cast(written, pa.int64())
    if not form.zoned:
        return pc.fill_null(pc.not_equal(day, pc.day(parsed)), fill_value=False)
    # An offset moves the day, so such texts are read again by Python, each distinct one once.
    return pc.is_null(by_distinct(text, lambda texts: [_strict(each, form.text) for each in texts], pa.bool_()))


def _strict(text: str | None, form: str) -> bool | None:
    try:
        datetime.strptime(text or "", form)  # noqa: DTZ007 - only asked whether it can be
    except ValueError:
        return None
    return True


def _iso(text: pa.Array) -> _Read:
    fits = pc.fill_null(pc.match_substring_regex(text, ISO), fill_value=False)
    text = only_where(fits, text)
    parts = pc.extract_regex(text, ISO)
    offset = pc.utf8_trim_whitespace(pc.struct_field(parts, "zone"))
    zoned = pc.not_equal(offset, "")
    timed = pc.not_equal(pc.struct_field(parts, "time"), "")
    seconds = pc.greater(pc.utf8_length(pc.struct_field(parts, "time")), len("14:05"))
    precision = pc.if_else(timed, pc.if_else(seconds, "second", "minute"), "day")
    placed = by_distinct(text, _from_iso, LOCAL)
    local = pc.if_else(zoned, pa.scalar(None, LOCAL), placed)
    moments = pc.if_else(zoned, pc.assume_timezone(placed, "UTC"), pa.scalar(None, MOMENT))
    return _Read(local, moments, precision, only_where(zoned, offset))


def _written(read: _Read) -> pa.Array:
    """Return the times (timestamp without a zone) as they are written, each by the clock of its own offset."""
    if read.offset is None or read.placed is None:
        return read.local
    seconds = by_distinct(read.offset, lambda offsets: [_seconds(each) for each in offsets], pa.int64())
    own = pc.add(pc.cast(read.placed, pa.int64()), pc.multiply(seconds, 1_000_000))
    return pc.coalesce(pc.cast(own, LOCAL), read.local)


def _days(local: pa.Array) -> pa.Array:
    return pc.cast(local, pa.date32(), safe=False)


def _seconds(offset: str) -> int:
    """Return the seconds that an offset is east of UTC.

    >>> [_seconds(offset) for offset in ("Z", "+08", "-0930", "+05:45")]
    [0, 28800, -34200, 20700]
    """
    hours, minutes = offset[1:3] or "0", offset[3:].removeprefix(":") or "0"
    size = int(hours) * 3600 + int(minutes) * 60
    return -size if offset.startswith("-") else size


def _zone_name(offset: str) -> str:
    """Return the name of an offset: `+08:00`, or UTC for those that leave the local time open.

    >>> [_zone_name(offset) for offset in ("Z", "-00:00", "+00:00", "+08", "-0930")]
    ['UTC', 'UTC', '+00:00', '+08:00', '-09:30']
    """
    minutes = abs(_seconds(offset)) // 60
    if minutes == 0 and not offset.startswith("+"):
        return UTC_NAME
    return f"{offset[0]}{minutes // 60:02}:{minutes % 60:02}"


def _filled(before: pa.Array, more: pa.Array) -> pa.Array:
    return pc.coalesce(before, more) if before.null_count < len(before) else more


def _from_iso(texts: list[str | None]) -> list[datetime | None]:
    """Read each distinct text; a time with an offset comes back in UTC, both without a zone."""
    return [_one_iso(each) for each in texts]


def _one_iso(written: str | None) -> datetime | None:
    text = (written or "").replace(" Z", "Z").replace(" +", "+").replace(" -", "-")
    if text[DAY_LENGTH : DAY_LENGTH + 1] not in {"", "T", " "}:
        # A day with an offset: Python would take what stands behind it for the time of day.
        text = f"{text[:DAY_LENGTH]}T00:00{text[DAY_LENGTH:]}"
    try:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo is None else read.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _serial(local: pa.Array) -> pa.Array:
    """Return the day number of each local time as spreadsheets count."""
    return pc.subtract(pc.divide(pc.cast(local, pa.int64()), DAY_SECONDS * 1_000_000), EXCEL_EPOCH // DAY_SECONDS)


def _epoch(text: pa.Array, unit: int, tz: str) -> _Read:
    """Read Unix time; a moment that is midnight in the zone is a day.

    The number of digits says that it is Unix time, and in which unit: 9 or 10 digits of seconds, 12 or 13 of
    milliseconds, from 1973 to 2286.
    """
    digits = r"^[0-9]{9,10}$" if unit == EPOCHS["epoch"] else r"^[0-9]{12,13}$"
    fits = pc.fill_null(pc.match_substring_regex(text, digits), fill_value=False)
    placed = pc.cast(pc.multiply(pc.cast(only_where(fits, text), pa.int64()), unit), MOMENT)
    local = pc.local_timestamp(pc.cast(placed, pa.timestamp("us", tz)))
    midnight = pc.equal(pc.cast(pc.floor_temporal(local, unit="day"), LOCAL), local)
    return _Read(local, placed, pc.if_else(midnight, "day", "second"))


def _excel(text: pa.Array, window: tuple[date, date]) -> _Read:
    """Read day numbers of a spreadsheet within a window; a number that is a year is never one."""
    fits = pc.fill_null(pc.match_substring_regex(text, EXCEL), fill_value=False)
    days = pc.cast(only_where(fits, text), pa.float64())
    first, last = ((day - EXCEL_DAY_0).days for day in window)
    possible = pc.and_(pc.greater_equal(days, max(first, FIRST_SERIAL)), pc.less(days, last + 1))
    year = pc.and_(pc.greater_equal(days, YEARS[0]), pc.less(days, YEARS[1]))
    possible = pc.and_(possible, pc.invert(year))
    days = only_where(pc.fill_null(possible, fill_value=False), days)
    seconds = pc.cast(pc.round(pc.multiply(days, DAY_SECONDS)), pa.int64())
    local = pc.cast(pc.cast(pc.add(seconds, EXCEL_EPOCH), pa.timestamp("s")), LOCAL)
    whole = pc.equal(pc.floor(days), days)
    return _Read(local, None, pc.if_else(whole, "day", "second"))
