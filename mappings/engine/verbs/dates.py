"""`date:` and `datetime:`: text in one of several agreed forms to a day, or to a moment in UTC.

Arrow's strptime lets the 30th of February pass as the 2nd of March, and a 60th second as the next minute; both can
only end on the first three days of a month or at second 0, so only those are checked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct, failed, only_where
from mappings.engine.model.rule import Fault, Outcome

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment
    from mappings.engine.verbs.forms import Form

LOCAL = pa.timestamp("us")
MOMENT = pa.timestamp("us", "UTC")
LATEST_OVERFLOW = 3  # the 31st of February is the 3rd of March
DAY_LENGTH = len("2026-03-02")
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
    serials: tuple[date, date] = SERIALS  # of the form excel

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return date32 or timestamp(us, UTC) values; null with BAD_DATE where no form fits."""
        left, values = text, pa.nulls(len(text), MOMENT)
        precision = pa.nulls(len(text), pa.string())
        for form in self.forms:
            read = self._read(left, form)
            found = self._in_utc(read)
            values = pc.coalesce(found, values) if values.null_count < len(values) else found
            unit = only_where(pc.is_valid(found), read.precision)
            precision = pc.coalesce(unit, precision) if precision.null_count < len(precision) else unit
            left = only_where(pc.is_null(found), left)
            if left.null_count == len(left):
                break
        if self.days:
            here = pc.local_timestamp(pc.cast(values, pa.timestamp("us", self.tz or "UTC")))
            values = pc.cast(here, pa.date32(), safe=False)
        expected = "; ".join(str(form) for form in self.forms)
        return Outcome(values, (Fault("BAD_DATE", failed(text, values), expected),), precision)

    def _read(self, text: pa.Array, form: Form) -> _Read:
        if form.text == "excel":
            return _excel(text, self.serials)
        if form.text != "iso":
            return _read(text, form)
        # A day with an offset, as XML writes it, is that day for a field that holds days.
        read = _iso(pc.replace_substring_regex(text, DAY_OFFSET, r"\1") if self.days else text)
        if any(each.text == "excel" for each in self.forms):
            # A year that was typed into a cell formatted as a date is shown as a day of 1905.
            days = _serial(read.local)
            year = pc.and_(pc.greater_equal(days, YEARS[0]), pc.less(days, YEARS[1]))
            return _Read(
                only_where(pc.invert(pc.fill_null(year, fill_value=False)), read.local), read.placed, read.precision
            )
        return read

    def _in_utc(self, read: _Read) -> pa.Array:
        zone = self.tz or "UTC"
        local = pc.assume_timezone(read.local, zone, ambiguous="earliest", nonexistent="earliest")
        if zone != "UTC":
            # An hour that summer time skips was on no clock: before and after the gap are then two moments.
            after = pc.assume_timezone(read.local, zone, ambiguous="earliest", nonexistent="latest")
            local = only_where(pc.equal(local, after), local)
        placed = pc.cast(local, MOMENT)
        return placed if read.placed is None else pc.coalesce(read.placed, placed)


@dataclass(frozen=True)
class _Read:
    """What one form gave: times without a zone, times with a zone, and the precision of each."""

    local: pa.Array
    placed: pa.Array | None
    precision: pa.Array


def _read(text: pa.Array, form: Form) -> _Read:
    if form.compact:
        text = only_where(pc.fill_null(pc.match_substring_regex(text, form.compact), fill_value=False), text)
    parsed = pc.strptime(text, format=form.text, unit="us", error_is_null=True)
    parsed = only_where(pc.invert(_impossible(text, pc.cast(parsed, LOCAL), form)), parsed)
    parsed = only_where(pc.fill_null(pc.greater_equal(pc.year(parsed), YEAR_FIRST), fill_value=False), parsed)
    precision = pa.repeat(pa.scalar(form.precision), len(text))
    if form.zoned:
        return _Read(pa.nulls(len(text), LOCAL), parsed, precision)
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
    zoned = pc.not_equal(pc.struct_field(parts, "zone"), "")
    timed = pc.not_equal(pc.struct_field(parts, "time"), "")
    seconds = pc.greater(pc.utf8_length(pc.struct_field(parts, "time")), len("14:05"))
    precision = pc.if_else(timed, pc.if_else(seconds, "second", "minute"), "day")
    placed = by_distinct(text, _from_iso, LOCAL)
    local = pc.if_else(zoned, pa.scalar(None, LOCAL), placed)
    moments = pc.if_else(zoned, pc.assume_timezone(placed, "UTC"), pa.scalar(None, MOMENT))
    return _Read(local, moments, precision)


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
