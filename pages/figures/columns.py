"""Counts in the order of time: columns with the band in which each was expected, and small ones side by side."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, variance
from typing import TYPE_CHECKING

from markupsafe import escape

from pages.figures.svg import picture, shown_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

BASELINE = 8  # periods from which the next one is expected
FEWEST = 4  # of them that must be known
Z = 1.96  # of a two-sided limit of 95 %
WIDE, HIGH = 760, 230  # units of the large picture
LEFT, TOP, BOTTOM = 44, 12, 26  # room for the numbers and the days
SMALL = 150, 44  # units of a small one
STEPS = (1, 2, 5, 10)
FEW_LABELS = 7  # on a phone only so many days are written


@dataclass(frozen=True)
class Column:
    """One period: its name, its count, what was expected (None: not known), and the address of its rows.

    A column that is `open` may still grow.
    """

    name: str
    count: int
    expected: tuple[float, float] | None = None
    href: str = ""
    open: bool = False

    @property
    def is_unusual(self) -> bool:
        """Whether it lies outside of what was expected; a period that goes on can only lie above."""
        if self.expected is None:
            return False
        return self.count > self.expected[1] or (self.count < self.expected[0] and not self.open)


def expected_band(before: Sequence[int]) -> tuple[float, float] | None:
    """Return the limits within which the next count lies 19 times of 20, by the counts before it; None: too few.

    Mean and variance are those of the last eight counts.  A variance below the mean is taken for the mean, as chance
    makes it for events that do not hang together.

    >>> [round(limit, 1) for limit in expected_band([10, 10, 10, 10])]
    [3.1, 16.9]
    >>> expected_band([3, 4])
    """
    known = before[-BASELINE:]
    if len(known) < FEWEST:
        return None
    mean = fmean(known)
    spread = Z * (max(variance(known), mean, 0.5) * (1 + 1 / len(known))) ** 0.5
    return max(mean - spread, 0), mean + spread


def column_chart(columns: Sequence[Column]) -> Markup:
    """Return a picture of the columns, oldest first, with the bands in which they were expected.

    It is for the eye and the mouse.  A page shows a table of the same numbers beside it.
    """
    top = nice_top(
        max([each.count for each in columns] + [each.expected[1] for each in columns if each.expected] + [1])
    )
    step = (WIDE - LEFT) / max(len(columns), 1)
    floor = HIGH - BOTTOM

    def y_of(count: float) -> float:
        return floor - (floor - TOP) * count / top

    parts = "".join(_rule(y_of(at * top / 4), f"{at * top / 4:,g}") for at in range(5))
    parts += _band([each.expected for each in columns], step, y_of)
    every = max(1, -(-len(columns) // FEW_LABELS))
    for at, each in enumerate(columns):
        x, y = LEFT + at * step, y_of(each.count)
        kinds = f"bar{' unusual' if each.is_unusual else ''}{' open' if each.open else ''}"
        box = f'x="{x + step * 0.18:.1f}" y="{y:.1f}" width="{step * 0.64:.1f}" height="{floor - y:.1f}"'
        bar = f'<rect class="{kinds}" {box}/>'
        # A column of nothing can be hit too.
        bar += f'<rect class="reach" x="{x:.1f}" y="{TOP}" width="{step:.1f}" height="{floor - TOP}"/>'
        bar = f"<g><title>{escape(each.name)}: {each.count:,}</title>{bar}</g>"
        parts += f'<a href="{escape(each.href)}" tabindex="-1">{bar}</a>' if each.href else bar
        kinds = "tick" if (len(columns) - 1 - at) % every == 0 else "tick more"
        parts += f'<text class="{kinds}" x="{x + step / 2:.1f}" y="{HIGH - 7}">{escape(each.name[-5:])}</text>'
    return shown_only("picture weeks", (WIDE, HIGH), parts)


def small_columns(counts: Sequence[int], label: str, *, last_is_open: bool = False) -> Markup:
    """Return a small picture of counts, oldest first, for a row of such; each has a scale of its own."""
    wide, high = SMALL
    step, most = wide / max(len(counts), 1), max([*counts, 1])
    parts = f'<line class="rule" x1="0" x2="{wide}" y1="{high - 0.5}" y2="{high - 0.5}"/>'
    for at, count in enumerate(counts):
        tall = (high - 2) * count / most
        kinds = "bar open" if last_is_open and at == len(counts) - 1 else "bar"
        box = f'x="{(at + 0.12) * step:.1f}" y="{high - 1 - tall:.1f}" width="{step * 0.76:.1f}" height="{tall:.1f}"'
        parts += f'<rect class="{kinds}" {box}/>'
    return picture("weeks small", SMALL, label, parts)


def nice_top(most: float) -> float:
    """Return the end of a scale: the next number whose quarters are easy to read.

    >>> nice_top(1), nice_top(13), nice_top(430)
    (4, 20, 800)
    """
    scale = 1.0
    while True:
        for step in STEPS:
            if most <= 4 * step * scale:
                top = 4 * step * scale
                return int(top)
        scale *= 10


def _rule(y: float, text: str) -> str:
    line = f'<line class="rule" x1="{LEFT}" x2="{WIDE}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return f'{line}<text class="scale" x="{LEFT - 6}" y="{y + 4:.1f}">{text}</text>'


def _band(expected: Sequence[tuple[float, float] | None], step: float, y_of: Callable[[float], float]) -> str:
    parts = ""
    for at, limits in enumerate(expected):
        if limits is not None:
            low, high = y_of(limits[0]), y_of(limits[1])
            x = LEFT + at * step
            parts += (
                f'<rect class="band" x="{x:.1f}" y="{high:.1f}" width="{step + 0.5:.1f}" height="{low - high:.1f}"/>'
            )
    return parts
