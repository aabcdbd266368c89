"""Batch rules: figures against their limits, judged by Great Expectations.

Rules run on the batch's figures, never on its rows.  Importing Great Expectations takes longer than judging a million
rows, so plain comparison goes first: when every figure is within its limits the suite would say the same (a property
test holds it) and is not called.  docs/decisions/0005 has the figures.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from hub.errors import FixTheHub
from hub.finding import Finding
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.receipt import HoldReason, RuleResult
    from validation.batches.drift import Limit

WHOLE = 1000  # a level from here on is told without decimals
COMPARISON = "comparison"  # the engine of a batch whose figures are all within their limits


@dataclass(frozen=True)
class BatchVerdict:
    """What the rules said: findings for the receipt, the reasons to hold, and every result for the ledger."""

    findings: list[Finding] = field(default_factory=list)
    reasons: list[HoldReason] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)


def judge_figures(limits: Sequence[Limit]) -> BatchVerdict:
    """Compare figures with their limits.

    Args:
        limits: Each with the figure of the batch (`observed`) and its bounds, both included.

    Returns:
        A finding for each figure outside its limits, the reasons to hold the batch, and all results for the ledger.

    Raises:
        FixTheHub: Great Expectations could not evaluate a rule.
    """
    if all(within(limit) for limit in limits):
        return BatchVerdict(results=[_result(limit, COMPARISON, success=True) for limit in limits])
    if find_spec("great_expectations"):
        engine, verdicts = by_great_expectations(limits)
    else:  # a partner's own check: comparison gives the same verdict, and takes nothing to install
        engine, verdicts = COMPARISON, [within(limit) for limit in limits]
    results = [_result(limit, engine, success=good) for limit, good in zip(limits, verdicts, strict=True)]
    broken = [limit for limit, good in zip(limits, verdicts, strict=True) if not good]
    reasons = [_reason(limit) for limit in broken if limit.holds]
    return BatchVerdict([_finding(limit) for limit in broken], reasons, results)


def within(limit: Limit) -> bool:
    """Whether a figure is within its limits, both of them included; what is not a number is not."""
    above = limit.low is None or limit.observed >= limit.low
    return above and (limit.high is None or limit.observed <= limit.high)


def by_great_expectations(limits: Sequence[Limit]) -> tuple[str, list[bool]]:
    """Run the limits as one suite over the one-line table of figures; return the engine and its verdicts, in order."""
    gx, batch_definition = _context()
    import pandas as pd  # noqa: PLC0415 - comes with Great Expectations, as heavy

    columns = [f"{at}:{limit.figure}" for at, limit in enumerate(limits)]
    frame = pd.DataFrame([dict(zip(columns, (float(limit.observed) for limit in limits), strict=True))])
    expectations = [
        gx.expectations.ExpectColumnValuesToBeBetween(column=column, min_value=limit.low, max_value=limit.high)
        for column, limit in zip(columns, limits, strict=True)
        if not (limit.low is None and limit.high is None)
    ]
    validation = batch_definition.get_batch({"dataframe": frame}).validate(
        gx.ExpectationSuite(name="batch", expectations=expectations), result_format="COMPLETE"
    )
    trouble = [
        info["exception_message"]
        for each in validation.results
        for info in each.exception_info.values()
        if isinstance(info, dict)
    ]
    if trouble:
        raise error_of(FixTheHub, "standard.rule_failed", where="validation/batches/verdict.py", why=trouble[0])
    verdicts = {each.expectation_config.kwargs["column"]: bool(each.success) for each in validation.results}
    return f"great_expectations {gx.__version__}", [verdicts.get(column, True) for column in columns]


@cache
def _context() -> tuple[Any, Any]:
    """Return Great Expectations and a data-frame asset in a context that writes nothing and calls nobody."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - takes seconds

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    asset = context.data_sources.add_pandas("profile").add_dataframe_asset("figures")
    return gx, asset.add_batch_definition_whole_dataframe("batch")


def _result(limit: Limit, engine: str, *, success: bool) -> RuleResult:
    return {
        "code": limit.code,
        "figure": limit.figure,
        "observed": limit.observed,
        "low": limit.low,
        "high": limit.high,
        "holds": limit.holds,
        "origin": limit.origin,
        "success": success,
        "engine": engine,
    }


def _reason(limit: Limit) -> HoldReason:
    """Return why a batch is held, in words for people."""
    return {
        "code": limit.code,
        "field": limit.field,
        "figure": limit.figure,
        "origin": limit.origin,
        "observed": shown(limit, limit.observed),
        "expected": shown_range(limit),
    }


def _finding(limit: Limit) -> Finding:
    return Finding(limit.code, field=limit.field, value=shown(limit, limit.observed), expected=shown_range(limit))


def shown_range(limit: Limit) -> str:
    """Return the limits as a person reads them."""
    low = 0.0 if limit.low is None else limit.low
    return f"{shown(limit, low)} ... " + ("∞" if limit.high is None else shown(limit, limit.high))


def shown(limit: Limit, figure: float) -> str:
    """Return a figure as a person reads it: a share in percent, a count in full, a level with three digits or more.

    >>> from validation.batches.drift import Limit
    >>> shown(Limit("FILL_UNUSUAL", "fill:fire_incident.area_m2", 0.5, 0.8, 1.0), 0.5)
    '50%'
    """
    kind = limit.figure.partition(":")[0]
    if kind in {"fill", "codes", "ended"}:
        return f"{figure:.0%}"
    return f"{figure:,.0f}" if kind == "rows" or abs(figure) >= WHOLE else f"{figure:.3g}"
