"""Units and currencies: exact, and never guessed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.verbs.numbers import Numbers
from mappings.engine.verbs.units import Currencies, Units, as_decimal, currency_of
from standards.units import units
from tests.support.folders import Never

KEPT = pa.decimal128(18, 4)


def kilograms(*texts: str | None, into: str = "kg", kept: pa.DataType = KEPT, **more: str) -> tuple[list, dict]:
    places = kept.scale if pa.types.is_decimal(kept) else 0
    outcome = Units(Numbers(kept, places), into, **more)(pa.array(texts, pa.string()), Never(len(texts)))
    return outcome.values.to_pylist(), {fault.code: fault.where.to_pylist() for fault in outcome.faults}


def test_the_unit_of_the_cell_comes_first() -> None:
    values, faults = kilograms("3.5kg", "2 吨", "500", "-1.5 lb", "100 m2", None, "kg", given="g")
    assert values == [*map(Decimal, ("3.5", "2000", "0.5", "-0.6804")), None, None, None]
    assert faults["UNKNOWN_UNIT"] == [False, False, False, False, True, False, False]
    assert faults["BAD_NUMBER"] == [False] * 6 + [True]


def test_factors_without_a_decimal_are_exact() -> None:
    assert kilograms("3亩", "1.5 亩", "0.00005亩", into="m2")[0] == [Decimal(2000), Decimal(1000), Decimal("0.0333")]
    assert kilograms("1kg", into="lb")[0] == [Decimal("2.2046")]
    assert kilograms("30月", "3岁", "31月", "99999999999999岁", into="year", kept=pa.int64())[0] == [
        None,
        3,
        None,
        99999999999999,
    ]
    assert kilograms("24月", into="year", kept=pa.int64())[0] == [2]


def test_money_is_not_converted() -> None:
    assert kilograms("3万美元", "US$ 5.5", "7", into="currency", given="EUR")[0] == [
        Decimal(30000),
        Decimal("5.5"),
        Decimal(7),
    ]
    assert kilograms("3万美元", "2万元", into="CNY")[0] == [None, Decimal(20000)]


def test_currencies() -> None:
    outcome = Currencies()(pa.array(["人民币", "usd", "3 EUR", "$", "5", None, "AED"]), Never(7))
    assert outcome.values.to_pylist() == ["CNY", "USD", "EUR", None, None, None, "AED"]
    assert outcome.faults[0].where.to_pylist() == [False, False, False, True, True, False, False]
    goods = Currencies()(pa.array(["公斤", "3 kg", "m2", "个"]), Never(4))
    assert goods.values.to_pylist() == [None] * 4, "units of goods are no money"
    assert currency_of("kg") is None
    assert currency_of("万美元") == ("USD", 10_000)
    assert Currencies("CNY")(pa.array(["5", "x"]), Never(2)).values.to_pylist() == ["CNY", None]


@pytest.mark.parametrize("factor", [Fraction(1), Fraction("0.45359237"), Fraction(10**8), Fraction("0.000000001")])
def test_factors_with_a_decimal(factor: Fraction) -> None:
    assert Fraction(as_decimal(factor) or 0) == factor


def test_factors_that_are_too_fine_are_left_to_fractions() -> None:
    assert as_decimal(Fraction(2000, 3)) is None
    assert as_decimal(Fraction("0.0000295735295625")) is None


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False), st.sampled_from(sorted(units())))
def test_every_unit_is_worth_its_factor(number: Decimal, symbol: str) -> None:
    unit = units()[symbol]
    (value,), _ = kilograms(f"{number} {unit.symbol}", into=unit.base, kept=pa.decimal128(38, 6))
    assert value is not None
    assert abs(Fraction(value) - Fraction(number) * unit.factor) <= Fraction(1, 2 * 10**6)
