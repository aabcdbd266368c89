"""Twelve weeks: how many events, of what, where and from where; what is incomplete; what is unusual today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hub import clock
from pages.analysis.stored import china_today, in_time, mart_state, once_per_state
from pages.analysis.trend import Trend, WeekCount, first_week, trend_of, week_columns
from pages.figures.columns import Column, column_chart, small_columns
from pages.figures.tiles import Tile, tile_map
from pages.site.language import language_of
from pages.site.names import code_name, type_name
from pages.site.reading import Reader, reader_of
from pages.site.rendering import page_address, render
from standards import standard

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

router = APIRouter()
ORIGINS = 12  # countries of origin that are listed
MULTIPLES = 12  # series that have a picture
YEAR = timedelta(days=365)


class Unit(TypedDict):
    """A city or county of Hainan with its place in the tile map (`analysis/units`)."""

    code: str
    label_zh: str
    label_en: str
    tile_col: int
    tile_row: int


class FeedInTrouble(TypedDict):
    """A source that is late, held or mostly quarantined (`analysis/feeds_in_trouble`)."""

    source: str
    state_code: str
    is_late: bool
    next_due_at: datetime | None
    held_count: int
    quarantine_share: float | None
    newest_event_date: date | None


class Gap(TypedDict):
    """A record type of which places have no data, though it was due (`analysis/places_without_data`)."""

    record_type: str
    gaps: int
    places: int
    places_zh: list[str]
    places_en: list[str]
    first_month: date


class Filled(TypedDict):
    """How often records of a source name a day, a place and a product, as shares (`analysis/seldom_filled`)."""

    record_type: str
    source: str
    records: int
    day_share: float | None
    place_share: float | None
    product_share: float | None


class Signal(TypedDict):
    """A count of today that chance hardly explains (`analysis/signals_of_today`)."""

    record_type: str
    region_code: str
    product_category_code: str | None
    hazard_type_code: str | None
    window_days: int
    observed: int
    fatal: int
    expected: float
    p_value: float | None
    sources_awaited: int


class OpenAlert(TypedDict):
    """An alert that holds now (`analysis/open_alerts`)."""

    agency: str
    record_uid: Any
    alert_no: str
    issued_at: datetime
    expires_at: datetime | None
    level_code: str | None
    level_text: str | None
    event_text: str | None
    headline: str | None


@dataclass(frozen=True)
class Incomplete:
    """What the warehouse lacks; None: the question took too long."""

    feeds: list[FeedInTrouble] | None
    gaps: list[Gap] | None
    filled: list[Filled] | None


@dataclass(frozen=True)
class Multiple:
    """One series with its picture and the address of its rows."""

    record_type: str
    source: str
    total: int
    picture: Markup
    href: str


@router.get("/")
def overview(request: Request, to: date | None = None) -> HTMLResponse:
    """Show the twelve weeks up to today, or up to the day `to`."""
    reader, state, today = reader_of(request), mart_state(request), china_today()
    last_day = min(to, today) if to else today
    trend = once_per_state(request, ("trend", last_day), state, lambda: _trend(reader, last_day))
    signals = once_per_state(
        request, "signals", state, lambda: in_time(lambda: reader.rows(Signal, "analysis/signals_of_today"))
    )
    incomplete = once_per_state(request, ("incomplete", last_day), state, lambda: _incomplete(reader, last_day))
    alerts = reader.rows(OpenAlert, "analysis/open_alerts", now=clock.now())
    language, root = language_of(request), str(request.scope.get("root_path", "")).rstrip("/")

    def rows_at(**about: Any) -> str:
        return page_address(root, "/explore", **{"since": trend.weeks[0], "until": last_day} | about)

    columns = week_columns(trend, trend.series, lambda first, last: rows_at(since=first, until=last))
    units = reader.rows(Unit, "analysis/units")
    return render(
        request,
        "analysis/overview.html.j2",
        trend=trend,
        state=state,
        last_day=last_day,
        today=today,
        columns=columns,
        unusual=[each for each in columns if each.is_unusual],
        chart=column_chart(columns),
        multiples=_multiples(trend, columns, rows_at, language),
        units=units,
        tiles=tile_map([_tile(unit, trend, language, rows_at(unit=unit["code"])) for unit in units]),
        origins=trend.origins[:ORIGINS],
        more_origins=len(trend.origins[ORIGINS:]),
        signals=signals,
        alerts=alerts,
        incomplete=incomplete,
        rows_at=rows_at,
        type_name=lambda name: type_name(name, language),
        code_name=lambda codelist, code: code_name(codelist, code, language),
    )


def _trend(reader: Reader, last_day: date) -> Trend:
    since = first_week(last_day)
    about = {"since": since, "shown_since": since + timedelta(weeks=8), "until": last_day + timedelta(days=1)}
    return trend_of(reader.rows(WeekCount, "analysis/events_by_week", **about), last_day)


def _incomplete(reader: Reader, last_day: date) -> Incomplete:
    months = (last_day - timedelta(weeks=12)).replace(day=1)
    products = sorted({each.mart.products for each in standard().types.values() if each.mart})
    return Incomplete(
        in_time(lambda: reader.rows(FeedInTrouble, "analysis/feeds_in_trouble")),
        in_time(lambda: reader.rows(Gap, "analysis/places_without_data", since=months)),
        in_time(lambda: reader.rows(Filled, "analysis/seldom_filled", since=last_day - YEAR, products=products)),
    )


def _tile(unit: Unit, trend: Trend, language: str, href: str) -> Tile:
    name = unit["label_zh"] if language == "zh" else unit["label_en"]
    return Tile(name, unit["tile_col"], unit["tile_row"], trend.units.get(unit["code"], 0), href)


def _multiples(trend: Trend, columns: list[Column], rows_at: Any, language: str) -> list[Multiple]:
    is_open = bool(columns and columns[-1].open)
    return [
        Multiple(
            each.record_type,
            each.source,
            each.total,
            small_columns(
                each.counts,
                f"{type_name(each.record_type, language)}: {', '.join(map(str, each.counts))}",
                last_is_open=is_open,
            ),
            rows_at(type=each.record_type, source=each.source),
        )
        for each in trend.series[:MULTIPLES]
    ]
