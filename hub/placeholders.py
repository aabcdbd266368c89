"""Placeholders in the place of an identity: masked numbers, words for "not known", digits typed to fill the cell.

One rule for every kind of token.  Two people of whom nobody knows the number are not one person: such a value yields
no token.  The words stand in `placeholders.csv`: `nothing` says that there is no value, `somebody` says who it is
without a name.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

MASKS = (
    r"[*＊⁎∗✱●○•◯〇■□█▓▒░◆◇▲△★☆?？_#＃…~×✕某]",
    r"\.{3}",
    r"(?<![a-z])x{2,}",
    r"[0-9]x+[0-9]",
    r"(?<![\u3400-\u9fff][a-z])x{2,}(?=x|[0-9])",  # Exx345678; the plate 粤BXX123 is one
)
MASKING = re.compile("|".join(MASKS), re.IGNORECASE)
SEPARATORS = re.compile(r"[\s\-_/\\.,:;'\"()·]+")
BETWEEN = re.compile("[、，,;；/]")
LONG_ENOUGH = 5  # signs of a number that can be all alike by mistake
ROUND = "0123456789" * 4
BACK = ROUND[::-1]


@cache
def words(kind: str | None = None) -> frozenset[str]:
    """Return the words of a kind (`nothing`, `somebody`), of both when None; in lower case, without blanks."""
    with Path(__file__).with_name("placeholders.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(plain(line["word"]) for line in csv.DictReader(file) if kind in {None, line["kind"]})


def plain(text: str) -> str:
    """Return a value as it is compared: compatibility forms folded, lower case, without blanks and separators."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text).lower())


def stands_for_nobody(identity: str) -> bool:
    """Whether a value that should identify somebody identifies nobody: masked, a word for nothing, or mere filling.

    The value may be of any kind (a number, a name, a plate).  Nothing is said about whether it is a right number.
    """
    if MASKING.search(identity):
        return True
    if plain(identity) in words() or all(plain(part) in words() or not plain(part) for part in BETWEEN.split(identity)):
        return True
    bare = plain(identity)
    digits = "".join(char for char in bare if char.isdigit())
    return _is_filling(bare) or (2 * len(digits) > len(bare) and _alike(digits))


def _is_filling(signs: str) -> bool:
    """Whether signs were typed to fill a field: all alike, one pair over and over, or digits counted up or down.

    Zeros at the end do not count: `123456000000000000` is filling too.  `E12345678` may be a passport.
    """
    if _alike(signs):
        return True
    body = signs.rstrip("0")
    return any(len(each) > LONG_ENOUGH and each in way for each in (signs, body) for way in (ROUND, BACK))


def _alike(signs: str) -> bool:
    pair = signs == (signs[:2] * len(signs))[: len(signs)]
    return len(signs) >= LONG_ENOUGH and (
        pair or (len(signs.rstrip("0")) > LONG_ENOUGH and len(set(signs.rstrip("0"))) == 1)
    )
