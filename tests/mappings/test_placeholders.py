"""What stands for nobody yields no token: every word of the list, and every way to mask a number."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hub.placeholders
from hub.placeholders import stands_for_nobody
from mappings.engine.verbs.tokens import PERSON, Tokens

pytestmark = pytest.mark.usefixtures("known_key")
SIGNS = "*＊●○•■□█×✕#?？_xX某"
MASKS = ["***", "*", "＊＊＊＊", "......", "…", "XXXX", "xx", "某", "~~"]
FILLED = ["000000000000000000", "111111111111111111", "123456789012345678", "12345678", "121212121212", "99999999999"]
WHOLE = ["110105194912310021", "13912345678", "E12345678", "欧瑾瑾", "琼A12345", "粤BXX123", "EX1234567"]


def words() -> list[str]:
    path = Path(hub.placeholders.__file__).with_name("placeholders.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [line["word"] for line in csv.DictReader(file)]


def tokens_of(purpose: str, texts: list[str]) -> list[str | None]:
    found: list[str | None] = Tokens(purpose)(pa.array(texts, pa.string()), None).values.to_pylist()  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("purpose", [PERSON, "phone"])
def test_no_word_of_the_list_has_a_token(purpose: str) -> None:
    given_ = [*words(), *MASKS, *FILLED, "不 详", "（不详）", "不详、无", "N/A", "n / a"]
    assert dict(zip(given_, tokens_of(purpose, given_), strict=True)) == dict.fromkeys(given_)


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_somebody_s_has_one(text: str) -> None:
    assert not stands_for_nobody(text)
    assert tokens_of("any", [text])[0]


@given(
    st.sampled_from(WHOLE[:3]),
    st.sampled_from(SIGNS[:-3]),
    st.integers(0, 17),
    st.integers(1, 12),
)
def test_a_number_with_a_masked_stretch_has_no_token(number: str, sign: str, begin: int, size: int) -> None:
    begin %= len(number)
    end = min(begin + size, len(number))
    text = number[:begin] + sign * (end - begin) + number[end:]
    assert stands_for_nobody(text)
    assert tokens_of(PERSON, [text]) == tokens_of("phone", [text]) == [None]


@given(st.sampled_from(WHOLE[:3]), st.integers(1, 8), st.integers(2, 8), st.sampled_from("xX"))
def test_a_number_masked_with_letters_has_no_token(number: str, begin: int, size: int, sign: str) -> None:
    begin = min(begin, len(number) - 2)  # one at the end may be a check sign
    text = number[:begin] + sign * min(size, len(number) - begin) + number[begin + size :]
    assert stands_for_nobody(text)
