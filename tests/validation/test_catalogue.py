"""What a finding says of itself has no gaps: neither in its example, nor where nothing near is known."""

from __future__ import annotations

import pytest

from hub.i18n import LANGUAGES
from validation.catalogue import catalogue, examples, render

# Codes whose findings may have nothing to say beside the value.
ALONE = [
    *("UNKNOWN_REGION", "UNKNOWN_CODE", "AMBIGUOUS_REGION", "AMBIGUOUS_CODE", "CODE_NOT_IN_FORCE", "NO_ROUTE"),
    *("MISSING_COLUMN", "NO_HEADER", "SIGNATURE_MISSING", "KEY_UNKNOWN"),
]


def said(code: str, language: str, **place: str) -> str:
    words = render(code, language, **place)
    return f"{words.title} | {words.message} | {words.cure}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(catalogue()))
def test_no_example_has_a_gap(code: str, language: str) -> None:
    text = said(code, language, **examples()[code])
    assert "—" not in text
    assert "[[" not in text
    assert "]]" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ALONE)
def test_what_has_nothing_to_add_adds_nothing(code: str, language: str) -> None:
    text = said(code, language, column="col", value="val", expected="")
    more = said(code, language, column="col", value="val", expected="the right one")
    assert "the right one" in more
    assert len(more) > len(text)


def test_what_a_sender_writes_is_no_part_of_the_sentence() -> None:
    words = render("UNKNOWN_REGION", "en", value="[[{x}]] {y}")
    assert words.message.startswith("[[{x}]] {y} is not")


def test_a_column_that_is_called_as_its_field_is_named_by_its_label_too() -> None:
    place = {"column": "goods.0.hs_code", "field": "goods.0.hs_code"}
    assert render("MISSING_VALUE", "zh", **place).title.endswith(": 商品编码")
    assert ":" not in render("MISSING_VALUE", "zh", column="商品编号", field="goods.0.hs_code").title
    assert ":" not in render("MISSING_VALUE", "zh", column="goods.0.hs_code", field="goods.0.origin_code").title
    assert ":" not in render("MISSING_VALUE", "en", column=None, field=None).title


def test_a_value_of_the_wrong_form_is_shown_a_right_one() -> None:
    shown = render("WRONG_PATTERN", "en", value="8504x", expected="^[0-9]{4}$", field="goods.0.hs_code")
    assert "850440" in shown.cure
