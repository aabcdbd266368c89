"""Numbers: exact, strict, and the same whatever stands beside them in the batch."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.verbs.numbers import Numbers
from tests.support.folders import Never

MONEY = pa.decimal128(18, 4)


def read(verb: Numbers, *texts: str | None) -> list[Any]:
    return verb(pa.array(texts, pa.string()), Never(len(texts))).values.to_pylist()


@pytest.mark.parametrize(
    "text", ["", "1,5", "1 5", "0x10", "1.2.3", "--1", "１２", "٣", "约1", "12 kg", "1e", "NaN", "inf", "."]
)
def test_what_is_no_number(text: str) -> None:
    assert read(Numbers(MONEY, 2), text, "1") == [None, Decimal("1.0000")]
    assert read(Numbers(pa.int64()), text) == [None]
    found = Numbers(MONEY, 2)(pa.array([text]), Never(1))
    assert found.faults[0].code == "BAD_NUMBER"
    assert found.faults[0].where.to_pylist() == [True]


def test_places_are_rounded_half_up() -> None:
    assert read(Numbers(MONEY, 1), "0.25", "-0.25", "0.24999", "7", ".5", "+3.0") == [
        Decimal(each) for each in ("0.3", "-0.3", "0.2", "7", "0.5", "3")
    ]


def test_factors_are_exact() -> None:
    assert read(Numbers(MONEY, 2, Decimal(10000)), "18.6", "0.000049", "1.2E-05") == [
        Decimal(186000), Decimal("0.49"), Decimal("0.12"),
    ]  # fmt: skip
    assert read(Numbers(MONEY, 4, Decimal("0.45359237")), "10") == [Decimal("4.5359")]


def test_signs_of_thousands_and_decimals() -> None:
    assert read(Numbers(MONEY, 2, thousands=","), "1,234.5", "1234.5", "12,34", "1,2345") == [
        Decimal("1234.5"), Decimal("1234.5"), None, None,
    ]  # fmt: skip
    assert read(Numbers(MONEY, 2, thousands=".", point=","), "1.234,5", "0,5", "1.5") == [
        Decimal("1234.5"), Decimal("0.5"), None,
    ]  # fmt: skip


def test_integers_take_whole_numbers_only() -> None:
    assert read(Numbers(pa.int64()), "12", "12.0", "-3", "12.5", "007", None) == [12, 12, -3, None, 7, None]
    assert read(Numbers(pa.int64(), times=Decimal(1000)), "1.5", "0.0005") == [1500, None]


def test_what_does_not_fit_is_a_fault() -> None:
    assert read(Numbers(MONEY, 2), "99999999999999", "100000000000000") == [Decimal(99999999999999), None]
    assert read(Numbers(MONEY, 2, Decimal(10000)), "99999999999999") == [None]
    assert read(Numbers(pa.int64()), "99999999999999999999") == [None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("99999999999999999999", ["OUT_OF_RANGE"]),
        ("-110105194912310021", ["OUT_OF_RANGE"]),
        ("123456789012345.5", ["OUT_OF_RANGE"]),
        ("1E+20", ["OUT_OF_RANGE"]),
        ("99999999999999999999x", ["BAD_NUMBER"]),
        ("1.5.2", ["BAD_NUMBER"]),
        ("000000000000000000012", []),
    ],
)
def test_a_number_that_is_too_large_is_told_as_one(text: str, said: list[str]) -> None:
    for verb in (Numbers(MONEY, 2), Numbers(pa.int64())):
        faults = verb(pa.array([text, "1"]), Never(2)).faults
        assert [each.code for each in faults if each.where[0].as_py()] == said


def test_a_product_that_is_too_large_is_told_as_one() -> None:
    found = Numbers(MONEY, 2, Decimal(10000))(pa.array(["99999999999999", "x"]), Never(2))
    assert {each.code: each.where.to_pylist() for each in found.faults} == {
        "OUT_OF_RANGE": [True, False],
        "BAD_NUMBER": [False, True],
    }


@given(st.lists(st.from_regex(r"[+-]?0{0,20}[0-9]{1,20}([.][0-9]{1,3})?", fullmatch=True), min_size=1, max_size=4))
def test_long_numbers_mean_the_same_beside_any_other_text(texts: list[str]) -> None:
    verb = Numbers(pa.int64())
    assert read(verb, *texts) == [read(verb, text, "x")[0] for text in texts]


def test_spreadsheet_artefacts() -> None:
    assert read(Numbers(MONEY, 2), "0.30000000000000004", "12.299999999999999") == [Decimal("0.3"), Decimal("12.3")]


@given(st.lists(st.one_of(st.none(), st.text("0123456789.-+eE ,x", max_size=8)), max_size=8))
def test_a_verdict_does_not_depend_on_the_neighbours(texts: list[str | None]) -> None:
    for verb in (Numbers(MONEY, 2), Numbers(pa.int64())):
        assert read(verb, *texts) == [read(verb, text)[0] for text in texts]


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=4), st.sampled_from([1, 10, 10000]), st.integers(0, 4))
def test_decimal_arithmetic_is_the_reference(number: Decimal, times: int, places: int) -> None:
    want = (number * times).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert read(Numbers(MONEY, places, Decimal(times)), f"{number:f}") == [want]
