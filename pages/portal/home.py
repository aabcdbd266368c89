"""The first page: what is due when, the feeds of the agency, and what became of the last submissions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from fastapi import APIRouter, HTTPException, Request

from hub import clock
from mappings.catalogue import source_headers
from pages.portal.entrance import member_of
from pages.portal.warehouse_access import AgencyReader
from pages.site.rendering import render

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from mappings.catalogue import Head

router = APIRouter()
RECENT = timedelta(days=40)  # of periods that have ended
SHOWN = 8  # submissions


class OwnAgency(TypedDict):
    """The agency as the hub calls it (`portal/own_agency`)."""

    name_zh: str
    name_en: str


class Period(TypedDict):
    """A period of a feed and what came of it (`portal/periods`)."""

    feed: str
    first_day: date
    last_day: date
    due_at: datetime
    state: str  # of mart.feed_period
    batches: list[str]


class SubmissionLine(TypedDict):
    """A submission with what became of its rows (`portal/submissions`)."""

    feed: str
    batch_id: str
    number: int
    state: str
    read: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    skipped: int
    open: int  # quarantined rows that nothing has closed yet
    received_at: datetime
    file_name: str
    operation: str | None


def feeds_of(agency: str) -> list[Head]:
    """Return the feeds of an agency that its hub reads from a folder; a broken one is left out."""
    return [head for head in source_headers(agency=agency) if head.error is None]


def feed_of(request: Request, feed: str) -> Head:
    """Return a feed of the visitor's agency; raise HTTPException with 404 when it has none of this name."""
    found = next((head for head in feeds_of(member_of(request).agency) if head.feed == feed), None)
    if found is None:
        raise HTTPException(404)
    return found


def reader_of(request: Request) -> AgencyReader:
    """Return what reads for the visitor's agency."""
    return AgencyReader(member_of(request).agency)


@router.get("/")
def home(request: Request, done: str = "") -> HTMLResponse:
    """Show the first page; `done` says what has just been done."""
    member, reader = member_of(request), reader_of(request)
    feeds = feeds_of(member.agency)
    agency = next(iter(reader.rows(OwnAgency, "portal/own_agency")), None)
    periods = reader.rows(Period, "portal/periods", since=clock.now() - RECENT)
    lines = reader.rows(SubmissionLine, "portal/submissions", feed=None, before=None, state=None, limit=SHOWN)
    titles = {head.feed: head.title for head in feeds}
    about: dict[str, Any] = {
        "feeds": feeds,
        "titles": titles,
        "agency": agency,
        "periods": periods,
        "submissions": lines,
    }
    message = done if done == "zero" else ""
    return render(request, "portal/home.html.j2", member=member, now=clock.now(), done=message, **about)
