"""What came in the last 24 hours, what was let in, what waits and for whom, and what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from hub import clock
from hub.i18n import say
from hub.templates import thousands
from pages.figures.bars import outcome_bar, spark
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import page_address, render
from pages.staff.batch import TitledSource, counts_of
from pages.staff.holds import held_cards
from pages.staff.late import late_periods
from pipeline.reports.waiting import StoppedBatch
from validation.catalogue import render as finding_text
from warehouse.listings import BatchLine, RowCounts

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from pages.site.reading import Reader

router = APIRouter()
DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
MOST = 10  # batches of each list on the first page; the list of deliveries has them all


class FeedToday(RowCounts, TitledSource):
    """One source with what it brought in the last 24 hours (`staff/feeds_today`)."""

    last_received_at: datetime | None
    spark_read: list[int]  # rows of the last batches, oldest first
    spark_kinds: list[str]  # for each of them "", "warn" or "bad"
    batches: int
    held: int


class RejectedBatch(TypedDict):
    """A rejected batch, which its sender must correct (`staff/sent_back`); `code` is its first finding."""

    batch: str
    source: str
    agency_zh: str
    agency_en: str
    file: str
    received_at: datetime
    code: str | None


@dataclass(frozen=True)
class Totals:
    """Rows of the last 24 hours, and batches that wait for a person."""

    read: int
    let_in: int
    quarantined: int
    held: int
    feeds: int  # that have delivered


@dataclass(frozen=True)
class CardFigure:
    """One figure of the card, ready to be shown; `kind` is "", "good", "warn" or "bad"."""

    label: str
    value: str
    kind: str


@dataclass(frozen=True)
class Card:
    """The stable JSON of `/api/today`, which `static/today.js` shows."""

    title: str
    open: str
    figures: list[CardFigure]


@router.get("/")
def today(request: Request) -> HTMLResponse:
    """Show the first page."""
    reader, language, now = reader_of(request), language_of(request), clock.now()
    feeds = feeds_today(reader, now)
    everything = {"source": None, "state": None, "since": None, "ids": None, "limit": MOST}
    return render(
        request,
        "staff/today.html.j2",
        feeds=feeds,
        totals=_totals(feeds),
        sparks={feed["source"]: feed_spark(feed, language) for feed in feeds},
        bars={feed["source"]: outcome_bar(counts_of(feed), language) for feed in feeds if feed["read"]},
        holds=held_cards(reader, language),
        late=late_periods(now)[:MOST],
        titles={feed["source"]: feed for feed in feeds},
        stopped=reader.rows(StoppedBatch, "status/batches_waiting_for_machine")[:MOST],
        sent_back=reader.rows(RejectedBatch, "staff/sent_back", since=now - WEEK, limit=MOST),
        title_of=lambda code: finding_text(code, language).title,
        newest=reader.rows(BatchLine, "status/list_batches", **everything),
    )


@router.get("/api/today")
def today_card(request: Request) -> Card:
    """Return the totals of the first page in words, for the card on the surrounding server's home page."""
    language, totals = language_of(request), _totals(feeds_today(reader_of(request), clock.now()))
    kinds = {"read": "", "let_in": "good", "quarantined": "bad", "held": "warn"}
    numbers = {name: getattr(totals, name) for name in kinds}
    figures = [
        CardFigure(say(f"staff.figure.{name}", language), thousands(number), kinds[name] if number else "")
        for name, number in numbers.items()
    ]
    return Card(say("staff.card", language), say("staff.card.open", language), figures)


@router.get("/dags/{dag}")
def of_dag(request: Request, dag: str) -> RedirectResponse:
    """Lead from the tab of a DAG to what it is about: the page of its feed, or the first page."""
    agency, _, feed = dag.removeprefix("intake__").partition("__")
    is_known = any(each["source"] == f"{agency}/{feed}" for each in feeds_today(reader_of(request), clock.now()))
    place = f"/feeds/{agency}/{feed}" if is_known else "/"
    return RedirectResponse(page_address(str(request.scope.get("root_path", "")).rstrip("/"), place), 303)


def feeds_today(reader: Reader, now: datetime) -> list[FeedToday]:
    """Return every source with what it brought in the last 24 hours."""
    return reader.rows(FeedToday, "staff/feeds_today", since=now - DAY)


def _totals(feeds: list[FeedToday]) -> Totals:
    return Totals(
        read=sum(feed["read"] for feed in feeds),
        let_in=sum(feed["new"] + feed["changed"] + feed["unchanged"] for feed in feeds),
        quarantined=sum(feed["quarantined"] for feed in feeds),
        held=sum(feed["held"] for feed in feeds),
        feeds=sum(feed["batches"] > 0 for feed in feeds),
    )


def feed_spark(feed: FeedToday, language: str) -> Markup:
    """Return a small picture of the rows of a feed's last batches."""
    amounts = feed["spark_read"]
    label = say("staff.spark", language, count=len(amounts), last=f"{amounts[-1]:,}" if amounts else 0)
    return spark(amounts, label, feed["spark_kinds"])
