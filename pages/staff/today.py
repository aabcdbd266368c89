"""What came today, what was let in, and what waits for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hub import clock
from pages.site.reading import reader_of
from pages.site.rendering import render

if TYPE_CHECKING:
    from datetime import datetime

router = APIRouter()


class FeedToday(TypedDict):
    """One source with what it brought in the last 24 hours (`staff/feeds_today`)."""

    source: str
    title_zh: str
    title_en: str
    last_received_at: datetime
    read: int
    let_in: int
    quarantined: int
    held: int


@router.get("/")
def today(request: Request) -> HTMLResponse:
    """Show the first page."""
    feeds = reader_of(request).rows(FeedToday, "staff/feeds_today", now=clock.now())
    totals = {
        "read": sum(feed["read"] for feed in feeds),
        "let_in": sum(feed["let_in"] for feed in feeds),
        "quarantined": sum(feed["quarantined"] for feed in feeds),
        "held": sum(feed["held"] for feed in feeds),
    }
    return render(request, "staff/today.html.j2", feeds=feeds, totals=totals)
