"""Units of measure: `units.csv`, the symbols that senders write and what each is worth.

`symbol,unit,factor,label_zh,label_en,source`: one `symbol` is `factor` of `unit`, exactly; a factor that is no decimal
is a fraction (亩 is 2000/3 m2).  Symbols with the same `unit` can be turned into each other, others never: there
are no rates between currencies, and a month has no length in days.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("units.csv")
COLUMNS = ["symbol", "unit", "factor", "label_zh", "label_en", "source"]


@dataclass(frozen=True)
class Unit:
    """One symbol: `factor` of the unit `base` (kg, m2, CNY, person ...)."""

    symbol: str
    base: str
    factor: Fraction
    label: dict[str, str]
    source: str

    def in_terms_of(self, other: Unit) -> Fraction | None:
        """Return how many of `other` one of these is; None for another dimension or currency."""
        return self.factor / other.factor if self.base == other.base else None


@cache
def units() -> dict[str, Unit]:
    """Return every unit by its symbol in normal form."""
    with PATH.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {normal(row["symbol"]): _unit(row) for row in reversed(rows)}


def unit_of(symbol: str) -> Unit | None:
    """Return the unit that is written so, None for one that the table does not have."""
    return units().get(normal(symbol))


def symbols_of(base: str) -> list[str]:
    """Return the symbols of a unit, in the order of the file."""
    return [unit.symbol for unit in reversed(units().values()) if unit.base == base]


def normal(symbol: str) -> str:
    """Return a symbol without blanks, case and a full stop at its end: `US $`, `Lb.` and `㎡` are us$, lb and m2."""
    return "".join(unicodedata.normalize("NFKC", symbol).casefold().split()).removesuffix(".")


def _unit(row: dict[str, str]) -> Unit:
    labels = {"zh": row["label_zh"], "en": row["label_en"]}
    return Unit(row["symbol"], row["unit"], Fraction(row["factor"]), labels, row["source"])
