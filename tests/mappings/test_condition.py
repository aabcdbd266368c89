"""Conditions: what holds, and what no condition lets through."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.model.condition import Condition

WORDS = ["", "A", "AB", "ABC", "B", "/"]


def asked(**tests: Any) -> Condition:
    if "values" in tests:
        tests["values"] = frozenset(tests["values"])
    return Condition("x", missing=frozenset({"", "/"}), **tests)


@pytest.mark.parametrize(
    ("tests", "held"),
    [
        ({"values": ["A", ""]}, ["A", "", None]),
        ({"starts": ("A",)}, ["A", "AB"]),
        ({"matches": "B$"}, ["AB", "B"]),
        ({"lacks": ("B",)}, ["A", "", "/", None]),
        ({"lacks": ("A", "B"), "filled": False}, ["", "/", None]),
        ({"filled": True}, ["A", "AB", "B"]),
        ({"filled": False}, ["", "/", None]),
        ({"starts": ("A",), "matches": "B"}, ["AB"]),
        ({"values": ["A", "B"], "starts": ("B",)}, ["B"]),
    ],
)
def test_all_that_is_asked_must_hold(tests: dict[str, Any], held: list[str | None]) -> None:
    texts = pa.array(["A", "AB", "B", "", "/", None])
    mask = asked(**tests).holds(texts)
    assert mask.null_count == 0
    assert texts.filter(mask).to_pylist() == held


def test_blanks_around_a_value_do_not_count_and_a_lacking_column_is_blank() -> None:
    rows = pa.record_batch({"x": ["\u3000A ", "b"]})
    assert asked(values=["A"]).holds_in(rows).to_pylist() == [True, False]
    assert Condition("y", filled=False).holds_in(rows).to_pylist() == [True, True]


def test_a_word_in_a_cell_that_cannot_be_read_is_there() -> None:
    rows = pa.record_batch({"x": ["a bug\x07", "fine\x07", "a bug"]})
    assert asked(lacks=("bug",)).holds_in(rows).to_pylist() == [False, True, False]


def conditions() -> st.SearchStrategy[Condition]:
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
    starts = st.lists(st.sampled_from(["A", "AB", "B"]), min_size=1, max_size=2).map(tuple)
    tests = st.fixed_dictionaries(
        {},
        optional={
            "values": words,
            "starts": starts,
            "matches": st.sampled_from(["A", "B$"]),
            "lacks": starts,
            "filled": st.booleans(),
        },
    )
    return tests.filter(bool).map(lambda each: asked(**each))


@given(conditions(), st.lists(conditions(), max_size=3))
def test_what_is_never_reached_is_never_reached(last: Condition, before: list[Condition]) -> None:
    texts = pa.array([*WORDS, "AX", "XB", "C"])
    mine = last.holds(texts).to_pylist()
    taken = [any(held) for held in zip(*(each.holds(texts).to_pylist() for each in before), strict=True)]
    if last.never_after(before):
        assert all(theirs or not ours for ours, theirs in zip(mine, taken or [False] * len(mine), strict=True))


def test_what_is_plainly_covered_is_seen() -> None:
    before = [asked(values=["A", "B"]), asked(starts=("C",))]
    assert asked(values=["B"]).never_after(before)
    assert asked(values=["A", "CX"]).never_after(before)
    assert asked(starts=("CD", "CE")).never_after(before)
    assert asked(starts=("C",), matches="x") is not None
    assert asked(matches="x").never_after([asked(filled=True), asked(filled=False)])
    assert not asked(values=["A", "D"]).never_after(before)
    assert not asked(starts=("A",)).never_after(before)
    assert not Condition("y", values=frozenset({"A"})).never_after(before)
