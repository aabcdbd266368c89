"""Repairs: what was changed is said, what is clean is not touched."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.repair import half_width, repaired


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", " \u3000\t"])
def test_blanks_around_a_value(blank: str) -> None:
    done = repaired(pa.array([f"{blank}a b{blank}", "c", None, ""]), halve=False)
    assert done.text.to_pylist() == ["a b", "c", None, ""]
    assert done.blanks is not None
    assert done.blanks.to_pylist() == [True, False, False, False]


def test_full_width_signs() -> None:
    column = pa.array(["１２．５", "ＡＢ　Ｃ", "电气（一）"])
    assert repaired(column, halve=False).width is None
    done = repaired(column, halve=True)
    assert done.text.to_pylist() == ["12.5", "AB C", "电气(一)"]
    assert done.width is not None


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1f", "\x7f", "\u0085", "\u009f"])
def test_control_characters_take_the_value_out(sign: str) -> None:
    done = repaired(pa.array([f"a{sign}b", "line\nbreak", "tab\tstop"]), halve=True)
    assert done.text.to_pylist() == [None, "line\nbreak", "tab\tstop"]
    assert done.control is not None


def test_a_clean_column_is_the_same_object() -> None:
    for column in (pa.array(["abc", None, ""]), pa.array(["海口市", "a b"]), pa.array([], pa.string())):
        done = repaired(column, halve=True)
        assert done.text is column
        assert done == type(done)(column)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=6), st.integers(0, 3), st.booleans())
def test_slices_and_neighbours_change_nothing(values: list[str | None], start: int, halve: bool) -> None:  # noqa: FBT001 - drawn
    column = pa.array([*["x"] * start, *values], pa.string()).slice(start)
    whole = repaired(column, halve=halve).text.to_pylist()
    assert whole == [repaired(pa.array([value], pa.string()), halve=halve).text[0].as_py() for value in values]
    for value in whole:
        assert value is None or not halve or value == half_width(value)
