"""Who may see what the agency has sent, and how often its closed fields were opened; no person is named."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, Request

from pages.portal.dictionary import types_of
from pages.portal.entrance import member_of
from pages.portal.home import reader_of
from pages.site.rendering import render
from standards import standard

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

router = APIRouter()


class ReaderLine(TypedDict):
    """Who may see records of a type (`portal/readers`)."""

    reader: str  # analysts, agency or logins
    other_agency: str | None
    name_zh: str | None  # of that agency, once it has delivered
    name_en: str | None
    record_type: str  # * for all
    purpose: str
    sensitivity_max: str
    valid_to: date | None
    logins: int


class OpeningLine(TypedDict):
    """How often closed fields were opened in a month (`portal/openings`)."""

    month: date
    record_type: str
    purpose: str
    openings: int
    records: int


@router.get("/usage")
def usage(request: Request) -> HTMLResponse:
    """Show who may see the agency's data, and how often closed fields were opened for which purpose."""
    reader = reader_of(request)
    types = list(types_of(member_of(request).agency))
    return render(
        request,
        "portal/usage.html.j2",
        readers=reader.rows(ReaderLine, "portal/readers", record_types=types),
        openings=reader.rows(OpeningLine, "portal/openings"),
        labels={name: found.label for name, found in standard().types.items()},
    )
