"""Data Docs: suites and results as Great Expectations renders them, on pages that load nothing and run nothing.

Great Expectations makes the content; the frame is ours, since its own pages fetch style sheets and scripts from six
servers, and its templates escape nothing: every text that goes in is made harmless here first.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from hub.templates import render_page
from validation.batches.drift import Limit
from validation.batches.verdict import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.receipt import RuleResult

RULE = "expect_column_values_to_be_between"
PAGES = Path(__file__).with_name("pages")
COLLAPSED = "collapse"  # blocks with random ids that repeat what the page shows


@dataclass(frozen=True)
class Page:
    """What stands above the content: a title, lines of facts, and the way back to the first page."""

    title: str
    facts: dict[str, str]
    home: str


class BatchLine(TypedDict):
    """A batch on the first page; `page` is its own page, seen from there."""

    id: str
    file: str
    received: str
    state: str
    good: int  # rules that it met
    count: int  # rules
    page: str


class SourceLine(TypedDict):
    """A source on the first page, with its last batches; `suite` is the page of its rules."""

    name: str
    rules: int
    suite: str
    batches: list[BatchLine]


def suite_page(page: Page, results: Sequence[RuleResult]) -> str:
    """Return the page of a suite: the rules that the newest batch met (`results` as `judge_figures` makes them)."""
    gx, pages = _great_expectations()
    suite = gx.ExpectationSuite(name="suite")
    for each in results:
        suite.add_expectation_configuration(_rule(each))
    return _framed(page, pages.ExpectationSuitePageRenderer().render(suite))


def results_page(page: Page, results: Sequence[RuleResult]) -> str:
    """Return the page of one batch: every rule with the figure that it met."""
    _, pages = _great_expectations()
    from great_expectations import core  # noqa: PLC0415 - see below

    validation = core.ExpectationSuiteValidationResult(
        success=all(each["success"] for each in results),
        results=[_result(core, each) for each in results],
        suite_name="suite",
    )
    return _framed(page, pages.ValidationResultsPageRenderer().render(validation))


def index_page(sources: Sequence[SourceLine], *, as_of: str) -> str:
    """Return the first page: every source with its suite and its last batches, as they were at `as_of`."""
    return render_page(PAGES / "index.html.j2", sources=sources, as_of=as_of)


def harmless(text: str) -> str:
    """Return a text without signs that mean something in HTML or in Great Expectations' own templates (`$x`)."""
    return re.sub(r"[<>&\"'`$\\{}]", "_", text)


@cache
def _great_expectations() -> tuple[Any, Any]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - takes seconds
    from great_expectations.render.renderer import page_renderer  # noqa: PLC0415

    return gx, page_renderer


def _rule(result: RuleResult) -> Any:
    from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415
        ExpectationConfiguration,
    )

    ends = {"min_value": result["low"], "max_value": result["high"]}
    column = harmless(result["figure"])
    return ExpectationConfiguration(type=RULE, kwargs={"column": column, **ends})


def _result(core: Any, result: RuleResult) -> Any:
    limit = Limit(result["code"], result["figure"], result["observed"], result["low"], result["high"])
    by = f"{shown(limit, limit.observed)} ({harmless(result['origin'])}, {harmless(result['engine'])})"
    fine = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
    return core.ExpectationValidationResult(
        success=result["success"],
        expectation_config=_rule(result),
        result={"observed_value": by},
        exception_info=fine,
    )


def _framed(page: Page, document: Any) -> str:
    from great_expectations.render.view.view import DefaultJinjaSectionView  # noqa: PLC0415

    content = document.to_json_dict()
    view: Any = DefaultJinjaSectionView()
    sections = []
    for number, section in enumerate(content["sections"][1:], start=1):  # the first one is an overview; ours is above
        section["content_blocks"] = [
            block for block in section["content_blocks"] if block["content_block_type"] != COLLAPSED
        ]
        sections.append(view.render({"section": section, "section_loop": {"index": number}}))
    return render_page(PAGES / "page.html.j2", page=page, sections=sections)
