"""Units: what is written in the table is worth what it says, and means one thing only."""

from __future__ import annotations

import csv
from fractions import Fraction

import pytest

from standards import standard
from standards.units import COLUMNS, PATH, normal, symbols_of, unit_of, units

ROWS = list(csv.DictReader(PATH.open(encoding="utf-8", newline="")))


def worth(symbol: str, other: str) -> Fraction | None:
    one, two = unit_of(symbol), unit_of(other)
    assert one is not None
    assert two is not None
    return one.in_terms_of(two)


def test_the_table_is_whole() -> None:
    assert list(ROWS[0]) == COLUMNS
    assert all(cell.strip() == cell and cell for row in ROWS for cell in row.values())
    assert all(Fraction(row["factor"]) > 0 for row in ROWS)


def test_no_symbol_means_two_things() -> None:
    seen: dict[str, dict[str, str]] = {}
    for row in ROWS:
        known = seen.setdefault(normal(row["symbol"]), row)
        assert (known["unit"], known["factor"]) == (row["unit"], row["factor"]), row["symbol"]


def test_every_unit_is_a_symbol_of_itself() -> None:
    for base in {unit.base for unit in units().values()}:
        assert worth(base, base) == 1
        assert unit_of(base) == units()[normal(base)]
        assert symbols_of(base)


def test_every_unit_of_the_standard_is_in_the_table() -> None:
    fields = [
        field for each in standard().types.values() for table in each.tables.values() for field in table.fields.values()
    ]
    assert {field.unit for field in fields if field.unit and unit_of(field.unit) is None} == set()


@pytest.mark.parametrize(
    ("symbol", "other", "factor"),
    [
        ("吨", "kg", 1000),
        ("斤", "g", 500),
        ("两", "g", 50),
        ("lb", "kg", Fraction("0.45359237")),
        ("oz", "lb", Fraction(1, 16)),
        ("亩", "ha", Fraction(1, 15)),
        ("ft2", "in2", 144),
        ("acre", "ft2", 43560),
        ("gal", "in3", 231),
        ("mile", "ft", 5280),
        ("亿元", "万元", 10000),
        ("岁", "个月", 12),
        ("万美元", "US$", 10000),
        ("USD", "CNY", None),
        ("kg", "m", None),
        ("day", "month", None),
    ],
)
def test_what_they_are_worth(symbol: str, other: str, factor: Fraction | None) -> None:
    assert worth(symbol, other) == factor


@pytest.mark.parametrize("written", ["KG", " kg ", "㎏", "ｋｇ", "Kg.", "公斤"])
def test_one_unit_written_in_many_ways(written: str) -> None:
    assert unit_of(written) == unit_of("kg") or worth(written, "kg") == 1
    assert unit_of("kgs of") is None
