"""Batch rules with Great Expectations: the amount, and the fullness, that were to be expected.

A suite is made from the mapping's `expect:` and, when given, from the fill rates of earlier batches, and runs on the
batch's profile (one line per column), never on its rows.  Great Expectations takes seconds to import, so it is imported
when a batch is judged and not before.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import FixTheHub
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

SLACK = 0.2  # a fill rate may leave the range of earlier batches by this much before it is told
ROWS, FILL = "rows", "fill"


@dataclass(frozen=True)
class Judgement:
    """What the suite said: findings for the receipt, and the whole result (JSON) for the ledger."""

    findings: list[Finding] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)


def judge_batch(
    profile: pa.Table,
    expect: Mapping[str, Any],
    history: Mapping[str, tuple[float, float]] | None = None,
    rows: int | None = None,
) -> Judgement:
    """Judge a batch by its profile (`validation.profile`).

    `expect` is the mapping's; `history` gives per column of the record the lowest and highest fill rate (0 to 1) of
    earlier batches; `rows` is the number of rows of the delivery when some of them are not records.
    """
    record = profile.filter(pc.equal(profile["table"], ""))
    count = rows if rows is not None else pc.max(record["rows"]).as_py() or 0
    bounds = expect.get("rows", {})
    fills = _fills(record)
    known = {name: each for name, each in (history or {}).items() if name in fills}
    if not bounds and not known:
        return Judgement()
    figures = {ROWS: float(count)} | {f"{FILL}:{name}": fills[name] for name in known}
    limits = {ROWS: (bounds.get("min"), bounds.get("max"))} if bounds else {}
    limits |= {f"{FILL}:{name}": (max(low - SLACK, 0.0), min(high + SLACK, 1.0)) for name, (low, high) in known.items()}
    if all(_within(figures[name], *limit) for name, limit in limits.items()):
        # Importing Great Expectations takes longer than judging a million rows: it is called when there is a case.
        return Judgement(result={"success": True, "engine": None, "results": []})
    result = _run(figures, limits)
    return Judgement([_finding(each, limits) for each in result["results"] if not each["success"]], result)


def _within(figure: float, low: float | None, high: float | None) -> bool:
    return (low is None or figure >= low) and (high is None or figure <= high)


def _fills(record: pa.Table) -> dict[str, float]:
    lines = zip(*(record[name].to_pylist() for name in ("column", "rows", "nulls")), strict=True)
    return {name: 1 - nulls / count if count else 0.0 for name, count, nulls in lines}


def _run(figures: dict[str, float], limits: dict[str, tuple[float | None, float | None]]) -> dict[str, Any]:
    """Run one suite over the one-line table of figures and return its result as plain data."""
    gx, asset = _context()
    import pandas as pd  # noqa: PLC0415 - comes with Great Expectations, as heavy

    batch = asset.get_batch({"dataframe": pd.DataFrame([figures])})
    suite = gx.ExpectationSuite(name="batch")
    for name, (low, high) in limits.items():
        suite.add_expectation(gx.expectations.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high))
    told = batch.validate(suite, result_format="COMPLETE")
    results = [_plain(each, figures) for each in told.results]
    trouble = [each["trouble"] for each in results if each["trouble"]]
    if trouble:
        raise FixTheHub(
            "A batch rule could not be worked out.",
            where="validation/batches.py",
            why=trouble[0],
            next_step="Report it.",
        )
    return {"success": bool(told.success), "engine": f"great_expectations {gx.__version__}", "results": results}


def _plain(each: Any, figures: dict[str, float]) -> dict[str, Any]:
    arguments = each.expectation_config.kwargs
    trouble = [info["exception_message"] for info in each.exception_info.values() if isinstance(info, dict)]
    return {
        "expectation": each.expectation_config.type,
        "figure": arguments["column"],
        "min": arguments.get("min_value"),
        "max": arguments.get("max_value"),
        "observed": figures[arguments["column"]],
        "success": bool(each.success),
        "trouble": trouble[0] if trouble else None,
    }


@cache
def _context() -> tuple[Any, Any]:
    """Return Great Expectations and a data-frame asset in a context that writes nothing and calls nobody."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - takes seconds

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    asset = context.data_sources.add_pandas("profile").add_dataframe_asset("figures")
    return gx, asset.add_batch_definition_whole_dataframe("batch")


def _finding(each: dict[str, Any], limits: dict[str, tuple[float | None, float | None]]) -> Finding:
    low, high = limits[each["figure"]]
    kind, _, column = each["figure"].partition(":")
    if kind == ROWS:
        expected = f"{low or 0:g} ... " + ("∞" if high is None else f"{high:g}")
        return Finding("VOLUME_UNUSUAL", value=f"{each['observed']:g}", expected=expected)
    return Finding("FILL_UNUSUAL", field=column, value=f"{each['observed']:.0%}", expected=f"{low:.0%} ... {high:.0%}")
