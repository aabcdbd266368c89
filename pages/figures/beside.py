"""One figure by month, beside what others reach: a line with points, and a broken line."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from markupsafe import escape

from pages.figures.svg import shown_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

WIDE, HIGH = 320, 128  # units
EXACT = 1e-9  # 0.9 divided by 0.1 is less than 9
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 28  # room for the numbers, the points and the months


def beside(
    months: Sequence[str], own: Sequence[float | None], others: Sequence[float | None], *, is_share: bool
) -> Markup:
    """Return a picture of two rows of numbers, oldest first; None where there is none, and the line has a gap.

    It is for the eye.  A page shows a table of the same numbers beside it.

    Args:
        months: The names of the months, of which the first and the last are written.
        own: One number for each month.
        others: The same of others.
        is_share: Whether they are shares from 0 to 1; the scale is written as per cent then, and ends at 100 at most.
    """
    low, high = _scale([each for each in (*own, *others) if each is not None], is_share=is_share)
    step = (WIDE - LEFT - RIGHT) / max(len(own) - 1, 1)

    def place(at: int, value: float) -> tuple[float, float]:
        return LEFT + at * step, HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (value - low) / (high - low)

    parts = ""
    for limit in (low, high):
        y = place(0, limit)[1]
        text = f"{100 * limit:.0f} %" if is_share else f"{limit:,.0f}"
        parts += f'<line class="rule" x1="{LEFT}" x2="{WIDE}" y1="{y:.1f}" y2="{y:.1f}"/>'
        parts += f'<text class="scale" x="{LEFT - 6}" y="{y + 4:.1f}">{text}</text>'
    for name, x, anchor in ((months[0], LEFT, "start"), (months[-1], WIDE, "end")):
        parts += f'<text class="scale {anchor}" x="{x}" y="{HIGH - 6}">{escape(name)}</text>'
    for kind, values in (("others", others), ("own", own)):
        for first, run in _runs(values):
            places = [place(first + at, value) for at, value in enumerate(run)]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts += f'<polyline class="{kind}" points="{line}"/>{_points(kind, places)}'
    return shown_only("weeks beside", (WIDE, HIGH), parts)


def _points(kind: str, places: Sequence[tuple[float, float]]) -> str:
    return "".join(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)


def _scale(known: Sequence[float], *, is_share: bool) -> tuple[float, float]:
    """Return the ends of the scale: near the numbers, so that differences show, and never without a length.

    >>> _scale([0.92, 0.97], is_share=True), _scale([1.0], is_share=True), _scale([], is_share=False)
    ((0.9, 1.0), (0.9, 1.0), (0.0, 10.0))
    """
    grain = 0.1 if is_share else 10.0
    low = grain * floor(min(known, default=0.0) / grain + EXACT)
    high = grain * floor(max(known, default=0.0) / grain + EXACT + 1)
    if is_share:
        low, high = min(low, 1 - grain), min(high, 1.0)
    return round(low, 9), round(high, 9)


def _runs(values: Sequence[float | None]) -> list[tuple[int, list[float]]]:
    """Return the numbers that follow each other without a gap, each run with its place.

    >>> _runs([None, 1.0, 2.0, None, 3.0])
    [(1, [1.0, 2.0]), (4, [3.0])]
    """
    found: list[tuple[int, list[float]]] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][0] + len(found[-1][1]) == at:
            found[-1][1].append(value)
        else:
            found.append((at, [value]))
    return found
