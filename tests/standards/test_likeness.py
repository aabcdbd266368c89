"""Proposals are made by words; the digits of a number are never a likeness."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standards.likeness import alike, digits

NUMBERS = st.from_regex("[0-9]{1,6}", fullmatch=True)


@given(NUMBERS, st.lists(NUMBERS, max_size=30))
def test_a_number_is_like_itself_only_but_for_zeros_in_front(word: str, known: list[str]) -> None:
    assert all(int(each) == int(word) for each in alike(word, known))


@given(st.text("AB12", max_size=5), st.lists(st.text("AB12", max_size=5), max_size=20))
def test_a_proposal_has_the_digits_of_the_word(word: str, known: list[str]) -> None:
    assert all(digits(each) == digits(word) for each in alike(word, known))


def test_words_are_like_by_spelling_and_by_what_they_hold() -> None:
    known = ["电气火灾", "用火不慎", "遗留火种", "Powered scooters"]
    assert alike("电器火灾", known) == ["电气火灾"]
    assert alike("用火", known) == ["用火不慎"]
    assert alike("scooter", known) == ["Powered scooters"]
    assert alike("x", known) == []
    assert alike("A02", ["A01", "B02"]) == ["B02"]
    assert alike("5025", ["5022", "5035", "5042"]) == []
    assert alike("8", ["08", "18"]) == ["08"]
