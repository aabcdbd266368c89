"""Where the next page of a web service is: read from its headers, from the page, or counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from hub.errors import RetryLater

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.http.client import Answer
    from connectors.sandbox.page_parser import Page

COUNTED = ("number", "offset")


def next_of(agreed: Mapping[str, Any], url: str, answer: Answer, page: Page, place: str) -> str | None:
    """Return the address of the page after this one, as the server or the agreement has it; None after the last."""
    by = agreed["by"]
    if by == "link":
        there: str | None = answer.links.get("next", {}).get("url")
        return there
    if page.broken:
        raise RetryLater(
            "A page is not what it should be, so the next one cannot be found.",
            where=place,
            why="It is not JSON or XML, as agreed, or it cannot be read with the memory and the time for one page.",
            next_step="It is tried again by itself; if it stays so, ask the partner.",
        )
    if by in COUNTED:
        if not page.count:
            return None
        held = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        step = page.count if by == "offset" else 1
        return with_parameter(url, agreed["param"], str(int(held[agreed["param"]]) + step))
    found = page.at
    if found in (None, "", False):
        return None
    return str(found) if by == "next" else with_parameter(url, agreed["param"], str(found))


def first_of(base: str, agreed: Mapping[str, Any]) -> str:
    """Return the address to begin with."""
    query = {str(name): str(value) for name, value in (agreed.get("query") or {}).items()}
    pages = agreed.get("pages") or {}
    if pages.get("by") in COUNTED:
        query.setdefault(pages["param"], str(pages.get("first", 1) if pages["by"] == "number" else 0))
    return f"{base}{agreed['path']}" + (f"?{urlencode(query)}" if query else "")


def with_parameter(url: str, name: str, value: str) -> str:
    """Return the address with one parameter of its query set."""
    parts = urlsplit(url)
    query = [(key, held) for key, held in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return parts._replace(query=urlencode([*query, (name, value)])).geturl()
