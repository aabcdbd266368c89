"""Whoever solves the published totals for a hidden count learns nothing: a linear programme tries."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from standards.suppression import THRESHOLD, Cell, Published, suppressed

PUBLISHED = [[12, 3, 40], [9, 18, 7], [25, 2, 31], [6, 14, 11]]


def table(numbers: list[list[int]]) -> dict[Cell, int]:
    return {Cell(f"r{i}", f"c{j}"): n for i, row in enumerate(numbers) for j, n in enumerate(row)}


def interval(published: Published, cell: Cell) -> tuple[float, float]:
    """Return the least and the greatest count that a hidden cell may have, by all that is published."""
    unknown = [each for each, count in published.counts.items() if count is None]
    equations, rests = [], []
    for side, totals in ((0, published.row_totals), (1, published.column_totals)):
        for name, total in (totals or {}).items():
            equations.append([float(each[side] == name) for each in unknown])
            rests.append(total - sum(n for each, n in published.counts.items() if each[side] == name and n is not None))
    wanted = np.array([float(each == cell) for each in unknown])
    bounds: dict[str, object] = {"bounds": [(0, None)] * len(unknown)}
    if equations:
        bounds |= {"A_eq": np.array(equations), "b_eq": np.array(rests)}
    low, high = linprog(wanted, **bounds), linprog(-wanted, **bounds)
    return low.fun, -high.fun if high.status == 0 else float("inf")


def hidden_by_margins_only(numbers: list[list[int]]) -> Published:
    """Return what primary suppression alone would publish."""
    whole = table(numbers)
    shown = {cell: None if 0 < count < THRESHOLD else count for cell, count in whole.items()}
    rows = {f"r{i}": sum(row) for i, row in enumerate(numbers)}
    columns = {f"c{j}": sum(row[j] for row in numbers) for j in range(len(numbers[0]))}
    return Published(shown, rows, columns)


def test_totals_give_a_lone_hidden_count_away() -> None:
    """The attack works: without secondary suppression it finds both counts."""
    naive = hidden_by_margins_only(PUBLISHED)
    assert interval(naive, Cell("r0", "c1")) == pytest.approx((3, 3))
    assert interval(naive, Cell("r2", "c1")) == pytest.approx((2, 2))


def test_the_attack_on_the_same_table_fails() -> None:
    published = suppressed(table(PUBLISHED))
    assert published.row_totals == {"r0": 55, "r1": 34, "r2": 58, "r3": 31}
    for cell in (Cell("r0", "c1"), Cell("r2", "c1")):
        low, high = interval(published, cell)
        assert low <= 0
        assert high >= THRESHOLD


@pytest.mark.slow
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
        lambda shape: st.lists(
            st.lists(st.one_of(st.integers(0, 12), st.integers(0, 200)), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
)
def test_no_small_count_of_any_table_is_found(numbers: list[list[int]]) -> None:
    whole = table(numbers)
    published = suppressed(whole)
    for cell, count in whole.items():
        assert published.counts[cell] in (None, count)
        if 0 < count < THRESHOLD:
            assert published.counts[cell] is None
            low, high = interval(published, cell)
            assert low <= 1e-6
            assert high >= THRESHOLD - 1e-6


def test_what_hides_nothing_publishes_everything() -> None:
    whole = table([[5, 0], [7, 100]])
    published = suppressed(whole)
    assert published.counts == whole
    assert published.column_totals == {"c0": 12, "c1": 100}


def test_a_small_total_is_not_published() -> None:
    published = suppressed(table([[3, 0], [70, 80]]))
    assert published.row_totals is None
    assert published.column_totals is None


def test_cells_that_are_missing_count_none() -> None:
    published = suppressed({Cell("a", "x"): 9, Cell("b", "y"): 8})
    assert {cell: published.counts[cell] for cell in map(Cell._make, product("ab", "xy"))} == {
        ("a", "x"): 9,
        ("a", "y"): 0,
        ("b", "x"): 0,
        ("b", "y"): 8,
    }
