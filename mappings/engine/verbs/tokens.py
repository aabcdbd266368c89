"""`token:`: a personal identifier to a keyed pseudonym, before anything else of it is written down.

The token is 44 hexadecimal digits: the version of this recipe (2), a tag of the purpose (2), and 160 bits of
HMAC-SHA-256 over the normalised identifier under the purpose's own key.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hub.personal import resident
from hub.placeholders import stands_for_nobody
from hub.pseudonyms import token_key
from hub.vehicle_numbers import is_vehicle_number
from mappings.engine.arrays import any_true, by_distinct, failed, only_where
from mappings.engine.model.rule import Fault, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from mappings.engine.model.rule import Moment

VERSION = "01"
DIGITS = 40
PERSON, VEHICLE = "person", "vin"
LONE_X = re.compile("(?<!X)X(?!X)", re.IGNORECASE)  # a letter of the number of a vehicle, and its check digit
DOCUMENT = range(5, 21)  # characters of a passport or permit number


@dataclass(frozen=True)
class Tokens:
    """Tokens of one purpose.

    For the purpose `person` a resident identity number must have its right check digit; for the purpose `vin` the
    number of a vehicle must have the form of one and, where its country prescribes it, its check digit.  Of no purpose
    is what stands for nobody (`hub/placeholders.py`): the masked numbers of a hundred people would be one person.
    """

    purpose: str

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the tokens; null with NO_IDENTITY for a placeholder, with BAD_IDENTIFIER for an invalid identifier."""
        tokens = by_distinct(text, self._tokens, pa.string())
        lost = failed(text, tokens)
        if not any_true(lost):
            return Outcome(tokens)
        nobody = pc.and_(
            lost, pc.fill_null(by_distinct(only_where(lost, text), self._nobody, pa.bool_()), fill_value=False)
        )
        wrong = pc.and_not(lost, nobody)
        return Outcome(tokens, (Fault("NO_IDENTITY", nobody), Fault("BAD_IDENTIFIER", wrong, self.expected)))

    def _tokens(self, texts: list[str | None]) -> list[str | None]:
        key = token_key(self.purpose)
        head = VERSION + sha256(self.purpose.encode()).hexdigest()[:2]
        is_right = CHECKS[self.purpose].is_right if self.purpose in CHECKS else None
        return [
            None if each is None or nobody else _token(normal(each), key, head, is_right)
            for each, nobody in zip(texts, self._nobody(texts), strict=True)
        ]

    def _nobody(self, texts: list[str | None]) -> list[bool | None]:
        """Return which texts stand for nobody; a single X within the number of a vehicle masks nothing."""
        shown = [LONE_X.sub("A", each) if each and self.purpose == VEHICLE else each for each in texts]
        return [None if each is None else stands_for_nobody(each) for each in shown]

    @property
    def expected(self) -> str:
        """The standard of the identifiers of this purpose, for a finding; empty where there is none."""
        return CHECKS[self.purpose].standard if self.purpose in CHECKS else ""


def normal(identifier: str) -> str:
    """Return the identifier in the one form that is hashed: compatibility forms folded, upper case, no blanks."""
    if not identifier.isascii():
        identifier = unicodedata.normalize("NFKC", identifier)
    return "".join(identifier.upper().split())


def _token(identifier: str, key: bytes, head: str, is_right: Callable[[str], bool] | None) -> str | None:
    if not identifier or (is_right is not None and not is_right(identifier)):
        return None
    return head + hmac.digest(key, identifier.encode(), "sha256").hex()[:DIGITS]


def is_plausible(identifier: str) -> bool:
    """Whether it is a valid resident identity number, or has letters and so is a passport or a permit."""
    body = identifier.removesuffix("X")
    if body.isdigit():
        return identifier.isascii() and resident(identifier)
    return identifier.isascii() and identifier.isalnum() and len(identifier) in DOCUMENT


class IdentifierCheck(NamedTuple):
    """What an identifier of one purpose must be, and the standard that says so."""

    is_right: Callable[[str], bool]
    standard: str


CHECKS = {PERSON: IdentifierCheck(is_plausible, "GB 11643"), VEHICLE: IdentifierCheck(is_vehicle_number, "GB 16735")}
