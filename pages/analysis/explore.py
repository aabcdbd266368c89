"""Any question about events: filters in the address, and their events as a chart, a table, a file and SQL."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from hub.i18n import say
from pages.analysis.composed import copyable
from pages.analysis.event_query import DIMENSIONS, PAGE, counts_of, event_query, events_of, step_of
from pages.analysis.filters import MARTS, filters_of
from pages.analysis.overview import Unit
from pages.analysis.stored import china_today, in_time, mart_state
from pages.figures.columns import Column, column_chart
from pages.site.language import language_of
from pages.site.names import choices, code_name, type_name
from pages.site.reading import reader_of
from pages.site.rendering import page_address, render
from pipeline.exports.counts import MOST_CELLS, CountRequest, CountTable
from pipeline.exports.formats import FORMATS
from stack.analyst_query import analyst_connection, refusals_of
from standards import standard
from standards.suppression import THRESHOLD, Cell, suppressed
from warehouse.copy_out import describe, read_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi import Response

    from pages.analysis.event_query import PeriodCount
    from pages.analysis.filters import Filters

router = APIRouter()
LAST_PAGE = 200  # who wants more narrows the filters, or takes the file
VALUES = 20  # values of a column that are listed
MOST_COLUMNS = 180  # periods of a chart
EXPORTED = 100_000  # rows of a file
EXPORT_SECONDS = 60
FILTER_OF = {  # which filter a value of a column becomes when it is followed
    "record_type": "type",
    "outcome_code": "outcome",
    "product_category_code": "category",
    "region_code": "unit",
    "product_origin_country_code": "origin",
}


class ValueCount(NamedTuple):
    """One value of a column: its name, how many events have it, and the address of these."""

    name: str
    events: int
    href: str


@router.get("/explore")
def explore(request: Request, page: int = 1, by: str = "record_type") -> HTMLResponse:
    """Show the events that fulfil the filters, and how many they are."""
    reader, language = reader_of(request), language_of(request)
    filters = filters_of(request.query_params, china_today())
    page, by = min(max(page, 1), LAST_PAGE), by if by in DIMENSIONS else "record_type"
    query = event_query(reader, filters)
    is_flawless = not filters.faults
    events = in_time(lambda: events_of(reader, query, language, page)) if is_flawless else []
    counts = in_time(lambda: counts_of(reader, query, by)) if is_flawless else []
    root = str(request.scope.get("root_path", "")).rstrip("/")

    def address(path: str = "/explore", /, **about: Any) -> str:
        return page_address(root, path, **filters.query(), **{"by": by if by != "record_type" else None} | about)

    def narrowed(**changed: Any) -> str:
        return page_address(root, "/explore", **filters.query(**changed), by=by if by != "record_type" else None)

    columns = period_columns(filters, counts or [], narrowed)
    return render(
        request,
        "analysis/explore.html.j2",
        filters=filters,
        faults=filters.faults,
        by=by,
        dimensions=list(DIMENSIONS),
        marts=list(MARTS),
        types=sorted(
            (name for name, each in standard().types.items() if each.mart), key=lambda name: type_name(name, language)
        ),
        categories=choices("product_category", language),
        countries=choices("country", language),
        outcomes=choices("event_outcome", language),
        units=reader.rows(Unit, "analysis/units"),
        state=mart_state(request),
        events=events[:PAGE] if events is not None else None,
        page=page,
        previous_page=address(page=page - 1) if page > 1 else "",
        next_page=address(page=page + 1) if events and len(events) > PAGE and page < LAST_PAGE else "",
        total=sum(each["events"] for each in counts) if counts is not None else None,
        adverse=sum(each["adverse"] for each in counts) if counts is not None else None,
        columns=columns,
        chart=column_chart(columns) if len(columns) <= MOST_COLUMNS else None,
        values=_values(counts or [], by, language, narrowed),
        more_values=max(len({each["value"] for each in counts or []}) - VALUES, 0),
        sql=copyable(query.events(language)),
        events_file=address("/explore/events.csv"),
        counts_file=address("/explore/counts.csv"),
        exported=EXPORTED,
        threshold=THRESHOLD,
        type_name=lambda name: type_name(name, language),
        code_name=lambda codelist, code: code_name(codelist, code, language),
    )


@router.get("/explore/events.csv")
def events_file(request: Request) -> Response:
    """Send the events as csv, with the rights of the analyst's login: what it may read, it may pass on as agreed."""
    filters = filters_of(request.query_params, china_today())
    if filters.faults:
        return _corrected(request)
    query = event_query(reader_of(request), filters)
    wanted = query.events(language_of(request), most=EXPORTED)
    file = tempfile.SpooledTemporaryFile(max_size=4 << 20)  # noqa: SIM115 - it is closed when it has been sent
    with analyst_connection(seconds=EXPORT_SECONDS) as conn, refusals_of("explore"):
        schema = describe(conn, wanted)
        FORMATS["csv"].write(file, schema, read_parts(conn, wanted, schema))
    file.seek(0)
    return _csv(iter(lambda: file.read(1 << 16), b""), "riskhub-events.csv")


@router.get("/explore/counts.csv")
def counts_file(request: Request, by: str = "record_type") -> Response:
    """Send the counts by a column and the period as csv; small counts are hidden, as in `riskhub count`.

    Raises HTTPException with 400 where the table has more cells than the hiding of small ones can search.
    """
    filters, language = filters_of(request.query_params, china_today()), language_of(request)
    if filters.faults:
        return _corrected(request)
    by = by if by in DIMENSIONS else "record_type"
    counts = counts_of(reader_of(request), event_query(reader_of(request), filters), by)
    cells = Counter({Cell(each["value"] or "", each["period"].isoformat()): each["events"] for each in counts})
    rows, periods = (sorted({cell[side] for cell in cells}) for side in (0, 1))
    if len(rows) * len(periods) > MOST_CELLS:
        raise HTTPException(400, say("analysis.too_many_cells", language, most=MOST_CELLS))
    names = {value: f"{value} {_name(by, value, language)}".strip() for value in rows}
    table = CountTable(
        CountRequest(filters.mart, by, step_of(filters)), suppressed(cells), names, {each: each for each in periods}
    )
    return _csv([table.to_csv()], "riskhub-counts.csv")


def period_columns(filters: Filters, counts: Iterable[PeriodCount], narrowed: Any) -> list[Column]:
    """Return a column for each period of the filters, those without events too."""
    step, totals = step_of(filters), Counter[date]()
    for each in counts:
        totals[each["period"]] += each["events"]
    made, start = [], _start(filters.since, step)
    while start <= filters.until:
        end = _start(start + timedelta(days={"day": 1, "week": 7, "month": 32, "year": 367}[step]), step)
        first, last = max(start, filters.since), min(end - timedelta(days=1), filters.until)
        name = {"month": f"{start:%Y-%m}", "year": f"{start:%Y}"}.get(step, start.isoformat())
        made.append(Column(name, totals[start], href=narrowed(since=first, until=last)))
        start = end
    return made


def _start(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day if step == "day" else day.replace(day=1) if step == "month" else day.replace(month=1, day=1)


def _values(counts: Iterable[PeriodCount], by: str, language: str, narrowed: Any) -> list[ValueCount]:
    totals = Counter[str]()
    for each in counts:
        totals[each["value"] or ""] += each["events"]
    followed = FILTER_OF.get(by)
    return [
        ValueCount(_name(by, value, language), events, narrowed(**{followed: value}) if followed and value else "")
        for value, events in totals.most_common(VALUES)
    ]


def _name(by: str, value: str, language: str) -> str:
    if by == "record_type":
        return type_name(value, language)
    return code_name(DIMENSIONS[by], value, language) if DIMENSIONS[by] else value


def _corrected(request: Request) -> Response:
    """Lead to the page that says what is wrong with the filters."""
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return RedirectResponse(page_address(root, "/explore", **request.query_params), 303)


def _csv(parts: Iterable[bytes] | Iterator[bytes], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, media_type="text/csv; charset=utf-8", headers=headers)
