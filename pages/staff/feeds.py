"""The feeds, and the first page of one: its volume and lateness, what is found in it over time, how it drifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from hub import clock
from hub.finding import FindingPlace
from hub.i18n import say
from hub.receipt import RuleResult
from pages.figures.bars import outcome_bar, spark
from pages.figures.columns import Column, column_chart
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import moment, page_address, render
from pages.staff.batch import counts_of
from pages.staff.feed import feed_named, feed_page
from pages.staff.late import due_next, late_periods, periods
from pages.staff.today import feed_spark, feeds_today
from validation.batches.figure_text import figure_line
from validation.catalogue import catalogue
from validation.catalogue import render as finding_text
from warehouse.listings import RowCounts

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from validation.batches.figure_text import Line

router = APIRouter()
BATCHES = 30  # of the picture and the table of volume
WEEKS = timedelta(weeks=12)
MOST = 12  # findings, unusual figures, moved columns
PERIODS = 8  # of the table of lateness
KINDS = {"error": "bad", "warning": "warn"}
FARTHEST = 2  # the band is drawn up to so many times the highest column: an agreed limit may lie far above
# What is found about the columns themselves, and not about what stands in them.
MOVED = ("COLUMN_DROPPED", "COLUMNS_REORDERED", "MISSING_COLUMN", "UNMAPPED_COLUMN", "DUPLICATE_COLUMN")


class FeedBatch(RowCounts):
    """One delivery of a feed beside the rows that were expected of it (`feeds/batches_of_feed`)."""

    batch: str
    file: str
    state: str
    received_at: datetime
    seen: int | None  # rows that the batch rules met; of a held batch `read` is not counted yet
    low: float | None
    high: float | None
    is_expected: bool | None  # None: nothing was expected


class FindingOverTime(TypedDict):
    """What was found in a feed, by code and column (`feeds/findings_over_time`)."""

    code: str
    level: str
    column: str | None
    rows: int
    batches: int
    last_found_at: datetime
    weeks: list[int]  # rows of each of the last twelve, oldest first


class UnusualFigure(RuleResult):
    """A figure of a batch outside of its limits (`feeds/unusual_figures`)."""

    batch: str
    file: str
    state: str
    received_at: datetime


class MovedColumn(TypedDict):
    """What was found about a column of a batch (`feeds/moved_columns`)."""

    batch: str
    file: str
    state: str
    received_at: datetime
    code: str
    level: str
    column: str | None
    value: str | None


class BatchWithFinding(TypedDict):
    """A batch in which something was found, with its first places (`feeds/batches_with_finding`)."""

    batch: str
    file: str
    state: str
    received_at: datetime
    replay_of: str | None
    quarantined: int
    code: str
    level: str
    column: str | None
    field: str | None
    value: str | None
    expected: str | None
    member: str | None
    sheet: str | None
    line: int | None
    count: int
    samples: list[FindingPlace]


@dataclass(frozen=True)
class WordedFigure:
    """An unusual figure in words."""

    figure: UnusualFigure
    line: Line


@router.get("/feeds")
def feeds(request: Request) -> HTMLResponse:
    """Show every feed: when it last came, what of it is held, and whether it is late."""
    reader, language, now = reader_of(request), language_of(request), clock.now()
    found = feeds_today(reader, now)
    return render(
        request,
        "staff/feeds.html.j2",
        feeds=found,
        sparks={feed["source"]: feed_spark(feed, language) for feed in found},
        bars={feed["source"]: outcome_bar(counts_of(feed), language) for feed in found if feed["read"]},
        late={line["source"]: line for line in late_periods(now)},
    )


@router.get("/feeds/{agency}/{feed}")
def feed_overview(request: Request, agency: str, feed: str) -> HTMLResponse:
    """Show the first page of a feed."""
    reader, language, now = reader_of(request), language_of(request), clock.now()
    about, key = feed_named(reader, agency, feed), {"agency": agency, "feed": feed}
    batches = reader.rows(FeedBatch, "feeds/batches_of_feed", **key, limit=BATCHES)
    findings = reader.rows(FindingOverTime, "feeds/findings_over_time", **key, now=now, since=now - WEEKS, limit=MOST)
    due = [line for line in periods(now) if line["source"] == about["source"]]
    unusual = reader.rows(UnusualFigure, "feeds/unusual_figures", **key, limit=MOST)
    return feed_page(
        request,
        "staff/feed.html.j2",
        "",
        about,
        batches=batches,
        chart=_chart(batches, language, str(request.scope.get("root_path", "")).rstrip("/")),
        findings=findings,
        sparks=[_weeks(each, language) for each in findings],
        periods=due[::-1][:PERIODS],
        next_due=due_next(about["source"], now),
        unusual=[WordedFigure(each, figure_line(each, language)) for each in unusual],
        moved=reader.rows(MovedColumn, "feeds/moved_columns", **key, codes=list(MOVED), limit=MOST),
        title_of=lambda code: finding_text(code, language).title,
    )


@router.get("/feeds/{agency}/{feed}/findings")
def finding_of_feed(request: Request, agency: str, feed: str, code: str = "", column: str = "") -> HTMLResponse:
    """Show the batches in which one thing was found (`?code=&column=`), each with the way to its rows."""
    reader, language = reader_of(request), language_of(request)
    about = feed_named(reader, agency, feed)
    if code not in catalogue() or "\0" in column:
        raise HTTPException(404)
    found = reader.rows(
        BatchWithFinding,
        "feeds/batches_with_finding",
        agency=agency,
        feed=feed,
        code=code,
        column=column or None,
        limit=BATCHES,
    )
    return feed_page(
        request,
        "staff/feed_finding.html.j2",
        "",
        about,
        found=found,
        code=code,
        column=column,
        text=finding_text(code, language, column=column or None),
    )


def rows_of_batch(batch: FeedBatch) -> int:
    """Return how many rows a batch has: those that were read, or, while it is held, those that the rules met."""
    return batch["read"] or batch["seen"] or 0


def _chart(batches: list[FeedBatch], language: str, root: str) -> Markup:
    """Return the picture of the last deliveries, oldest first, each over the band in which it was expected."""
    ceiling = FARTHEST * max([*(rows_of_batch(each) for each in batches), 1])
    columns = []
    for each in batches[::-1]:
        low, high = each["low"], each["high"]
        limits = None if low is None and high is None else (min(low or 0, ceiling), min(high or ceiling, ceiling))
        name = f"{each['file']} {moment(each['received_at'], language)[:10]}"
        columns.append(Column(name, rows_of_batch(each), limits, page_address(root, f"/deliveries/{each['batch']}")))
    return column_chart(columns)


def _weeks(found: FindingOverTime, language: str) -> Markup:
    kinds = [KINDS.get(found["level"], "")] * len(found["weeks"])
    label = say("feed.weeks", language, count=len(kinds), rows=f"{found['rows']:,}", last=f"{found['weeks'][-1]:,}")
    return spark(found["weeks"], label, kinds)
