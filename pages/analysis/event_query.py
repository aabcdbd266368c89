"""What is asked of the event marts: lists and counts of the events that fulfil filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from psycopg import sql

from pages.analysis.composed import composed_rows
from pages.analysis.filters import conditions
from warehouse.dynamic_sql import compose, page_of

if TYPE_CHECKING:
    from datetime import date

    from pages.analysis.filters import Filters
    from pages.site.reading import Reader

PAGE = 25  # events of a page
DIMENSIONS = {  # by what is counted, and the code list of its values
    "record_type": "",
    "outcome_code": "event_outcome",
    "product_category_code": "product_category",
    "region_code": "region",
    "product_origin_country_code": "country",
    "severity_code": "severity",
    "agency": "",
}
DAYS_BY_DAY, DAYS_BY_WEEK, DAYS_BY_MONTH = 31, 420, 366 * 6  # the longest spans that are drawn by day, week, month


class Event(TypedDict):
    """One event of a list (`analysis/explore_events`)."""

    event_date: date | None
    record_type: str
    outcome: str | None
    is_adverse: bool | None
    product_name: str | None
    product_brand: str | None
    product_category: str | None
    region: str | None
    origin: str | None
    severity_code: str | None
    death_count: int | None
    injury_count: int | None
    agency: str
    feed: str
    source_record_no: str | None
    record_uid: Any
    batch_id: str


class PeriodCount(TypedDict):
    """How many events a period has with one value of a column (`analysis/explore_counts`)."""

    period: date
    value: str | None
    events: int
    adverse: int


class Code(TypedDict):
    """A code that stands for another one, or below it."""

    code: str


@dataclass(frozen=True)
class EventQuery:
    """Filters with the codes that they stand for.  Its queries hold their values as literals, quoted by psycopg."""

    filters: Filters
    categories: list[str]
    regions: list[str]

    def events(self, language: str, most: int | None = None, after: int = 0) -> sql.Composed:
        """Return the query of the events, of at most `most` of them after the first `after`."""
        label = sql.Identifier(f"label_{language}")
        return compose("analysis/explore_events", label=label, page=page_of(most, after), **self._parts())

    def counts(self, column: str, step: str) -> sql.Composed:
        """Return the query of the counts by period (`step`: day, week, month, year) and column (of `DIMENSIONS`)."""
        about = {"column": sql.Identifier("e", column), "step": sql.Literal(step)}
        return compose("analysis/explore_counts", **about, **self._parts())

    def _parts(self) -> dict[str, sql.Composable]:
        wanted = conditions(self.filters, categories=self.categories, regions=self.regions)
        return {"mart": sql.Identifier("mart", self.filters.mart), "conditions": wanted}


def event_query(reader: Reader, filters: Filters) -> EventQuery:
    """Return the query of filters; the codes below a category and those of a place are read."""
    categories = reader.rows(Code, "analysis/codes_of_category", category=filters.category) if filters.category else []
    regions = reader.rows(Code, "analysis/codes_of_unit", unit=filters.unit) if filters.unit else []
    return EventQuery(filters, [each["code"] for each in categories], [each["code"] for each in regions])


def events_of(reader: Reader, query: EventQuery, language: str, page: int) -> list[Event]:
    """Return the events of one page, and the first one of the next where there is one."""
    return composed_rows(reader, Event, query.events(language, PAGE + 1, (page - 1) * PAGE))


def counts_of(reader: Reader, query: EventQuery, column: str) -> list[PeriodCount]:
    """Return the counts by period, as `step_of` cuts it, and by the values of a column."""
    return composed_rows(reader, PeriodCount, query.counts(column, step_of(query.filters)))


def step_of(filters: Filters) -> str:
    """Return into which periods the days of the filters are cut: day, week, month or year."""
    days = (filters.until - filters.since).days + 1
    limits = {DAYS_BY_DAY: "day", DAYS_BY_WEEK: "week", DAYS_BY_MONTH: "month"}
    return next((step for most, step in limits.items() if days <= most), "year")
