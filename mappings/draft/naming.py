"""Likeness of a column's name to the names of a field of the standard, in Chinese or English."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hub.yaml_text import load_yaml

if TYPE_CHECKING:
    from standards import Field

SYNONYMS, NAMES = (Path(__file__).with_name(name) for name in ("synonyms.yml", "names.yml"))
BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
LAST_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]{1,20})[)）\]】]\s*$")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SIGNS = re.compile(r"[\W_]+")
NUMBERED = re.compile(r"(?<=\D)\s?([1-9])(?=\D*$)")
HAN = re.compile("[\u4e00-\u9fff]")
ALIKE = 0.75
EXACT = 0.95  # a name that is a field's own, or what people call it
VAGUE = 0.6  # how like a name is at most that has only a general word in common with a field
OF_ITS_PARENT = ("id", "name", "type", "code", "value", "text")  # the last steps of paths that say nothing alone
COMPARED = 200_000  # pairs of names that are remembered: record types have most of their fields in common
SHORT = 3  # letters; shorter parts are compared as they are
EMPTY_PARTS = frozenset(
    {
        "of",
        "the",
        "a",
        "code",
        "text",
        "at",
        "no",
        "number",
        "name",
        "date",
        "time",
        "代码",
        "名称",
        "编号",
        "日期",
        "时间",
    }
)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return what people call each field, by the last part of its path, or by its block and that: `product.name`."""
    written: dict[str, list[str]] = load_yaml(SYNONYMS.read_text("utf-8"))
    return {field: tuple(plain(str(name)) for name in names) for field, names in written.items()}


@cache
def _names(kind: str) -> tuple[str, ...]:
    """Return the names, or parts of names, of one kind of `names.yml`."""
    return tuple(load_yaml(NAMES.read_text("utf-8"))[kind])


def is_generic(name: str) -> bool:
    """Whether a column's name is too general by itself, such as name or unit."""
    return plain(name) in _names("generic") or numbered(name)[0] in _names("generic")


def is_row_number(name: str) -> bool:
    """Whether a column is called as one that numbers the rows of its file."""
    bare = plain(name)
    return not bare or bare in _names("row_number") or (bare.isdigit() and not HAN.search(name))


def has_part(name: str, kind: str) -> bool:
    """Whether a column's name has a part of this kind: `amount` or `of_the_record`.

    An English part matches at the beginning of a word only: `age` is in `patient age`, not in `package`.
    """
    bare = f" {plain(name)}"
    return any((part if HAN.search(part) else f" {part}") in bare for part in _names(kind))


@cache
def plain(name: str) -> str:
    """Return a name in lower case and half width, words separated, without signs and text in brackets."""
    *outer, last = unicodedata.normalize("NFKC", name).split("/")
    text = f"{outer[-1]} {last}" if outer and last.casefold() in OF_ITS_PARENT else last
    bare = BRACKETS.sub(" ", text) if BRACKETS.sub("", text).strip() else text
    return " ".join(SIGNS.sub(" ", CAMEL.sub(" ", bare)).casefold().split())


def symbol_in(name: str) -> str | None:
    """Return what stands in brackets at the end of a column's name, where a unit has its place: 毛重(Kg) -> Kg."""
    found = LAST_BRACKETS.search(name)
    return found[1].strip() if found else None


@cache
def numbered(name: str) -> tuple[str, int | None]:
    """Return a name without the one number in it, and that number: product_2, 产品2类别."""
    found = NUMBERED.search(plain(name))
    if found is None:
        return plain(name), None
    rest = plain(name)[: found.start(1)] + plain(name)[found.end(1) :]
    return " ".join(rest.split()), int(found[1])


def likeness(name: str, field: Field, prefix: str = "") -> tuple[float, str]:
    """Return how like a column's name and a field are (0 to 1), and the name of the field that it is most like.

    Args:
        name: The name of the column.
        field: The field, which has names in several languages.
        prefix: What belongs in front of the field's names: the block or child that it is in, such as `product`.
    """
    tail = field.path.rpartition(".")[2]
    return _likest(name, _spoken(field.label["zh"], field.label["en"], field.name, tail, prefix))


@cache
def _spoken(zh: str, en: str, name: str, tail: str, prefix: str) -> tuple[str, ...]:
    """Return everything that a field is called, with and without what belongs in front of it."""
    common = (*synonyms().get(tail, ()), *synonyms().get(f"{prefix.replace(' ', '_')}.{tail}", ()))
    called = dict.fromkeys((plain(zh), plain(en), plain(name), plain(tail), *common))
    return tuple(dict.fromkeys(each for text in called for each in (text, f"{prefix} {text}".strip())))


@cache
def _likest(name: str, spoken: tuple[str, ...]) -> tuple[float, str]:
    best, whole, base = (0.0, ""), plain(name), numbered(name)[0]
    traits = _traits(whole) | _traits(base)
    for text in spoken:
        if traits.isdisjoint(_traits(text)):
            continue
        score = _alike(whole, text)
        if base != whole:
            score = max(score, 0.95 * _alike(base, text))
        if score < EXACT and text in _names("generic"):  # what kind, which unit: a part that may mean anything
            score = min(score, VAGUE)
        if score > best[0]:
            best = (score, text)
    return best


@cache
def _traits(text: str) -> frozenset[str]:
    """Return what a name has: two names without a common trait are not alike, and need no comparison.

    These are the name without blanks, its words that mean something, its pairs of letters if it is Chinese, and the
    letter that it begins with, if it is long enough to be misspelt.  A sign in front tells the kinds apart.
    """
    bare = text.replace(" ", "")
    pairs = {f"+{bare[at : at + 2]}" for at in range(len(bare) - 1)} if HAN.search(text) else set()
    first = {f"^{text[0]}"} if len(text) > SHORT else set()
    return frozenset({f"={bare}", *(f" {part}" for part in _parts(text) - EMPTY_PARTS), *pairs, *first})


@lru_cache(maxsize=COMPARED)
def _alike(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return 1.0
    if HAN.search(one) and HAN.search(other):
        return _alike_chinese(one.replace(" ", ""), other.replace(" ", ""))
    mine, others = _parts(one), _parts(other)
    common = mine & others
    if not common - EMPTY_PARTS:
        return _misspelt(one, other)
    return 0.95 * _weight(common) / _weight(mine | others)


def _misspelt(one: str, other: str) -> float:
    """Return how alike two names without a common word are; never enough for a rule."""
    if min(len(one), len(other)) <= SHORT or one[0] != other[0]:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return 0.6 * matcher.ratio() if matcher.quick_ratio() > ALIKE else 0.0


def _weight(parts: frozenset[str]) -> float:
    return sum(0.4 if part in EMPTY_PARTS else 1.0 for part in parts)


def _alike_chinese(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if shorter in longer and len(shorter) > 1:
        tail = 0.1 if longer.endswith(shorter) else 0.0  # what a Chinese name is about stands at its end
        return min(0.6 + 0.3 * len(shorter) / len(longer) + tail, 0.95)
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other)]
    both = len(pairs[0] & pairs[1])
    return 0.8 * 2 * both / (len(pairs[0]) + len(pairs[1])) if both else 0.0


@cache
def _parts(text: str) -> frozenset[str]:
    return frozenset(part.rstrip("s") if len(part) > SHORT else part for part in text.split())
