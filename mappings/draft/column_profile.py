"""Profile of a column of text cells: filled, distinct, dates, numbers, values, personal data."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.personal import found as personal_numbers
from mappings.draft.dates import NO_DATES, Dates, dates_of, is_date_shaped
from mappings.engine.arrays import as_text
from mappings.engine.text.repair import half_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_VALUES = 2_000  # distinct values that are profiled
MOST = 0.8  # of the distinct values must be numbers; samples have mistakes in them, and mistakes are all distinct
MOST_ROWS = 0.85  # or of the rows: where most rows say the same, a few mistakes are many of the distinct values
FEWEST = 3  # rows that can show that a column counts them
MISSING = (
    "-",
    "--",
    "—",
    "/",
    "\\",
    "无",
    "空",
    "不详",
    "未知",
    "不清楚",
    "N/A",
    "n/a",
    "NA",
    "NULL",
    "null",
    "None",
    "none",
    "nan",
)
UNIQUE = 0.85
YES_NO = (
    ("是", "否"),
    ("有", "无"),
    ("Y", "N"),
    ("y", "n"),
    ("Yes", "No"),
    ("yes", "no"),
    ("true", "false"),
    ("TRUE", "FALSE"),
    ("True", "False"),
    ("1", "0"),
    ("T", "F"),
)
NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.(\d{1,10}))?$", re.ASCII)
PERSONAL_NUMBERS = {"id": "numbers of identity cards", "phone": "numbers of telephones", "plate": "plates of vehicles"}
WHOLE = 0.75  # of a cell that a number of a person fills; the rest is a prefix, such as +86
PERSONAL_NAMES = re.compile(
    r"姓名|身份证|电话|手机|联系人|填报人|报警人|操作员|经办人|出生日期|证件号|first.?name|last.?name|patient.?name|phone|mobile|e-?mail|ssn|passport|birth|typist|inputer",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    """One column of a sample.  `values` are its distinct values that are not missing, the frequent ones first."""

    name: str
    rows: int
    filled: int
    values: dict[str, int] = field(default_factory=dict, repr=False)
    distinct: int = 0
    missing: tuple[str, ...] = ()  # texts in it that stand for no value
    when: Dates = NO_DATES
    decimals: int | None = None  # places of its numbers; None where it has no numbers
    yes_no: tuple[str, str] | None = None
    personal: str | None = None  # why its values count as personal data
    listed: bool = False  # a list, or an object: not a plain cell
    members: tuple[str, ...] = ()  # of the items of a list
    counts_rows: bool = False  # its values are 0, 1, 2 ... or 1, 2, 3 ... in the order of the rows

    @property
    def dates(self) -> tuple[str, ...]:
        """The forms of its dates, in the order in which they are needed; empty where it has none or two readings."""
        return self.when.forms

    @property
    def dated(self) -> bool:
        """Whether its values are dates, even where day and month could be either."""
        return bool(self.when.forms or self.when.rivals)

    @property
    def unique(self) -> bool:
        """Whether nearly every row has a value of its own: in a sample some rows repeat a number by mistake."""
        return self.rows > 0 and min(self.distinct, self.filled) >= UNIQUE * self.rows

    @property
    def constant(self) -> bool:
        """Whether several rows all have one value."""
        return self.distinct == 1 and self.filled > 1

    @property
    def timed(self) -> bool:
        """Whether its dates have a time of day other than midnight."""
        forms = self.when.forms or self.when.rivals
        return not self.when.midnight and any("%H" in form or "%I" in form or form == "iso" for form in forms)

    @cached_property
    def plain_values(self) -> frozenset[str]:
        """Its distinct values as they are compared with lists: half width, lower case."""
        return frozenset(half_width(value).casefold() for value in self.values)

    def share_outside(self, least: float | None, most: float | None) -> tuple[float, float | None]:
        """Return which share of its numbers is below `least` or above `most`, and the one that is farthest out."""
        numbers, counts = self._numbers
        if not numbers:
            return 0.0, None
        low = bisect_left(numbers, least) if least is not None else 0
        high = bisect_right(numbers, most) if most is not None else len(numbers)
        inside = sum(counts[low:high])
        worst = numbers[-1] if high < len(numbers) else numbers[0] if low else None
        return 1 - inside / sum(counts), worst

    @cached_property
    def _numbers(self) -> tuple[list[float], list[int]]:
        found = sorted((float(value), count) for value, count in self.values.items() if NUMBER.match(value))
        return [number for number, _ in found], [count for _, count in found]


def profile(rows: pa.Table) -> list[Column]:
    """Return the profile of every column of a sample; place columns (`@row` ...) are left out.

    A column whose days and months are ambiguous takes the order that all others of the file have.
    """
    columns = [_profile(name, rows[name]) for name in rows.column_names if not name.startswith("@")]
    orders = {column.when.order for column in columns if column.when.order}
    if len(orders) != 1:
        return columns
    (order,) = orders
    return [replace(each, when=each.when.settled(order)) if each.when.rivals else each for each in columns]


def _profile(name: str, cells: pa.ChunkedArray) -> Column:
    if pa.types.is_nested(cells.type):
        members = _members(cells.type)
        return Column(name, len(cells), len(cells) - cells.null_count, listed=True, members=members)
    text = pc.utf8_trim_whitespace(as_text(cells.combine_chunks()))
    given = text.filter(pc.fill_null(pc.not_equal(text, ""), fill_value=False))
    counted = pc.value_counts(given)
    order = pc.sort_indices(pc.struct_field(counted, "counts"), sort_keys=[("", "descending")])[:MOST_VALUES]
    seen = {str(each["values"]): int(each["counts"]) for each in counted.take(order).to_pylist()}
    missing = tuple(value for value in seen if value in MISSING)
    for value in missing:
        if len(seen) > 1 and not (value == "无" and "有" in seen):
            del seen[value]
    counts = {half_width(value): count for value, count in seen.items()}
    values = list(counts)
    whole = Column(
        name, len(cells), sum(seen.values()), seen, len(seen) if len(counted) <= MOST_VALUES else len(counted)
    )
    return replace(
        whole,
        missing=tuple(value for value in missing if value not in seen),
        when=_dates(counts),
        decimals=_decimals(_usual(counts, lambda value: NUMBER.match(value) is not None)),
        yes_no=next((pair for pair in YES_NO if seen and seen.keys() <= {*pair}), None),
        personal=_personal(name, values),
        counts_rows=_counts_rows(given, len(cells)),
    )


def _members(kind: pa.DataType) -> tuple[str, ...]:
    """Return the names of the members of a list's items, none where the items are plain."""
    inner = kind.value_type if pa.types.is_list(kind) or pa.types.is_large_list(kind) else kind
    return tuple(each.name for each in inner) if pa.types.is_struct(inner) else ()


def _usual(counts: dict[str, int], fits: Callable[[str], bool]) -> list[str]:
    """Return the values that fit where nearly all rows have one of them, else all values."""
    usual = [value for value in counts if fits(value)]
    return usual if sum(map(counts.__getitem__, usual)) >= MOST_ROWS * sum(counts.values()) else list(counts)


def _dates(counts: dict[str, int]) -> Dates:
    """Return how the values are read as dates: all of them, or, where they are few, those of more than one row.

    A day that does not exist is a mistake of one row.
    """
    found = dates_of(_usual(counts, is_date_shaped))
    often = [value for value, count in counts.items() if count > 1]
    if found == NO_DATES and sum(map(counts.__getitem__, often)) >= MOST * sum(counts.values()):
        return dates_of(often)
    return found


def _counts_rows(given: pa.Array, rows: int) -> bool:
    """Whether the values are the numbers of the rows: where every row has one, and each is one more than the last."""
    if rows < FEWEST or len(given) != rows or str(given[0]) not in {"0", "1"}:
        return False
    first = int(str(given[0]))
    return bool(given.equals(pc.cast(pa.array(range(first, first + rows), pa.int64()), given.type)))


def _decimals(values: list[str]) -> int | None:
    found = [match for value in values if (match := NUMBER.match(value))]
    return max(len(match[1] or "") for match in found) if found and len(found) >= MOST * len(values) else None


def _personal(name: str, values: Iterable[str]) -> str | None:
    if PERSONAL_NAMES.search(name):
        return "its name"
    kinds = [_personal_kind(value) for value in values]
    return next((what for kind, what in PERSONAL_NUMBERS.items() if kinds.count(kind) > len(kinds) / 2), None)


def _personal_kind(value: str) -> str | None:
    """Return the kind of the number of a person that fills a cell; None where there is none."""
    number = next(personal_numbers(value), None)
    return number.kind if number and number.end - number.begin >= WHOLE * len(value) else None
