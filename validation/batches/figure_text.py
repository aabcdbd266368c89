"""What was expected of a whole delivery, as its sender reads it: figures in words, the unusual ones first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hub.i18n import say
from standards import standard
from validation.batches.drift import Limit
from validation.batches.verdict import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.receipt import RuleResult

MOST = 40  # usual figures that a page shows; all of them are in the JSON


@dataclass(frozen=True)
class Line:
    """One figure: what it is, what it was, and what it should have been."""

    figure: str
    observed: str
    expected: str


@dataclass(frozen=True)
class Expected:
    """The figures that were looked at, parted into the unusual and the first of the usual ones."""

    unusual: list[Line]
    usual: list[Line]
    count: int


def expected(results: Sequence[RuleResult], language: str) -> Expected:
    """Return what the batch rules said (`results` as `judge_figures` makes them), in words."""
    unusual = [figure_line(each, language) for each in results if not each["success"]]
    usual = [each for each in results if each["success"]]
    return Expected(unusual, [figure_line(each, language) for each in usual[:MOST]], len(results))


def figure_line(result: RuleResult, language: str) -> Line:
    """Return what a batch rule said of one figure, in words."""
    limit = Limit(result["code"], result["figure"], result["observed"], result["low"], result["high"])
    label = figure_label(limit.figure, language, result.get("column"))
    return Line(label, shown(limit, limit.observed), _range(limit))


def _range(limit: Limit) -> str:
    low, high = (None if end is None else shown(limit, end) for end in (limit.low, limit.high))
    if low is None or high is None:
        return f"≤ {high}" if high is not None else f"≥ {low}" if low is not None else ""
    return f"{low} – {high}"


def figure_label(figure: str, language: str, column: str | None = None) -> str:
    """Return what a figure is, of the sender's column if there is one, else of the standard's field."""
    kind, _, field = figure.partition(":")
    return say(f"figure.{kind}", language, field=column or _labels(language).get(field, field))


@cache
def _labels(language: str) -> dict[str, str]:
    tables = (table for each in standard().types.values() for table in each.tables.values())
    return {f"{table.name}.{field.name}": field.label[language] for table in tables for field in table.fields.values()}
