"""Small counts of persons are hidden in what leaves the hub, and so is what would give them away.

A count from 1 to 4 is hidden (primary suppression).  Where totals are published, a lone hidden count is total minus the
rest, so further counts are hidden (secondary suppression): each small count becomes a corner of a rectangle of hidden
counts.  Along its sides counts can be moved without changing a total: up to the threshold, since both neighbours hold
that much, and down to zero, since the opposite corner does.  So whoever solves the published totals for a small count
finds that it may be nothing and may be no small count at all, whatever else is published of the table.  Where there is
no such rectangle, or a total is small itself, no totals are published.

The rule is about one table.  Two tables of one matter (a county within its province, two exports a week apart) can be
subtracted from each other, so publish fixed tables and not the answers to free questions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

THRESHOLD = 5  # the least count that is published


class Cell(NamedTuple):
    """A place in a table of counts."""

    row: str
    column: str


class Published(NamedTuple):
    """What may leave: the counts, None where hidden, and the totals, None where they would give one away."""

    counts: dict[Cell, int | None]
    row_totals: dict[str, int] | None
    column_totals: dict[str, int] | None


def suppressed(counts: Mapping[Cell, int], threshold: int = THRESHOLD) -> Published:
    """Hide the small counts of a table, and as many others as protect them.

    Args:
        counts: Persons by row and column; a cell that is missing counts none.
        threshold: The least count that is published, in persons.

    >>> table = {Cell("a", "x"): 12, Cell("a", "y"): 3, Cell("b", "x"): 9, Cell("b", "y"): 18}
    >>> list(suppressed(table).counts.values())
    [None, None, None, None]
    >>> suppressed(table).row_totals
    {'a': 15, 'b': 27}
    """
    rows, columns = (dict.fromkeys(cell[side] for cell in counts) for side in (0, 1))
    full = {Cell(row, column): counts.get(Cell(row, column), 0) for row in rows for column in columns}
    small = [cell for cell, count in full.items() if 0 < count < threshold]
    hidden = set(small)
    row_totals, column_totals = _totals(full, 0), _totals(full, 1)
    with_totals = not any(0 < total < threshold for total in (*row_totals.values(), *column_totals.values()))
    for cell in small if with_totals else ():
        rectangles = list(_rectangles(full, cell, threshold))
        if not rectangles:
            with_totals = False
            hidden = set(small)
            break
        hidden |= min(rectangles, key=lambda corners: (sum(full[each] for each in corners - hidden), sorted(corners)))
    shown = {cell: None if cell in hidden else count for cell, count in full.items()}
    return Published(shown, row_totals, column_totals) if with_totals else Published(shown, None, None)


def _totals(full: Mapping[Cell, int], side: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for cell, count in full.items():
        found[cell[side]] += count
    return dict(found)


def _rectangles(full: Mapping[Cell, int], cell: Cell, threshold: int) -> Iterator[frozenset[Cell]]:
    """Yield the corners of each rectangle with which the cell may be zero, and may reach the threshold."""
    for opposite, count in full.items():
        if opposite.row != cell.row and opposite.column != cell.column and count >= full[cell]:
            beside = (Cell(cell.row, opposite.column), Cell(opposite.row, cell.column))
            if all(full[each] >= threshold - full[cell] for each in beside):
                yield frozenset({opposite, *beside})
