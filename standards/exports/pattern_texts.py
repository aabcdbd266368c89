"""Texts that match a regular expression: values for fields of which the standard states a pattern only."""

from __future__ import annotations

import re
import string
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

MORE = 8  # repetitions where a pattern sets no end
SIGNS = string.ascii_letters + string.digits


def text_of(pattern: str, random: Random) -> str:
    """Return a text that matches a pattern of the standard as a whole.

    Args:
        pattern: A regular expression with classes, groups, alternatives and repetitions, as schemas use them.
        random: Decides among what the pattern allows.

    >>> from random import Random
    >>> text_of("^[0-9]{3}-(a|b)$", Random(1))
    '914-a'
    """
    parsed = import_module("re._parser").parse(pattern, re.ASCII)
    return "".join(_texts(parsed, random))


def _texts(parts: Iterable[tuple[Any, Any]], random: Random) -> Iterable[str]:
    for operation, value in parts:
        name = str(operation)
        if name == "LITERAL":
            yield chr(value)
        elif name == "ANY":
            yield random.choice(SIGNS)
        elif name == "IN":
            yield random.choice(_signs(value))
        elif name == "SUBPATTERN":
            yield from _texts(value[-1], random)
        elif name == "BRANCH":
            yield from _texts(random.choice(value[1]), random)
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            least, most, repeated = value
            for _ in range(random.randint(least, min(int(most), least + MORE))):
                yield from _texts(repeated, random)
        elif name != "AT":
            raise ValueError(f"no text for {name}")


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
