"""Measured values: the number that the whole text says, or none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.verbs.measures import Measures, measure_of
from mappings.engine.verbs.numbers import Numbers
from tests.support.folders import FIRE, Never, refine, rows_of, source_of

NUMBER = pa.decimal128(24, 6)
SUPER = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def parts(text: str) -> tuple[Any, ...]:
    found = measure_of(text)
    return tuple(
        float(each) if isinstance(each, Decimal) else each
        for each in (found.qualifier, found.value, found.low, found.high, found.detection_limit, found.unit)
    )


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("3×10⁵ CFU/g", ("eq", 300000, None, None, None, "CFU/g")),
        ("10^3CFU/mL", ("eq", 1000, None, None, None, "CFU/mL")),
        ("2.5*10^-3 mg/kg", ("eq", 0.0025, None, None, None, "mg/kg")),
        ("6.1E+03", ("eq", 6100, None, None, None, None)),
        ("0.35mg/kg", ("eq", 0.35, None, None, None, "mg/kg")),
        ("<0.02 mg/kg", ("lt", 0.02, None, None, None, "mg/kg")),
        ("≤10³", ("le", 1000, None, None, None, None)),
        (">=30 %", ("ge", 30, None, None, None, "%")),
        ("大于1100 MPN/100g", ("gt", 1100, None, None, None, "MPN/100g")),
        ("5.0mg/kg以下", ("le", 5, None, None, None, "mg/kg")),
        ("约20 g", ("about", 20, None, None, None, "g")),
        ("1.5~2.5 mm", ("range", None, 1.5, 2.5, None, "mm")),
        ("1.5 mm-2.5 mm", ("range", None, 1.5, 2.5, None, "mm")),
        ("7.4±0.2", ("eq", 7.4, 7.2, 7.6, None, None)),
        ("未检出", ("not_detected", None, None, None, None, None)),
        ("N.D.", ("not_detected", None, None, None, None, None)),
        ("未检出(检出限:0.05 mg/kg)", ("not_detected", None, None, None, 0.05, "mg/kg")),
        ("ND<0.5", ("not_detected", None, None, None, 0.5, None)),
        ("阳性", ("detected", None, None, None, None, None)),
        ("12,345.6 g", ("eq", 12345.6, None, None, None, "g")),
        ("不合格", ("text", None, None, None, None, None)),
    ],
)
def test_what_laboratories_write(text: str, want: tuple[Any, ...]) -> None:
    assert parts(text) == want


@pytest.mark.parametrize(
    "text",
    [
        "1.2×103", "1.2×10-3", "10①", "3½", "½", "Ⅷ", "⑩", "五万", "5万 CFU/g", "2 million", "0.1,0.2", "1,5", "1,234",
        "5₂", "4²", "2 x 3 cm", "1:200", "9-3", "10的6次方", "3又1/4", "1.2.3", "1 000", "3,0,12 CFU", "٣", "1e-12",
        "10⁹⁹",
    ],
)  # fmt: skip
def test_what_can_be_read_in_several_ways_has_no_number_and_is_said(text: str) -> None:
    outcome = Measures("value", NUMBER)(pa.array([text, "1"]), Never(2))
    assert outcome.values.to_pylist() == [None, Decimal(1)]
    if text != "٣":
        assert [(fault.code, fault.where.to_pylist()) for fault in outcome.faults] == [
            ("MEASURE_AS_TEXT", [True, False])
        ]


DIGITS = st.decimals(0, 999, places=2, allow_nan=False)
TAILS = st.sampled_from(
    ["", " mg/kg", "%", "⁴", "²", "½", "①", "Ⅳ", "₂", "万", "千", " 000", ",5", ".5", "e3", "E+03", "×10³", "×10^3",
     "x10",     "-", "~", "±", "/2", "^2", " x 3", "亿元", "成", " million", "的3次方", "·10⁻²", "*10^2", "٣", "·5"]
)  # fmt: skip
MEANINGS = {"e3": 3, "E+03": 3, "×10³": 3, "×10^3": 3, "·10⁻²": -2, "*10^2": 2, "": 0, " mg/kg": 0, "%": 0, "成": 0}


@given(DIGITS, TAILS, TAILS)
def test_no_number_is_ever_shortened(number: Decimal, tail: str, more: str) -> None:
    text = f"{number}{tail}{more}"
    found = Measures("value", NUMBER)(pa.array([text]), Never(1)).values[0].as_py()
    if found is None:
        return
    spelling = tail or more
    if spelling in {"±", "x10"}:
        return  # 0.5±0.1 is a number with its uncertainty, 3x10⁴ a number
    assert spelling in MEANINGS
    assert found == number.scaleb(MEANINGS[spelling])


@given(DIGITS, TAILS)
def test_the_verbs_of_numbers_take_no_tail(number: Decimal, tail: str) -> None:
    for type_ in (NUMBER, pa.int64()):
        found = Numbers(type_, 6 if type_ == NUMBER else 0)(pa.array([f"{number}{tail}"]), Never(1)).values[0].as_py()
        if tail in {"", "e3", "E+03"}:
            assert found is None or found == number.scaleb(MEANINGS[tail])
        elif tail != ".5":
            assert found is None


@given(st.integers(1, 9), st.integers(-4, 9))
def test_powers_in_all_their_spellings(digit: int, power: int) -> None:
    want = Decimal(digit).scaleb(power)
    raised = str(power).translate(SUPER)
    for text in (f"{digit}×10{raised}", f"{digit}x10^{power}", f"{digit} × 10^{power} g", f"{digit}E{power}"):
        assert measure_of(text).value == want


@given(st.text(max_size=12))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for part, kind in (("qualifier", pa.string()), ("value", NUMBER), ("low", NUMBER), ("unit", pa.string())):
        (found,) = Measures(part, kind)(pa.array([text]), Never(1)).values.to_pylist()
        assert found is None or kind != NUMBER or any(char.isnumeric() for char in text), "a number out of nothing"


@pytest.mark.parametrize("text", ["10⁴ 平方米", "3×10² 平方米", "5½ 平方米", "1.2E4 平方米", "7^2 平方米", "2₂ 平方米"])
def test_a_pattern_that_takes_a_part_of_a_number_takes_none(tmp_path: Any, text: str) -> None:
    body = FIRE + "  area_m2: {column: area, extract: '^(\\d+(?:\\.\\d+)?)', decimal: 2}\n"
    source = source_of(tmp_path, body)
    made = refine(rows_of({"no": ["1", "2"], "at": ["2026-03-02"] * 2, "area": [text, "12 m² 平方米"]}), source)
    assert made.tables[""]["area_m2"].to_pylist() == [None, Decimal(12)]
    assert made.findings["code"].to_pylist() == ["BAD_NUMBER"]


@pytest.mark.parametrize("mark", ["同上", "〃", "″", "ditto"])
def test_a_mark_for_the_row_above_keeps_the_row_out(tmp_path: Any, mark: str) -> None:
    source = source_of(tmp_path, FIRE + "  narrative: text\n")
    made = refine(rows_of({"no": ["1", mark], "at": ["2026-03-02"] * 2, "text": [mark, "同上次一样"]}), source)
    assert made.findings["code"].to_pylist() == ["DITTO_MARK"] * 2
    assert made.tables[""]["record_uid"][1].as_py() is None


@pytest.mark.parametrize("part", ["value", "low", "high", "detection_limit"])
def test_what_means_not_detected_is_no_number(part: str) -> None:
    verb = Measures(part, NUMBER, frozenset({"-1"}))
    outcome = verb(pa.array(["-1", None]), Never(2))
    assert outcome.values.to_pylist() == [None, None]
    assert not outcome.faults


def test_only_the_texts_of_the_list_mean_not_detected() -> None:
    verb = Measures("qualifier", pa.string(), frozenset({"-1"}))
    assert verb(pa.array(["-1", "-1.0", "1", "ND"]), Never(4)).values.to_pylist() == [
        "not_detected",
        "eq",
        "eq",
        "not_detected",
    ]


@pytest.mark.parametrize(("sign", "after"), [(" ", "(("), ("1", "(("), ("=", "(("), ("1 ", ")("), ("<", "x((")])
def test_what_was_not_found_is_read_in_one_pass(sign: str, after: str) -> None:
    assert measure_of("nd" + sign * 100_000 + after).qualifier == "text"
