"""Where the next page of a web service is: read from its headers, from the page, or counted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from connectors.readers.markup import HARDENED
from hub.errors import RetryLater

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.web import Answer

COUNTED = ("number", "offset")


class Page:
    """One page, parsed as far as it must be to find the next one.  `form` is the mapping's `format:`."""

    def __init__(self, body: bytes, form: Mapping[str, Any]) -> None:
        self.xml = form["kind"] == "xml"
        self.records = str(form.get("records") or "")
        try:
            self.tree: Any = self._xml(body) if self.xml else json.loads(body.decode(form.get("encoding", "utf-8-sig")))
        except (ValueError, RecursionError, LookupError, etree.XMLSyntaxError):
            self.tree = None
            self.broken = True
        else:
            self.broken = False

    @staticmethod
    def _xml(body: bytes) -> Any:
        return etree.fromstring(body, etree.XMLParser(**HARDENED))

    def count(self) -> int:
        """Return how many records the page has."""
        if self.tree is None:
            return 0
        if self.xml:
            name = self.records.rpartition("/")[2]
            return sum(1 for _ in self.tree.iter(f"{{*}}{name}"))
        found = self.at(self.records)
        return len(found) if isinstance(found, list) else int(found is not None)

    def at(self, path: str) -> Any:
        """Return what stands at a path such as `links/next`; in XML the text of an element or an `@attribute`."""
        here = self.tree
        for part in filter(None, path.split("/")):
            if self.xml:
                here = here.get(part[1:]) if part.startswith("@") else here.find(f"{{*}}{part}")
            elif isinstance(here, list) and part.isdecimal():
                here = here[int(part)] if int(part) < len(here) else None
            else:
                here = here.get(part) if isinstance(here, dict) else None
            if here is None:
                return None
        return here.text if self.xml and not isinstance(here, str) else here


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
            why="It is not JSON or XML, as agreed.",
            next_step="It is tried again by itself; if it stays so, ask the partner.",
        )
    if by in COUNTED:
        count = page.count()
        if not count:
            return None
        held = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        step = count if by == "offset" else 1
        return with_parameter(url, agreed["param"], str(int(held[agreed["param"]]) + step))
    found = page.at(agreed["at"])
    if found in (None, "", False) or not isinstance(found, str | int):
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
