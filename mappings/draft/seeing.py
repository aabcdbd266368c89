"""Seeing: what the cells of a column look like, all of them text: filled, distinct, dates, numbers, words, personal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import as_text
from mappings.engine.repair import half_width

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = 2_000  # distinct values that are looked at
MOST = 0.8  # of the distinct values must fit a form; samples have mistakes in them, and mistakes are all distinct
SOME = 0.04  # of them must be read by a form for it to be agreed on, and not a slip
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
FIRST_YEAR, LAST_YEAR = 1900, 2100
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
DAYS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%B %d, %Y",
)
TIMES = ("%H:%M:%S", "%H:%M", "%H时%M分", "%H时")
FORMS = (
    *DAYS,
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y%m%d%H%M%S",
    *(f"{day} {time}" for day in DAYS for time in TIMES),
)
NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.(\d{1,10}))?$", re.ASCII)
PERSON_ID = re.compile(r"[1-9]\d{16}[\dXx]$", re.ASCII)
MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}$", re.ASCII)
PERSONAL_NAMES = re.compile(
    r"姓名|身份证|电话|手机|联系人|填报人|报警人|操作员|经办人|出生日期|证件号|first.?name|last.?name|patient.?name|phone|mobile|e-?mail|ssn|passport|birth|typist|inputer",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    """One column of a sample.  `words` are its distinct values that are not missing, the frequent ones first."""

    name: str
    rows: int
    filled: int
    words: dict[str, int] = field(default_factory=dict, repr=False)
    distinct: int = 0
    missing: tuple[str, ...] = ()  # texts in it that stand for no value
    dates: tuple[str, ...] = ()  # the forms of its dates, in the order in which they are needed
    decimals: int | None = None  # places of its numbers; None where it has no numbers
    yes_no: tuple[str, str] | None = None
    personal: str | None = None  # why its values are somebody's own
    listed: bool = False  # a list, or an object: not a plain cell

    @property
    def unique(self) -> bool:
        """Whether nearly every row has a value of its own: in a sample some rows repeat a number by mistake."""
        return self.rows > 0 and min(self.distinct, self.filled) >= UNIQUE * self.rows

    @property
    def timed(self) -> bool:
        """Whether its dates have a time of day."""
        return any("%H" in form for form in self.dates)


def look(rows: pa.Table) -> list[Column]:
    """Return what every column of a sample looks like; place columns (`@row` ...) are left out."""
    return [_look(name, rows[name]) for name in rows.column_names if not name.startswith("@")]


def _look(name: str, cells: pa.ChunkedArray) -> Column:
    if pa.types.is_nested(cells.type):
        return Column(name, len(cells), len(cells) - cells.null_count, listed=True)
    text = pc.utf8_trim_whitespace(as_text(cells.combine_chunks()))
    given = text.filter(pc.fill_null(pc.not_equal(text, ""), fill_value=False))
    counted = pc.value_counts(given)
    order = pc.sort_indices(pc.struct_field(counted, "counts"), sort_keys=[("", "descending")])[:WORDS]
    words = {str(each["values"]): int(each["counts"]) for each in counted.take(order).to_pylist()}
    missing = tuple(word for word in words if word in MISSING)
    for word in missing:
        if len(words) > 1 and not (word == "无" and "有" in words):
            del words[word]
    values = [half_width(word) for word in words]
    whole = Column(name, len(cells), sum(words.values()), words, len(words) if len(counted) <= WORDS else len(counted))
    return Column(
        **{
            **vars(whole),
            "missing": tuple(word for word in missing if word not in words),
            "dates": _dates(values),
            "decimals": _decimals(values),
            "yes_no": next((pair for pair in YES_NO if _fits(words, sum(words.get(word, 0) for word in pair))), None),
            "personal": _personal(name, values),
        }
    )


def _fits(words: dict[str, int], fitting: int) -> bool:
    """Whether so many filled cells are enough of all of them."""
    return bool(words) and fitting >= (1 - SOME) * sum(words.values())


def _dates(values: list[str]) -> tuple[str, ...]:
    """Return the fewest known forms that read nearly all values; a form that reads most comes first."""
    left: list[str] = values[:500]
    some, enough = max(SOME * len(left), 1), len(left) * (1 - MOST)
    forms: list[str] = []
    while left:
        reading = {form: [value for value in left if not _reads(value, form)] for form in FORMS}
        best = min(reading, key=lambda form: len(reading[form]))
        if len(left) - len(reading[best]) < some:
            break
        forms.append(best)
        left = reading[best]
    return tuple(forms) if values and len(left) <= enough else ()


def _reads(value: str, form: str) -> bool:
    if form == "%Y%m%d" and len(value) != len("20260101"):
        return False  # strptime reads shorter ones too
    try:
        year = datetime.strptime(value, form).year  # noqa: DTZ007 - only whether it is a date
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


def _decimals(values: list[str]) -> int | None:
    found = [match for value in values if (match := NUMBER.match(value))]
    return max(len(match[1] or "") for match in found) if found and len(found) >= MOST * len(values) else None


def _personal(name: str, values: Iterable[str]) -> str | None:
    values = list(values)
    if PERSONAL_NAMES.search(name):
        return "its name"
    for what, form in (("numbers of identity cards", PERSON_ID), ("numbers of mobile phones", MOBILE)):
        if values and sum(bool(form.match(value)) for value in values) > len(values) / 2:
            return what
    return None
