"""Known texts that are like an unknown one: by the spelling of words, never by the digits of numbers.

5042 is not like 5025: neighbouring numbers of a code list mean quite different things.  So a proposal differs in
letters only; its digits are those of the unknown text, but for zeros in front.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PROPOSED = 3
LEAST = 2  # characters of a text that is searched for inside of others
NUMBER = re.compile("[0-9]+")


def alike(text: str, known: Iterable[str], cutoff: float = 0.5) -> list[str]:
    """Return up to three of the known texts that are like `text`: those that contain it, else the most similar first.

    >>> alike("fire", ["fire_door", "flood"])
    ['fire_door']
    >>> alike("5042", ["5025", "05042"])
    ['05042']
    """
    numbers = digits(text)
    pool = [each for each in known if digits(each) == numbers]
    if not any(sign.isalpha() for sign in text):
        return [each for each in pool if not any(sign.isalpha() for sign in each)][:PROPOSED]
    holding = [each for each in pool if len(text) >= LEAST and text.casefold() in each.casefold()]
    return (holding or get_close_matches(text, pool, n=PROPOSED, cutoff=cutoff))[:PROPOSED]


def digits(text: str) -> tuple[str, ...]:
    """Return the numbers in a text without leading zeros: a code that lost its zeros has the same.

    >>> digits("HS 0804.50")
    ('804', '50')
    """
    return tuple(each.lstrip("0") for each in NUMBER.findall(text))
