"""How well the feeds of an agency did in the last twelve months, beside others that send the same record types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request

from hub import clock
from hub.zones import CHINA
from pages.figures.beside import beside
from pages.portal.entrance import member_of
from pages.portal.home import feeds_of, reader_of
from pages.site.rendering import render
from standards import standard

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from markupsafe import Markup

router = APIRouter()
MONTHS = 12
FIGURES = {"accepted": True, "filled": True, "hours": False}  # by name: whether it is a share


class QualityLine(TypedDict):
    """One figure of a feed in a month (`portal/quality`)."""

    feed: str
    record_type: str
    figure: str  # of FIGURES
    month: date
    own: float
    others: float | None  # the median of others, where there are enough of them


@dataclass(frozen=True)
class FigureShown:
    """One figure of a feed over the months: numbers as they are written, "" where there is none."""

    name: str
    is_share: bool
    own: list[str]
    others: list[str]
    picture: Markup
    last: str  # the newest number, with what others reach in the same month
    last_others: str


@dataclass(frozen=True)
class FeedShown:
    """A feed with one of its record types."""

    feed: str
    title: dict[str, str]
    label: dict[str, str]  # of the record type
    figures: list[FigureShown]

    @property
    def is_compared(self) -> bool:
        """Whether there is a comparison in any month."""
        return any(any(each.others) for each in self.figures)


@router.get("/quality")
def quality(request: Request) -> HTMLResponse:
    """Show the figures of each feed, and of each of its record types."""
    lines = reader_of(request).rows(QualityLine, "portal/quality")
    months = last_months(clock.now().astimezone(ZoneInfo(CHINA)).date())
    shown = []
    for head in feeds_of(member_of(request).agency):
        for name in head.record_types:
            of_feed = [line for line in lines if (line["feed"], line["record_type"]) == (head.feed, name)]
            if of_feed and name in standard().types:
                figures = [_figure(each, of_feed, months) for each in FIGURES]
                shown.append(FeedShown(head.feed, head.title, standard().types[name].label, figures))
    return render(request, "portal/quality.html.j2", feeds=shown, months=months)


def last_months(today: date) -> list[date]:
    """Return the first days of the last twelve months, the oldest first.

    >>> [f"{each:%Y-%m}" for each in last_months(date(2026, 3, 2))][::5]
    ['2025-04', '2025-09', '2026-02']
    """
    count = 12 * today.year + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(count - MONTHS + 1, count + 1)]


def _figure(name: str, lines: list[QualityLine], months: list[date]) -> FigureShown:
    by_month = {line["month"]: line for line in lines if line["figure"] == name}
    found = [by_month.get(month) for month in months]
    own = [line["own"] if line else None for line in found]
    others = [line["others"] if line else None for line in found]
    is_share = FIGURES[name]
    texts, their_texts = ([_text(each, is_share=is_share) for each in values] for values in (own, others))
    newest = max((at for at, value in enumerate(own) if value is not None), default=0)
    picture = beside([f"{month:%Y-%m}" for month in months], own, others, is_share=is_share)
    return FigureShown(name, is_share, texts, their_texts, picture, texts[newest], their_texts[newest])


def _text(value: float | None, *, is_share: bool) -> str:
    """Return a number as it is written.

    >>> _text(0.99951, is_share=True), _text(1, is_share=True), _text(31.52, is_share=False)
    ('99.9 %', '100 %', '32')
    """
    if value is None:
        return ""
    if not is_share:
        return f"{value:,.0f}"
    cut = int(1000 * value + 1e-9) / 10  # never rounded up: 100 % is said of all alone
    return f"{cut:g} %"
