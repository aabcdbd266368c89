"""The checks of one field, as Arrow kernels.  Each takes the values of a column and finds the wrong ones.

House semantics: a length counts characters, a pattern is RE2 (ASCII classes, `$` is the very end), numbers are exact
decimals, days go from 1900 to the day after receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache, reduce
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hub import clock
from hub.zones import local_days
from standards.codelist import Span
from standards.likeness import alike
from validation.records.table_check import MASKED_SENSITIVITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from standards import CodeList, Field
    from validation.records.table_check import TableCheck

MOST_FIRST = 6  # codes of a list that are named whatever the value is
MOST_PROPOSALS = 50  # distinct unknown values that codes are proposed for
MOST_DISTINCT = 2_000  # distinct codes that are looked up one by one
REMEMBERED = 100_000  # verdicts about identifiers, for each kind of identifier
SHORT = 3  # letters of a code that another code is like by chance
LIKE = 0.6  # how like a code or a label must be to be proposed
EARLIEST = date(1900, 1, 1)
# What a finding calls each kind of `identifier`:
STANDARD_OF = {"cn.uscc": "GB 32100", "cn.ric": "GB 11643", "ean": "GTIN", "casrn": "CAS", "lei": "ISO 17442"}


@dataclass(frozen=True)
class Bounds:
    """The last day that a date may have: the day after the delivery came in."""

    latest: date

    @classmethod
    def of(cls, received_at: datetime | None) -> Bounds:
        """Return the bounds for a delivery; without a time it came in now."""
        return cls((received_at or clock.now()).astimezone(UTC).date() + timedelta(days=1))


class Side(NamedTuple):
    """A bound, and the comparison that tells what lies beyond it."""

    beyond: Callable[[pa.Array, pa.Scalar], pa.Array]
    bound: pa.Scalar


def required(about: Field) -> Callable[[TableCheck, Bounds], None]:
    """MISSING_VALUE where there is none."""

    def check(judged: TableCheck, _: Bounds) -> None:
        values = judged.column(about.name)
        if values.null_count:
            judged.blame("MISSING_VALUE", pc.is_null(values), about)

    return check


def in_codelist(about: Field, codes: CodeList) -> Callable[[TableCheck, Bounds], None]:
    """UNKNOWN_CODE for what never was in the list, CODE_NOT_IN_FORCE for what was not on the day of the event."""

    def check(judged: TableCheck, _: Bounds) -> None:
        if _surely_in_force(codes, judged, about.name):
            return
        values = judged.column(about.name)
        held = codes.in_force(values, judged.day)
        if pc.all(held, min_count=0).as_py():
            return
        ever = codes.in_force(values, None)
        if not pc.all(ever, min_count=0).as_py():
            personal = about.sensitivity in MASKED_SENSITIVITIES  # a code that is like the value would tell it
            like = first_codes(codes) if personal else nearest(codes, values, ever)
            judged.blame("UNKNOWN_CODE", pc.invert(ever), about, like)
        wrong = pc.and_(ever, pc.invert(held))
        judged.blame("CODE_NOT_IN_FORCE", wrong, about, right_then(codes, values, judged.day))

    return check


def _surely_in_force(codes: CodeList, judged: TableCheck, name: str) -> bool:
    """Whether the few distinct codes show that each one holds on its day; where they do not, all rows must be judged.

    A code that holds on all days of the delivery needs no look at the day beside it.
    """
    few = judged.distinct(name)
    if len(few) > MOST_DISTINCT:
        return False
    doubts = codes.doubtful(few.to_pylist(), judged.days.span if judged.days else None)
    if not doubts or judged.day is None:
        return not doubts
    values = judged.column(name)
    doubted = pc.is_in(values, value_set=pa.array(doubts, values.type))
    days = pc.cast(judged.day.filter(doubted), pa.int32())
    by_code = pa.table([values.filter(doubted), days], ["code", "day"]).group_by("code", use_threads=False)
    ends = by_code.aggregate([("day", "min"), ("day", "max")]).to_pylist()
    spans = ((each["code"], Span(each["day_min"], each["day_max"])) for each in ends if each["day_min"] is not None)
    return not codes.doubtful(doubts, None) and not any(codes.doubtful([code], span) for code, span in spans)


def nearest(codes: CodeList, values: pa.Array, known: pa.Array) -> pa.Array:
    """Return the codes like each unknown value, by their spelling or by that of their labels; null where none is.

    Only the first distinct values get proposals.
    """
    encoded = pc.dictionary_encode(pc.if_else(known, pa.scalar(None, pa.string()), values))
    like = [
        " · ".join(proposals(codes, value)) or None if at < MOST_PROPOSALS else None
        for at, value in enumerate(encoded.dictionary.to_pylist())
    ]
    return pa.array(like, pa.string()).take(encoded.indices)


def first_codes(codes: CodeList) -> str:
    """Return the first codes of a list with their labels."""
    few = codes.table.slice(0, MOST_FIRST).to_pylist()
    return " · ".join(f"{each['code']} {each['label_zh'] or each['label_en'] or ''}".strip() for each in few)


def proposals(codes: CodeList, value: str) -> list[str]:
    """Return the codes whose spelling or label is like a value, labels with their code in front."""
    labels = {
        label: code
        for language in codes.labels
        for code, label in zip(
            codes.table["code"].to_pylist(), codes.table[f"label_{language}"].to_pylist(), strict=True
        )
        if label
    }
    known = codes.codes.to_pylist()
    if len(value) <= SHORT and value.isalpha():  # RUB is not what RMB means
        spelt = [code for code in known if code.casefold() == value.casefold()]
    else:
        spelt = alike(value, known, LIKE)
    if spelt or len(value) == 1:  # one sign, such as 元, is in the name of too many
        return spelt
    return [f"{labels[label]} {label}" for label in alike(value, labels, LIKE)]


def right_then(codes: CodeList, values: pa.Array, day: pa.Array | None) -> pa.Array:
    """Return what replaced each value; of one that began after the day the day in brackets, which may be the fault."""
    after = successors(codes, values)
    if day is None:
        return after
    starts = (
        codes.table.select(["code", "valid_from"])
        .group_by("code", use_threads=False)
        .aggregate([("valid_from", "min")])
    )
    first = (
        starts["valid_from_min"].combine_chunks().take(pc.index_in(values, value_set=starts["code"].combine_chunks()))
    )
    early = pc.fill_null(pc.less(day, first), fill_value=False)
    return pc.if_else(early, pc.binary_join_element_wise("(", pc.cast(day, pa.string()), ")", ""), after)


def successors(codes: CodeList, values: pa.Array) -> pa.Array:
    """Return the code that replaced each value, of a code with several periods the last; null where none did.

    Of a division that was divided these are all parts, with a space between.
    """
    replaced = codes.table.filter(pc.is_valid(codes.table["replaced_by"]))
    replaced = replaced.take(pa.array(range(len(replaced) - 1, -1, -1), pa.int64()))
    after = replaced["replaced_by"].take(pc.index_in(values, value_set=replaced["code"].combine_chunks()))
    return after.combine_chunks() if isinstance(after, pa.ChunkedArray) else after


def in_range(about: Field) -> Callable[[TableCheck, Bounds], None]:
    """OUT_OF_RANGE below the minimum, above the maximum, or not above `above`."""
    bounds = [(pc.less, about.minimum), (pc.greater, about.maximum), (pc.less_equal, about.above)]
    sides = [Side(beyond, _bound(bound, about.arrow)) for beyond, bound in bounds if bound is not None]
    low = _shown(about.minimum, "-∞") if about.above is None else f"> {about.above:g}"
    expected = f"{low} ... {_shown(about.maximum, '∞')}"

    def check(judged: TableCheck, _: Bounds) -> None:
        values = judged.column(about.name)
        if not pa.types.is_decimal(about.arrow) and not _ends_beyond(values, sides):  # decimals are compared faster
            return
        judged.blame(
            "OUT_OF_RANGE", reduce(pc.or_, [beyond(values, bound) for beyond, bound in sides]), about, expected
        )

    return check


def _ends_beyond(values: pa.Array, sides: Sequence[Side]) -> bool:
    """Whether any value lies beyond a side: the least or the greatest then does."""
    ends = pc.min_max(values)
    return any(beyond(ends[end], bound).as_py() for beyond, bound in sides for end in ("min", "max"))


def in_time(about: Field) -> Callable[[TableCheck, Bounds], None]:
    """DATE_OUT_OF_RANGE before 1900 or after tomorrow."""

    def check(judged: TableCheck, bounds: Bounds) -> None:
        values = judged.column(about.name)
        latest = date.max if about.future else bounds.latest
        first, last = (_moment(day, about.arrow) for day in (EARLIEST, latest))
        if pa.types.is_timestamp(about.arrow) and latest != date.max:
            last = _moment(latest + timedelta(days=1), about.arrow)
        if _ends_beyond(values, [Side(pc.less, first), Side(pc.greater, last)]):
            wrong = pc.or_(pc.less(values, first), pc.greater(values, last))
            judged.blame("DATE_OUT_OF_RANGE", wrong, about, f"{EARLIEST} ... {latest}")

    return check


def of_moment(about: Field, moment: str) -> Callable[[TableCheck, Bounds], None]:
    """DATE_OUT_OF_RANGE for a local day that the moment has nowhere on earth.

    That is a day which is not the moment's day in UTC, nor the one before or after it.  How early or late the day may
    be is a matter of the moment.
    """

    def check(judged: TableCheck, _: Bounds) -> None:
        moments = judged.column(moment)
        in_utc = pc.cast(local_days(moments, "UTC"), pa.int32())
        apart = pc.subtract(pc.cast(judged.column(about.name), pa.int32()), in_utc)
        wrong = pc.greater(pc.abs(apart), 1)
        if pc.any(wrong, min_count=0).as_py():
            ends = (
                pc.cast(pc.cast(pc.add(in_utc, pa.scalar(by, pa.int32())), pa.date32()), pa.string()) for by in (-1, 1)
            )
            judged.blame("DATE_OUT_OF_RANGE", wrong, about, pc.binary_join_element_wise(*ends, " ... "))

    return check


def of_pattern(about: Field) -> Callable[[TableCheck, Bounds], None]:
    """WRONG_PATTERN where the pattern is not found; the schema's patterns are anchored themselves."""

    def check(judged: TableCheck, _: Bounds) -> None:
        few = pc.match_substring_regex(judged.distinct(about.name), about.pattern)
        if not pc.all(few, min_count=0).as_py():
            fits = pc.match_substring_regex(judged.column(about.name), about.pattern)
            judged.blame("WRONG_PATTERN", pc.invert(fits), about, about.pattern)

    return check


def of_length(about: Field) -> Callable[[TableCheck, Bounds], None]:
    """TEXT_TOO_LONG beyond the greatest number of characters."""
    few = about.pattern is not None or about.identifier is not None  # whose checks look at distinct values too

    def check(judged: TableCheck, _: Bounds) -> None:
        values = judged.column(about.name)
        if _most_bytes(judged.distinct(about.name) if few else values) > (about.max_length or 0):
            wrong = pc.greater(pc.utf8_length(values), about.max_length)
            lengths = pc.cast(pc.utf8_length(values), pa.string())
            expected = pc.binary_join_element_wise(f"{about.max_length} (", lengths, ")", "")
            judged.blame("TEXT_TOO_LONG", wrong, about, expected)

    return check


def _most_bytes(values: pa.Array) -> int:
    """Return a number of bytes that no text exceeds, from the offsets alone: a null has none, or counts as a text."""
    if not len(values):
        return 0
    offsets = pa.Array.from_buffers(pa.int32(), len(values) + 1, [None, values.buffers()[1]], offset=values.offset)
    found: int = pc.max(pc.subtract(offsets.slice(1), offsets.slice(0, len(values)))).as_py()
    return found


def of_identifier(about: Field) -> Callable[[TableCheck, Bounds], None]:
    """BAD_IDENTIFIER where the check digit is wrong."""
    name = about.identifier or ""

    def check(judged: TableCheck, _: Bounds) -> None:
        if pc.any(wrong_identifiers(judged.distinct(about.name), name), min_count=0).as_py():
            wrong = wrong_identifiers(judged.column(about.name), name)
            judged.blame("BAD_IDENTIFIER", wrong, about, STANDARD_OF.get(name, name))

    return check


def wrong_identifiers(values: pa.Array, identifier: str) -> pa.Array:
    """Return where a value is not a valid identifier of the kind that the schema's `identifier` names."""
    encoded = pc.dictionary_encode(values)
    valid = checker(identifier)
    verdicts = pa.array([not valid(each) for each in encoded.dictionary.to_pylist()], pa.bool_())
    return verdicts.take(encoded.indices)


@cache
def checker(identifier: str) -> Callable[[str], bool]:
    """Return the function that recognises a valid identifier: compact form, no blanks, ASCII only.

    It remembers verdicts: the parts of a delivery, and those that follow, name the same enterprises again.
    """
    module = import_module(f"stdnum.{identifier}")

    @lru_cache(maxsize=REMEMBERED)
    def valid(value: str) -> bool:
        return value.isascii() and bool(module.is_valid(value)) and module.compact(value) == value

    return valid


def _bound(value: float, type_: pa.DataType) -> pa.Scalar:
    return pa.scalar(Decimal(str(value)) if pa.types.is_decimal(type_) else int(value), type_)


def _moment(day: date, type_: pa.DataType) -> pa.Scalar:
    if pa.types.is_date(type_):
        return pa.scalar(day, type_)
    return pa.scalar(datetime(day.year, day.month, day.day, tzinfo=UTC), type_)


def _shown(value: float | None, endless: str) -> str:
    return endless if value is None else f"{value:g}"
