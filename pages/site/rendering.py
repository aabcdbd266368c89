"""How a page is made: its template, in the reader's language, with the links of its application."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from hub.i18n import LANGUAGES, local_time
from hub.templates import render_in
from pages.site.language import COOKIE, language_of
from pages.site.static_files import static_address

if TYPE_CHECKING:
    from fastapi import Request

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
YEAR = 365 * 24 * 3600  # seconds


def render(request: Request, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: What is answered; it gives the language and the root of all links.
        template: Its path below `templates/`, such as `staff/today.html.j2`.
        status: The status of the answer.
        values: What the template shows.  It also gets `visitor`, `language`, `say`, `link`,
            `static`, `moment`, `here` and `other`.
    """
    language = language_of(request)
    root = str(request.scope.get("root_path", "")).rstrip("/")
    query = {name: value for name, value in request.query_params.items() if name != "lang"}
    text = render_in(
        TEMPLATES,
        template,
        language,
        visitor=getattr(request.state, "visitor", None),
        link=lambda path, /, **about: page_address(root, path, **about),
        static=lambda name: static_address(root, name),
        moment=lambda at: moment(at, language),
        here=request.url.path.removeprefix(root) or "/",
        other=page_address(root, request.url.path.removeprefix(root), **query, lang="en" if language == "zh" else "zh"),
        **values,
    )
    page = HTMLResponse(text, status)
    if request.query_params.get("lang") in LANGUAGES:
        page.set_cookie(COOKIE, language, max_age=YEAR, path=root or "/", samesite="lax", httponly=False)
    return page


def page_address(root: str, path: str, /, **about: Any) -> str:
    """Return the address of a page of the same application, with a query of what is not None.

    >>> page_address("/riskhub", "/feeds", source="hn_fire/incidents", page=None)
    '/riskhub/feeds?source=hn_fire%2Fincidents'
    """
    query = urlencode({name: value for name, value in about.items() if value not in (None, "")})
    return f"{root}{path}{'?' if query else ''}{query}"


def moment(at: datetime | str | None, language: str) -> str:
    """Return a time as its reader expects it, to the minute; "" for None."""
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    if at is None:
        return ""
    return local_time(at if at.tzinfo else at.replace(tzinfo=UTC), language)[:16]


def wants_page(request: Request) -> bool:
    """Return whether a person's browser asks, and not a script or a program."""
    return "text/html" in request.headers.get("accept", "")
