"""`unit:` and `currency:`: amounts with their unit, by the standard's table of units.

The unit of a number stands in its cell (3.5kg, US$ 20), else in another column, else it is the one that the mapping
names.  Units are turned into that of the field; money is not, for there are no rates: with `unit: currency` an amount
is only brought to whole ones (3万美元 is 30000), and `currency:` gives the ISO 4217 code beside it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import by_distinct, failed, only_where
from mappings.engine.model.rule import Fault, Outcome
from mappings.engine.verbs.numbers import SHORT, Numbers
from standards import standard
from standards.units import Unit, normal, symbols_of, unit_of

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment

AMOUNT = r"^(?P<before>[^0-9.,+-]*)(?P<number>[+-]?[.,]?[0-9](?:[0-9.,' ]*[0-9])?)(?P<after>[^0-9].*)?$"
IN_BRACKETS = r"^[(（]([^()（）]+)[)）]$"  # 100(万元)
CURRENCY = "currency"
CURRENCIES = "CNY, USD"  # as examples in a finding
PROPOSED = 3  # symbols of the wanted unit that a finding names
DIGITS = 12  # of a factor that leaves room for the number itself in 38 digits
READ = pa.decimal128(24, 10)  # a number before it is multiplied by a fraction


@dataclass(frozen=True)
class Units:
    """Numbers of the unit `into`; `given` is the unit of those without one, `column` holds that of others."""

    numbers: Numbers
    into: str
    given: str | None = None
    column: str | None = None
    missing: frozenset[str] = frozenset({""})

    def __call__(self, text: pa.Array, moment: Moment) -> Outcome:
        """Return converted numbers; null with BAD_NUMBER or OUT_OF_RANGE, UNKNOWN_UNIT where no way leads to it."""
        number, symbol = amounts(text)
        if self.column is not None:
            symbol = pc.coalesce(symbol, moment.beside(self.column, self.missing))
        if self.given is not None:
            symbol = pc.fill_null(symbol, self.given)
        units = pc.dictionary_encode(only_where(pc.is_valid(number), symbol))
        groups: dict[Fraction, list[int]] = defaultdict(list)
        for at, each in enumerate(units.dictionary.to_pylist()):
            factor = self._factor(each)
            if factor is not None:
                groups[factor].append(at)
        values, known = pa.nulls(len(text), self.numbers.type), pc.is_null(number)
        for factor, places in groups.items():
            mine = pc.is_in(units.indices, value_set=pa.array(places, units.indices.type))
            values = pc.coalesce(values, self._times(only_where(mine, number), factor, moment))
            known = pc.or_(known, mine)
        bad = pc.and_(failed(text, values), known)
        unknown = Fault("UNKNOWN_UNIT", pc.invert(known), self._proposed())
        return Outcome(values, (*self.numbers.faults(number, bad), unknown))

    def _factor(self, symbol: str) -> Fraction | None:
        """Return how many of the wanted unit one of `symbol` is."""
        if self.into == CURRENCY:
            money = currency_of(symbol)
            return money[1] if money else None
        one, other = unit_of(symbol), unit_of(self.into)
        return one.in_terms_of(other) if one and other else None

    def _times(self, number: pa.Array, factor: Fraction, moment: Moment) -> pa.Array:
        """Return the numbers times the factor, exactly; a factor that is no decimal is left to Python."""
        times = as_decimal(factor)
        if times is not None:
            return replace(self.numbers, times=times)(number, moment).values
        plain = replace(self.numbers, type=READ, places=READ.scale)(number, moment).values
        return by_distinct(plain, lambda each: [self._product(one, factor) for one in each], self.numbers.type)

    def _product(self, number: Decimal | None, factor: Fraction) -> Decimal | None:
        """Return the product rounded half up, None where the field cannot hold it."""
        product = Fraction(number or 0) * factor
        places = self.numbers.places
        scaled = abs(product) * 10**places + Fraction(1, 2)
        rounded = Decimal(scaled.numerator // scaled.denominator).scaleb(-places)
        whole = pa.types.is_integer(self.numbers.type)
        bound = 10 ** (SHORT if whole else self.numbers.type.precision - self.numbers.type.scale)
        if rounded >= bound or (whole and product.denominator != 1):
            return None
        return rounded.copy_sign(Decimal(-1 if product < 0 else 1))

    def _proposed(self) -> str:
        if self.into == CURRENCY:
            return CURRENCIES
        unit = unit_of(self.into)
        return ", ".join(dict.fromkeys([self.into, *symbols_of(unit.base)[:PROPOSED]])) if unit else self.into


@dataclass(frozen=True)
class Currencies:
    """Names and signs of currencies to ISO 4217 codes, alone or at an amount; `given` is that of a bare amount."""

    given: str | None = None

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return codes; null with UNKNOWN_CODE."""
        number, symbol = amounts(text)
        symbol = pc.if_else(pc.is_null(number), text, symbol)
        if self.given is not None:
            symbol = pc.if_else(pc.and_(pc.is_valid(number), pc.is_null(symbol)), self.given, symbol)
        codes = by_distinct(symbol, lambda texts: [(currency_of(each) or (None,))[0] for each in texts], pa.string())
        return Outcome(codes, (Fault("UNKNOWN_CODE", failed(text, codes), CURRENCIES),))


def amounts(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the number of each text, and what stands around it; null where there is none."""
    encoded = pc.dictionary_encode(text)
    parts = pc.extract_regex(encoded.dictionary, AMOUNT)
    number, *around = (pc.struct_field(parts, name) for name in ("number", "before", "after"))
    symbol = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*around, ""))
    symbol = pc.replace_substring_regex(symbol, IN_BRACKETS, r"\1")
    symbol = only_where(pc.fill_null(pc.not_equal(symbol, ""), fill_value=False), symbol)
    return number.take(encoded.indices), symbol.take(encoded.indices)


def currency_of(symbol: str) -> tuple[str, Fraction] | None:
    """Return the ISO 4217 code that a sign or name stands for, and how many whole ones it is worth."""
    unit = unit_of(symbol)
    if unit is not None and unit.base in currencies():
        return unit.base, unit.factor
    code = normal(symbol).upper()
    return (code, Fraction(1)) if code in currencies() else None


@cache
def currencies() -> frozenset[str]:
    """Return the codes of the standard's list of currencies."""
    return frozenset(standard().codelists["currency"].codes.to_pylist())


def as_decimal(factor: Fraction) -> Decimal | None:
    """Return a factor as a decimal of a few digits, None when it has none."""
    found = Decimal(factor.numerator) / Decimal(factor.denominator)
    shape = found.as_tuple()
    exponent = int(shape.exponent)
    fine = Fraction(found) == factor and max(len(shape.digits) + max(exponent, 0), -exponent) <= DIGITS
    return found if fine else None


def same_unit(one: Unit, other: Unit) -> bool:
    """Whether two symbols stand for the same amount of the same thing."""
    return one.in_terms_of(other) == 1
