"""Amounts of money in words: the number that the whole text says, or none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.verbs.chinese_amount import ChineseAmounts, in_digits, next_to, sum_next_to
from mappings.engine.verbs.numbers import Numbers
from tests.support.folders import Never

VERB = ChineseAmounts(Numbers(pa.decimal128(18, 2), 2))
DIGITS, PLACES, SECTIONS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿")


def read(*texts: str | None) -> list[Any]:
    return VERB(pa.array(texts, pa.string()), Never(len(texts))).values.to_pylist()


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("壹万贰仟叁佰元伍角整", "12300.50"),
        ("人民币壹佰零伍圆整", "105"),
        ("贰拾元零叁分", "20.03"),
        ("拾元正", "10"),
        ("壹亿零伍万元", "100050000"),
        ("三千二百", "3200"),
        ("十五万元", "150000"),
        ("零元伍角", "0.50"),
        ("零元整", "0"),
        ("貳仟圓整", "2000"),
        ("3.5万元", "35000"),
        ("1,200元", "1200"),
        ("￥1,234,567.89", "1234567.89"),
        ("1亿2000万元", "120000000"),
        ("12元5角", "12.50"),
        ("3千元", "3000"),
        ("-5.25元", "-5.25"),
        ("负叁元", "-3"),
        ("1200", "1200"),
        ("RMB 20", "20"),
    ],
)
def test_what_is_written_on_bills(text: str, yuan: str) -> None:
    assert read(text) == [Decimal(yuan)]


@pytest.mark.parametrize(
    "text",
    [
        "", "元", "一万二", "三千五元", "3万5", "3万5元", "12,00元", "1.2.3元", "3万美元", "20 USD", "约3万元",
        "壹贰叁", "拾拾", "壹佰仟元", "壹仟壹仟元", "万元", "3.5元5角", "2万3亿", "5角角",
        "1" + "亿" * 100_000, "一" * 100_000, "1万" * 50_000, "壹元拾角", "٣元", "³元", "壹元贰", "零万元", "壹亿零元",
    ],
)  # fmt: skip
def test_what_can_be_read_in_no_way_or_in_two_has_no_number_and_is_said(text: str) -> None:
    found = VERB(pa.array([text, "壹元", None]), Never(3))
    assert found.values.to_pylist() == [None, Decimal(1), None]
    assert [each.code for each in found.faults if each.where[0].as_py()] == ["BAD_NUMBER"]
    assert not any(each.where[at].as_py() for each in found.faults for at in (1, 2))


def test_an_amount_that_is_too_large_is_told_as_one() -> None:
    found = VERB(pa.array(["999999999亿元"]), Never(1))
    assert found.values.to_pylist() == [None]
    assert [each.code for each in found.faults if each.where[0].as_py()] == ["OUT_OF_RANGE"]


def spelt(number: int) -> str:
    """Return a whole number in the formal signs, with one 零 for each gap."""
    parts = []
    for at, sign in enumerate(str(number)):
        section, place = divmod(len(str(number)) - 1 - at, 4)
        parts.append(DIGITS[int(sign)] + (PLACES[place] if sign != "0" else ""))
        if place == 0 and number // 10 ** (4 * section) % 10_000:
            parts[-1] = parts[-1].removesuffix("零") + SECTIONS[section]
    text = "".join(parts)
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.replace("零万", "万").replace("零亿", "亿").removesuffix("零")


@given(st.integers(1, 10**12 - 1), st.integers(0, 99))
def test_every_amount_that_is_spelt_is_read_again(whole: int, cents: int) -> None:
    tenths, hundredths = divmod(cents, 10)
    tail = (f"{DIGITS[tenths]}角" if tenths else "") + (f"{DIGITS[hundredths]}分" if hundredths else "")
    assert read(f"{spelt(whole)}元{tail}整") == [Decimal(whole) + Decimal(cents).scaleb(-2)]


@given(st.decimals(0, 10**9, places=2, allow_nan=False), st.sampled_from([("", 1), ("元", 1), ("万元", 10**4)]))
def test_numbers_in_digits_are_exact(number: Decimal, unit: tuple[str, int]) -> None:
    assert read(f"{number:f}{unit[0]}", f"{number:,f}{unit[0]}") == [number * unit[1]] * 2


@given(st.lists(st.one_of(st.none(), st.text("零一二十百千万亿元角分整0123.,", max_size=8)), max_size=6))
def test_a_verdict_does_not_depend_on_the_neighbours(texts: list[str | None]) -> None:
    assert read(*texts) == [read(text)[0] for text in texts]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("处1亿2000万元罚款", "120000000"),
        ("罚款1亿2000万元", "120000000"),
        ("罚款 5000 元。", "5000"),
        ("罚款人民币￥5000元", "5000"),
        ("罚款3万，没收违法所得2万元", "30000"),
        ("没收5000元，3万元罚款", "30000"),
        ("没收5000，3万元罚款", None),  # two amounts, or the digits of one
        ("3万5000元罚款", None),
        ("罚款200，000元", None),
        ("罚款200, 000元", None),
        ("200，000元罚款", None),
        ("5 000元罚款", None),
        ("1.5 万元罚款", None),
        ("罚款5000元至10000元", None),
        ("1000元～5000元罚款", None),
        ("一5000元罚款", None),
    ],
)
def test_an_amount_in_a_text_is_never_a_part_of_a_number(text: str, yuan: str | None) -> None:
    found = replace(VERB, beside=("罚款", "处罚"))(pa.array([text]), Never(1))
    assert found.values.to_pylist() == [None if yuan is None else Decimal(yuan)]
    assert [each.code for each in found.faults if each.where[0].as_py()] == ([] if yuan else ["BAD_NUMBER"])
    summed = sum_next_to(text, ("罚款", "处罚"))
    assert summed is not None
    assert (in_digits(summed) or "") == (f"{yuan}.00" if yuan else "")


def test_factors_in_an_order_that_no_number_has_are_none() -> None:
    assert [in_digits(each) for each in ("3亿万", "3百十元", "3万亿", "2千万")] == [
        None, None, "3000000000000.00", "20000000.00",
    ]  # fmt: skip


@pytest.mark.parametrize("run", ["一", "1", "1,", "1 ", "罚款"])
def test_a_text_is_searched_in_one_pass(run: str) -> None:
    assert next_to(run * 100_000 + "x", ("罚款",)) is None
