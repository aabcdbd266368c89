"""Texts that match a regular expression: values for fields of which the standard states a pattern only."""

from __future__ import annotations

import re
import string
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

MORE = 8  # repetitions where a pattern sets no end
SIGNS = string.ascii_letters + string.digits
Part = tuple[str, Any]  # an operation and what it is about


def text_of(pattern: str, random: Random) -> str:
    """Return a text that matches a pattern of the standard as a whole.

    Args:
        pattern: A regular expression with classes, groups, alternatives and repetitions, as schemas use them.
        random: Decides among what the pattern allows.

    >>> from random import Random
    >>> text_of("^[0-9]{3}-(a|b)$", Random(1))
    '914-a'
    """
    return "".join(_texts(_parsed(pattern), random))


@cache
def _parsed(pattern: str) -> list[Part]:
    return _parts(import_module("re._parser").parse(pattern, re.ASCII))


def _parts(parsed: Iterable[tuple[Any, Any]]) -> list[Part]:
    """Return the operations by their names, the classes as the signs of which one is drawn."""
    found: list[Part] = []
    for operation, value in parsed:
        name = str(operation)
        if name == "LITERAL":
            found.append((name, chr(value)))
        elif name == "ANY":
            found.append(("IN", SIGNS))
        elif name == "IN":
            found.append((name, _signs(value)))
        elif name == "SUBPATTERN":
            found.append((name, _parts(value[-1])))
        elif name == "BRANCH":
            found.append((name, [_parts(each) for each in value[1]]))
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            least, most, repeated = value
            found.append(("REPEAT", (least, min(int(most), least + MORE), _parts(repeated))))
        elif name != "AT":
            raise ValueError(f"no text for {name}")
    return found


def _texts(parts: list[Part], random: Random) -> Iterator[str]:
    for name, value in parts:
        if name == "LITERAL":
            yield value
        elif name == "IN":
            yield random.choice(value)
        elif name == "SUBPATTERN":
            yield from _texts(value, random)
        elif name == "BRANCH":
            yield from _texts(random.choice(value), random)
        else:
            least, most, repeated = value
            for _ in range(random.randint(least, most)):
                yield from _texts(repeated, random)


def _signs(members: list[tuple[Any, Any]]) -> str:
    """Return the signs of a class, letters and digits where it names others than it has."""
    if str(members[0][0]) == "NEGATE":
        excluded = _signs(members[1:])
        return "".join(sign for sign in SIGNS if sign not in excluded)
    found = []
    for operation, value in members:
        name = str(operation)
        if name == "LITERAL":
            found.append(chr(value))
        elif name == "RANGE":
            found += [chr(code) for code in range(value[0], value[1] + 1)]
        else:  # a category such as \d
            found += [sign for sign in SIGNS if re.match({"CATEGORY_DIGIT": r"\d"}.get(str(value), r"\w"), sign)]
    return "".join(found)
