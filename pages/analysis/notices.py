"""Recalls, notices from abroad and alerts as lists, and the thread of messages that each belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from psycopg import sql

from hub import clock
from pages.analysis.composed import composed_rows
from pages.site.language import language_of
from pages.site.names import choices, code_name, is_code, type_name
from pages.site.reading import Reader, reader_of
from pages.site.rendering import page_address, render
from warehouse.dynamic_sql import compose

if TYPE_CHECKING:
    from datetime import date, datetime

router = APIRouter()
PAGE = 25  # notices of a page
LAST_PAGE = 400
MOST = 100  # messages of a thread


class Kind(NamedTuple):
    """One kind of notice: the statement that lists it, the states to choose from, and the code list of its level."""

    statement: str
    states: tuple[str, ...]  # none: those of the code list `state_list`
    state_list: str
    levels: str


KINDS = {
    "recall": Kind("analysis/recalls_listed", (), "recall_status", "recall_class"),
    "overseas_notification": Kind(
        "analysis/notifications_listed", ("original", "follow_up", "awaited"), "", "risk_level"
    ),
    "alert": Kind("analysis/alerts_listed", ("open", "ended", "expired", "cancelling", "drill"), "", "alert_level"),
}


class Wanted(NamedTuple):
    """Which notices are asked for: at most so many after others, of a state or a country ("": all), or those named."""

    most: int
    after: int = 0
    state: str = ""
    country: str = ""
    uids: list[str] | None = None


class Notice(TypedDict):
    """One recall, notice or message of an alert (`analysis/recalls_listed` and the two others)."""

    record_type: str
    agency: str
    feed: str
    record_uid: Any
    number: str | None
    day: date | None
    at: datetime | None
    title: str | None
    detail: str | None
    product_name: str | None
    origin: str | None
    country: str | None
    level: str | None
    state: str | None
    relation: str | None
    related_no: str | None


class Member(TypedDict):
    """One record of a thread."""

    record_uid: Any


@router.get("/notices")
def notices(request: Request, kind: str = "recall", state: str = "", country: str = "", page: int = 1) -> HTMLResponse:
    """Show the newest notices of one kind, of one state or origin where that is asked for."""
    if kind not in KINDS:
        raise HTTPException(404)
    about, language = KINDS[kind], language_of(request)
    states = about.states or tuple(each["code"] for each in choices(about.state_list, language))
    state = state if state in states else ""
    country = country if is_code("country", country) else ""
    page = min(max(page, 1), LAST_PAGE)
    found = _listed(reader_of(request), kind, Wanted(PAGE + 1, (page - 1) * PAGE, state, country))
    root = str(request.scope.get("root_path", "")).rstrip("/")

    def address(**changed: Any) -> str:
        return page_address(root, "/notices", **{"kind": kind, "state": state, "country": country} | changed)

    return render(
        request,
        "analysis/notices.html.j2",
        kind=kind,
        kinds=list(KINDS),
        state=state,
        states=states,
        country=country,
        countries=choices("country", language),
        notices=found[:PAGE],
        previous_page=address(page=page - 1) if page > 1 else "",
        next_page=address(page=page + 1) if len(found) > PAGE and page < LAST_PAGE else "",
        **_names(language),
    )


@router.get("/thread")
def thread(request: Request, type: str = "", agency: str = "", uid: str = "") -> HTMLResponse:  # noqa: A002 - its name in the address
    """Show all messages of the thread that a record belongs to, the oldest first."""
    try:
        identity = UUID(uid)
    except ValueError:
        raise HTTPException(404) from None
    if type not in KINDS:
        raise HTTPException(404)
    reader, language = reader_of(request), language_of(request)
    uids = [str(each["record_uid"]) for each in _members(reader, type, agency, identity)]
    found = _listed(reader, type, Wanted(MOST, uids=uids))
    start = next((each for each in found if (each["agency"], each["record_uid"]) == (agency, identity)), None)
    if start is None:
        raise HTTPException(404)
    messages = sorted(found, key=lambda each: (str(each["at"] or each["day"] or ""), each["number"] or ""))
    return render(request, "analysis/thread.html.j2", kind=type, start=start, messages=messages, **_names(language))


def _listed(reader: Reader, kind: str, wanted: Wanted) -> list[Notice]:
    about: dict[str, Any] = {"state": wanted.state, "country": wanted.country, "uids": wanted.uids}
    about |= {"most": wanted.most, "after": wanted.after} | ({"now": clock.now()} if kind == "alert" else {})
    return reader.rows(Notice, KINDS[kind].statement, **about)


def _members(reader: Reader, kind: str, agency: str, uid: UUID) -> list[Member]:
    if kind == "overseas_notification":
        return reader.rows(Member, "analysis/notice_thread", agency=agency, uid=uid, most=MOST)
    query = compose(
        "analysis/linked_thread",
        records=sql.Identifier("core", kind),
        links=sql.Identifier("core", f"{kind}_link"),
        number=sql.Identifier(f"{kind}_no"),
    )
    return composed_rows(reader, Member, query, agency=agency, uid=uid, record_type=kind, most=MOST)


def _names(language: str) -> dict[str, Any]:
    def state_name(kind: str, state: str | None) -> str:
        return code_name(KINDS[kind].state_list, state, language)

    return {
        "type_name": lambda name: type_name(name, language),
        "code_name": lambda codelist, code: code_name(codelist, code, language),
        "level_name": lambda kind, level: code_name(KINDS[kind].levels, level, language),
        "state_name": state_name,
        "is_own_state": lambda kind: bool(KINDS[kind].states),
    }
