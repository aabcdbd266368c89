"""Drift: the limits that a feed's own history sets for the next batch, and columns that have come, gone or moved.

Methods are robust (median, median absolute deviation), widened by what chance alone does to a batch of this size, and
have floors, so that a steady feed is not held for nothing; docs/holds.md describes them and what they miss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validation.batches.figures import Figures

LEAST = 8  # batches that must be known: a week and a day, so that a first weekend is no surprise
MOST = 20  # older ones are forgotten
SCALE = 1.4826  # makes the median absolute deviation of normal figures their standard deviation
FAR = 6.0  # deviations
FEW = 30  # rows below which shares and levels mean nothing
FILL_SLACK = 0.25  # on top of the range of history
CODES_SLACK = 0.3  # total variation distance
UNIT = math.log(5)  # no agreed unit is nearer to another one
VOLUME_SLACK = math.log(1.6)


@dataclass(frozen=True)
class Limit:
    """One rule about one figure: outside low ... high it is a finding; None is no limit."""

    code: str
    figure: str  # `rows`, `fill:fire_incident.area_m2`, `level:...`, `codes:...`
    observed: float
    low: float | None
    high: float | None
    holds: bool = True
    origin: str = "history"  # or the file that states it

    @property
    def field(self) -> str | None:
        """The field that it is about, None for the batch as a whole."""
        return self.figure.partition(":")[2] or None


def limits(now: Figures, history: Sequence[Figures]) -> list[Limit]:
    """Return the limits that history sets for the figures of a batch; none while there is too little of it."""
    known = list(history)[-MOST:]
    if len(known) < LEAST:
        return []
    return [_volume(now, known), *_fills(now, known), *_levels(now, known), *_shifts(now, known)]


def _deviation(values: Sequence[float]) -> float:
    middle = median(values)
    return SCALE * median(abs(value - middle) for value in values)


def _volume(now: Figures, known: list[Figures]) -> Limit:
    """Rows on a scale of logarithms: outside the range of history, widened.

    The range, not the deviation: weekends and holidays give a feed two middles, and a deviation that hides everything.
    """
    logs = [math.log(each.rows + 1) for each in known]
    low = min(logs) - VOLUME_SLACK - FAR / 2 / math.sqrt(math.exp(min(logs)))
    high = max(logs) + VOLUME_SLACK + FAR / 2 / math.sqrt(math.exp(max(logs)))
    return Limit("VOLUME_UNUSUAL", "rows", now.rows, max(math.floor(math.exp(low) - 1), 0), math.ceil(math.exp(high)))


def _fills(now: Figures, known: list[Figures]) -> Iterator[Limit]:
    for name, fill in now.fill.items():
        past = [each.fill[name] for each in known if name in each.fill and _records(each, name) >= FEW]
        rows = _records(now, name)
        if len(past) < LEAST or rows < FEW:
            continue
        middle = median(past)
        slack = FILL_SLACK + 3 * math.sqrt(middle * (1 - middle) / rows)
        yield Limit("FILL_UNUSUAL", f"fill:{name}", fill, max(min(past) - slack, 0.0), min(max(past) + slack, 1.0))


def _levels(now: Figures, known: list[Figures]) -> Iterator[Limit]:
    for name, level in now.level.items():
        past = [each.level[name] for each in known if name in each.level and each.level[name].count >= FEW]
        if len(past) < LEAST or level.count < FEW:
            continue
        means = [each.mean for each in past]
        chance = max(median(each.spread for each in past), level.spread) / math.sqrt(level.count)
        reach = max(UNIT, FAR * max(_deviation(means), chance))
        low, high = min(median(means) - reach, *means), max(median(means) + reach, *means)
        yield Limit("UNITS_CHANGED", f"level:{name}", math.exp(level.mean), math.exp(low), math.exp(high))


def _shifts(now: Figures, known: list[Figures]) -> Iterator[Limit]:
    for name, shares in now.codes.items():
        past = [each.codes[name] for each in known if name in each.codes and _filled(each, name) >= FEW]
        rows = _filled(now, name)
        if len(past) < LEAST or rows < FEW:
            continue
        usual = _mean(past)
        chance = sum(math.sqrt(share * (1 - share) / rows) for share in usual.values()) / 2
        high = 1.5 * max(distance(each, usual) for each in past) + CODES_SLACK + 2 * chance
        yield Limit("CODES_SHIFTED", f"codes:{name}", distance(shares, usual), None, min(high, 1.0))


def _records(figures: Figures, name: str) -> int:
    return figures.records.get(name.partition(".")[0], 0)


def _filled(figures: Figures, name: str) -> float:
    return figures.fill.get(name, 0.0) * _records(figures, name)


def _mean(shares: Sequence[dict[str, float]]) -> dict[str, float]:
    names = {code for each in shares for code in each}
    return {code: sum(each.get(code, 0.0) for each in shares) / len(shares) for code in names}


def distance(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the total variation distance of two distributions: the share that would have to move, 0 to 1.

    >>> distance({"a": 0.5, "b": 0.5}, {"a": 1.0})
    0.5
    """
    return sum(abs(one.get(code, 0.0) - other.get(code, 0.0)) for code in one.keys() | other.keys()) / 2


def moved_columns(now: Sequence[str], before: Sequence[str]) -> Iterable[Finding]:
    """Return the findings about columns that the last delivery had, in its order.

    The header's own check reports new columns, and missing ones that the mapping needs.
    """
    for name in before:
        if name not in now:
            yield Finding("COLUMN_DROPPED", column=name)
    common = [name for name in before if name in now]
    order = [name for name in now if name in common]
    if order != common:
        first = next(name for name, usual in zip(order, common, strict=True) if name != usual)
        yield Finding("COLUMNS_REORDERED", column=first, value=str(order.index(first) + 1))
