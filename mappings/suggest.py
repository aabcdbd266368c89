"""Suggestions for an unknown source value: the code whose label, or whose known values, it is most like."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from mappings.engine.text.repair import half_width
from standards import standard
from standards.likeness import digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from standards import CodeList

CUTOFF = 0.5  # less alike than this is no suggestion
CONTAINED = 0.85  # one of the two is a part of the other: 电动自行车 and 电动自行车(两轮)
SHORTEST = 2  # characters that a part must have to mean anything
ABBREVIATION = 3  # letters: ITA stands in Ruritania, and AQ is nearly QQ, by chance only


@dataclass(frozen=True)
class Suggestion:
    """A code, what it was suggested by, and how alike the two are (0 to 1)."""

    code: str
    because: str
    likeness: float


def suggestion(value: str, codes: CodeList, known: Mapping[str, str | None]) -> Suggestion | None:
    """Return the most likely code of an unknown value; None when nothing is like it.  A person decides about it.

    Args:
        value: The value, as the agency writes it.
        codes: The codes of the list with their labels.
        known: The entries of the crosswalk, value to code.
    """
    best: Suggestion | None = None
    for text, code in _texts(codes, known):
        likeness = _likeness(_plain(value), _plain(text))
        if likeness >= CUTOFF and (best is None or likeness > best.likeness):
            best = Suggestion(code, text, round(likeness, 2))
    return best


def _texts(codes: CodeList, known: Mapping[str, str | None]) -> Iterable[tuple[str, str]]:
    """Yield every text that stands for a code: known values first, so that they win a draw, then codes and labels.

    A list may have a list of aliases beside it (`country_alias`), whose parents are its codes.
    """
    yield from ((text, code) for text, code in known.items() if text and code)
    yield from texts_of(codes.name)


@cache
def texts_of(codelist: str) -> tuple[tuple[str, str], ...]:
    """Return every text that stands for a code of the list, with the code: codes, labels, and those of its aliases."""
    found = []
    lists = standard().codelists
    for each, stands_for in ((lists[codelist], "code"), (lists.get(f"{codelist}_alias"), "parent")):
        for line in each.table.to_pylist() if each else ():
            found += [(line[name], line[stands_for]) for name in ("code", "label_zh", "label_en") if line[name]]
    return tuple(found)


def _plain(text: str) -> str:
    return half_width(text).casefold().replace("_", " ").strip()


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if digits(one) != digits(other) or not any(sign.isalpha() for sign in one):
        return 0.0  # neighbouring numbers of a list mean quite different things
    if any(each.isascii() and len(each) <= ABBREVIATION for each in (one, other)):
        return 0.0
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST and shorter in longer:
        return max(CONTAINED, len(shorter) / len(longer))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= CUTOFF else 0.0
