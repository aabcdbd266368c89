"""Date forms of a column: which strptime forms read its values, and what the values leave open.

Two things cannot be seen in some samples and are never guessed: whether 03/05/2026 is in March or in May, and whether
midnight is a time or stands for a day.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 0.8  # of the distinct values must fit; samples have mistakes in them, and mistakes are all distinct
SOME = 0.04  # of them must be read by a form for it to be agreed on, and not a slip
MOST_VALUES = 500  # distinct values
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAYS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%B %d, %Y",
    "%d %B %Y",
)
TIMES = ("%H:%M:%S", "%H:%M", "%H时%M分", "%H时", "%I:%M:%S %p", "%I:%M %p")
MONTHS = ("%Y-%m", "%Y/%m", "%Y年%m月", "%b %Y", "%B %Y")
FORMS = (
    *DAYS,
    *MONTHS,
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y%m%d%H%M%S",
    *(f"{day} {clock}" for day in DAYS for clock in TIMES),
)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?")
RUN_OF_DIGITS, RUN_OF_LETTERS = re.compile("[0-9]+"), re.compile("[A-Za-z]+")
DIRECTIVE = re.compile("(?:%[YymdHIMS])+")
NAMED_DIRECTIVE = re.compile("%[bBp]")
CLOCK = re.compile(r"%[HI].*$")
FIXED_WIDTH = {"%Y%m%d": 8, "%Y%m%d%H%M%S": 14}  # strptime reads shorter ones too


@dataclass(frozen=True)
class Dates:
    """How the values of a column are read as dates.

    `forms` are in the order in which they are needed, empty for what is no date.  `rivals` are two forms that read
    every value in two ways; `forms` is empty then, too.  `order` is "dm" or "md" where the values prove it.
    `midnight` says that every time is midnight, `first_of_month` that every day is the first.
    """

    forms: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    order: str = ""
    midnight: bool = False
    first_of_month: bool = False

    def settled(self, order: str) -> Dates:
        """Return the same with the rival form of this order of day and month."""
        chosen = tuple(form for form in self.rivals if order_of(form) == order)
        return Dates(chosen, (), order, self.midnight, self.first_of_month) if chosen else self


NO_DATES = Dates()


def is_date_shaped(value: str) -> bool:
    """Whether a value has the shape of a date, of whatever form, without asking whether that day exists."""
    return _shape(value) in _forms_by_shape() or ISO.fullmatch(value) is not None


def dates_of(values: Iterable[str]) -> Dates:
    """Return how distinct values are read as dates, when nearly all of them are."""
    given = list(values)[:MOST_VALUES]
    shapes = Counter(map(_shape, given))
    if not given or sum(count for shape, count in shapes.items() if shape in _forms_by_shape()) < MOST * len(given):
        return _iso(given)
    read = {form: set(found) for form in _candidates(shapes) if (found := _moments(given, form))}
    forms, left = [], set(given)
    while read:
        form = max(read, key=lambda each: len(read[each] & left))  # the first of equals: FORMS has the likelier first
        if len(read[form] & left) < max(SOME * len(given), 1):
            break
        forms.append(form)
        left -= read.pop(form)
    if len(left) > len(given) * (1 - MOST):
        return NO_DATES
    moments = [moment for form in forms for moment in _moments(given, form).values()]
    timed = any("%H" in form or "%I" in form for form in forms)
    daily = all("%d" in form for form in forms)
    first = daily and len(moments) > 2 and all(each.day == 1 for each in moments)  # noqa: PLR2004 - two may be a chance
    midnight = timed and all(moment.time() == time() for moment in moments)
    rivals = _rivals(forms, given)
    if rivals:
        return Dates((), rivals, "", midnight, first)
    ordered = (*_midnight_forms(forms, given), *forms) if midnight else tuple(forms)
    return Dates(ordered, (), next(filter(None, map(order_of, forms)), ""), midnight, first)


def _iso(values: Sequence[str]) -> Dates:
    """Return the reading of moments as ISO 8601 writes them, with fractions and zones, if nearly all of them are."""
    found = [value for value in values if ISO.fullmatch(value)]
    if not found or len(found) < MOST * len(values):
        return NO_DATES
    clocks = {value[10:] for value in found}
    midnight = len(clocks) == 1 and all(map(MIDNIGHT.fullmatch, clocks))
    forms = (f"%Y-%m-%d{clocks.pop()}", "iso") if midnight else ("iso",)
    first = len(found) > 2 and all(value[8:10] == "01" for value in found)  # noqa: PLR2004 - two may be a chance
    return Dates(forms, (), "", midnight, first)


def order_of(form: str) -> str:
    """Return "dm" or "md" for a form in which day and month might be taken for each other, else ""."""
    day, month = form.find("%d"), form.find("%m")
    if min(day, month) < 0 or form.startswith("%Y"):
        return ""
    return "dm" if day < month else "md"


def _rivals(forms: Sequence[str], values: Sequence[str]) -> tuple[str, ...]:
    """Return the form and its twin with day and month exchanged, where both read the same values."""
    for form in forms:
        if order_of(form):
            twin = form.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
            if twin in FORMS and _moments(values, form).keys() <= _moments(values, twin).keys():
                return form, twin
    return ()


def _midnight_forms(forms: Iterable[str], values: Sequence[str]) -> tuple[str, ...]:
    """Return the forms with midnight as it is written, so that these values count as days: 05/01/2026 12:00:00 AM."""
    found: dict[str, None] = {}
    for form in forms:
        day = CLOCK.sub("", form)
        if day == form:
            continue
        for value in _moments(values, form):
            clock = re.search(r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?$|\d{1,2}时(?:\d{1,2}分)?$|Z$", value)
            if clock and "%" not in clock[0]:
                found[day + clock[0]] = None
    return tuple(found) if len(found) <= 2 else ()  # noqa: PLR2004 - more spellings than that are a mess


def _moments(values: Iterable[str], form: str) -> dict[str, datetime]:
    return {value: moment for value in values if (moment := _moment(value, form))}


@lru_cache(maxsize=20_000)
def _moment(value: str, form: str) -> datetime | None:
    if len(value) != FIXED_WIDTH.get(form, len(value)):
        return None
    try:
        moment = datetime.strptime(value, form)  # noqa: DTZ007 - only whether it is a date
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _shape(value: str) -> str:
    """Return a value with every run of digits as 9 and of letters as a: only forms of its shape can read it."""
    return RUN_OF_LETTERS.sub("a", RUN_OF_DIGITS.sub("9", value))


@cache
def _forms_by_shape() -> dict[str, list[str]]:
    shapes: dict[str, list[str]] = {}
    for form in FORMS:
        shape = RUN_OF_LETTERS.sub("a", NAMED_DIRECTIVE.sub("A", DIRECTIVE.sub("9", form)))
        shapes.setdefault(shape, []).append(form)
    return shapes


def _candidates(shapes: Iterable[str]) -> list[str]:
    found = {form for shape in shapes for form in _forms_by_shape().get(shape, ())}
    return [form for form in FORMS if form in found]
