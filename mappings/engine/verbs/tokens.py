"""`token:`: a personal identifier to a keyed pseudonym, before anything else of it is written down.

The token is 44 hexadecimal digits: the version of this recipe (2), a tag of the purpose (2), and 160 bits of
HMAC-SHA-256 over the normalised identifier under the purpose's own key.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from operator import mul
from typing import TYPE_CHECKING

import pyarrow as pa

from hub.tokens import token_key
from mappings.engine.arrays import by_distinct, failed
from mappings.engine.rule import Fault, Outcome

if TYPE_CHECKING:
    from mappings.engine.rule import Moment

VERSION = "01"
DIGITS = 40
PERSON = "person"
EXPECTED = "GB 11643"
RESIDENT_DIGITS = 18
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
DOCUMENT = range(5, 21)  # characters of a passport or permit number


@dataclass(frozen=True)
class Tokens:
    """Tokens of one purpose.  For the purpose `person` a resident identity number must have its right check digit."""

    purpose: str

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the tokens; null with BAD_IDENTIFIER for what cannot be an identifier."""
        tokens = by_distinct(text, self._tokens, pa.string())
        return Outcome(tokens, (Fault("BAD_IDENTIFIER", failed(text, tokens), EXPECTED),))

    def _tokens(self, words: list[str]) -> list[str | None]:
        key = token_key(self.purpose)
        head = VERSION + sha256(self.purpose.encode()).hexdigest()[:2]
        return [_token(normal(word), key, head, checked=self.purpose == PERSON) for word in words]


def normal(identifier: str) -> str:
    """Return the identifier in the one form that is hashed: compatibility forms folded, upper case, no blanks."""
    if not identifier.isascii():
        identifier = unicodedata.normalize("NFKC", identifier)
    return "".join(identifier.upper().split())


def _token(identifier: str, key: bytes, head: str, *, checked: bool) -> str | None:
    if not identifier or (checked and not _plausible(identifier)):
        return None
    return head + hmac.digest(key, identifier.encode(), "sha256").hex()[:DIGITS]


def _plausible(identifier: str) -> bool:
    """Whether it is a valid resident identity number, or has letters and so is a passport or a permit."""
    body = identifier.removesuffix("X")
    if body.isdigit():
        return identifier.isascii() and _resident(identifier)
    return identifier.isascii() and identifier.isalnum() and len(identifier) in DOCUMENT


def _resident(number: str) -> bool:
    """Whether check digit (ISO 7064 MOD 11-2) and day of birth of an 18-digit number are right.

    Not python-stdnum's `is_valid`: that also wants the county to have existed in the year of birth, which turns away
    people who were registered later, and does not know the residents of Hong Kong, Macao and Taiwan (81, 82, 83).
    A test holds that the check digit is python-stdnum's; every person of a file passes here, so this one is in C.
    """
    if len(number) != RESIDENT_DIGITS or not number[:-1].isdigit():
        return False
    if CHECKS[sum(map(mul, WEIGHTS, map(int, number[:-1]))) % len(CHECKS)] != number[-1]:
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True
