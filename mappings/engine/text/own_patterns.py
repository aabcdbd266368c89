"""Search patterns for the values of a row's personal columns, and their places in one text."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hub import personal
from hub.placeholders import words
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEVERAL = r"[、,，;；/／|()（）\[\]【】:：\n\t]+|和|及"  # two persons, or a person and a number, in one cell
SHORTEST_NUMBER, SHORTEST_LATIN, SHORTEST_NAME = 7, 4, 2  # digits; Latin letters; Chinese signs
LONGEST_NAME = 40
VARIED = 3  # distinct signs of a number that identifies a person: 0000000 does not
CACHED = 20_000  # personal values that are cached with their patterns
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
BETWEEN = rf"(?:[\s·•・.\-_]|{personal.UNSEEN})"  # what may stand between the signs of a value
SIGNS_BETWEEN = re.compile(f"{BETWEEN}+")
LATIN = re.compile(r"[a-z0-9]")
DIGIT = re.compile("[0-9]")
MOBILE = re.compile(personal.MOBILE.replace(personal.GAP, ""))
COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
COUNTRY_BEFORE = re.compile(rf"(?<![0-9])\+?(?:00)?86{BETWEEN}*$")
ORGANISATION = re.compile(
    r"(?:公司|医院|卫生院|诊所|学校|大学|中学|小学|幼儿园|中心|支队|大队|中队|站|局|所|厂|店|部|处|科|室|队|院|会)$"
)


class Sought(NamedTuple):
    """A value to search for: its plain signs, and what replaces it."""

    plain: str
    replacement: str


class Span(NamedTuple):
    """Where a value stands in a text, 0-based and until before `end`, and what replaces it."""

    begin: int
    end: int
    replacement: str


@lru_cache(maxsize=CACHED)
def sought(written: str) -> tuple[Sought, ...]:
    """Return the values to search for where `written` is the cell of a personal column; none for a placeholder.

    A cell may name several; a short number, one Chinese sign or a few Latin letters are too common to be searched for.
    """
    if MOBILE.fullmatch(written):  # most numbers are: the long way comes to the same
        return (Sought(written, personal.mark("phone")),) if len(set(written)) >= VARIED else ()
    parts = dict.fromkeys(re.split(SEVERAL, personal.half(written)))
    return tuple(each for part in parts for each in [_sought(part.strip())] if each is not None)


def _sought(part: str) -> Sought | None:
    plain = COUNTRY.sub("", closed(part).lower())
    if not plain or plain in ordinary_values() or len(plain) > LONGEST_NAME or personal.MASK in plain:
        return None
    kind = personal.PERSON
    if CHINESE.search(plain):
        if len(plain) < SHORTEST_NAME or ORGANISATION.search(plain):
            return None
    elif any(char.isdigit() for char in plain):
        if len(plain) < SHORTEST_NUMBER or len(set(plain)) < VARIED:
            return None
        kind = next((each.kind for each in personal.found(part)), "number")
    elif len(plain) < SHORTEST_LATIN:
        return None
    return Sought(plain, personal.mark(kind))


@cache
def ordinary_values() -> frozenset[str]:
    """Return the texts that stand in personal columns and identify no person: `hub/placeholders.csv`, places."""
    places = standard().codelists["region"].table["label_zh"].to_pylist()
    return words() | frozenset(place for place in places if place)


def small(text: str) -> str:
    """Return a text in half width and small letters; every character keeps its place."""
    plain = personal.half(text)
    lower = plain.lower()
    return lower if len(lower) == len(plain) else plain  # a sign whose small letter is two: rare enough


def closed(text: str) -> str:
    """Return a text without the signs that may stand between those of a value."""
    return SIGNS_BETWEEN.sub("", text)


def without(text: str, values: Iterable[Sought]) -> str:
    """Return a text with marks in the place of the values."""
    plain = small(text)
    close = closed(plain)
    there = [value for value in values if value.plain in close]
    if not there:
        return text
    places, after = list[int](), 0
    for gap in SIGNS_BETWEEN.finditer(plain):
        places += range(after, gap.start())
        after = gap.end()
    places += range(after, len(plain))
    for begin, end, shown in reversed(
        _apart([span for value in there for span in _spans(value, plain, close, places)])
    ):
        text = f"{text[:begin]}{shown}{text[end:]}"
    return text


def _spans(value: Sought, plain: str, close: str, places: list[int]) -> Iterator[Span]:
    """Yield where a value stands in a text, and its mark; `places` are those of the signs of `close`.

    A number does not stand within a longer one, a Latin name not within a word; the code of the country goes with it.
    """
    at, size, digits = close.find(value.plain), len(value.plain), value.plain.isdigit()
    while at >= 0:
        begin, end = places[at], places[at + size - 1] + 1
        if digits and at and (code := COUNTRY_BEFORE.search(plain, 0, begin)):
            begin = code.start()
        before, after = plain[begin - 1 : begin] if begin else "", plain[end : end + 1]
        stops = DIGIT if digits else LATIN
        free = not (LATIN.match(value.plain[0]) and stops.match(before)) and not (
            LATIN.match(value.plain[-1]) and stops.match(after)
        )
        if free:
            yield Span(begin, end, value.replacement)
        at = close.find(value.plain, at + (size if free else 1))


def _apart(spans: list[Span]) -> list[Span]:
    """Return the spans in order, without those that begin within an earlier or longer one."""
    separate: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.begin, -each.end)):
        if not separate or span.begin >= separate[-1].end:
            separate.append(span)
    return separate
