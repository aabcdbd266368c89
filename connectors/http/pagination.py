"""Pagination: from one page of a web service to the next, one class for each `pages.by` of a mapping.

A further kind is a further class here, its line in `PAGINATORS`, and its keys in `mappings/mapping.schema.json`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from hub.errors import RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.http.client import Response
    from connectors.sandbox.page_parser import Page
    from hub.source_options import ConnectorOptions, PageOptions

NOT_FOUND = 404  # what frameworks answer to a page number after the last one


@dataclass(frozen=True)
class FetchedPage:
    """One page as it came: its address, the response that carried it, and what the page parser found in its body."""

    url: str
    response: Response
    page: Page
    place: str = ""  # the address as errors name it


class Paginator(ABC):
    """One kind of pagination, made from the options that `pages:` of a mapping has for it.

    Attributes:
        counts: Pages are counted, not named by the server, so the walk goes on until a page is empty; that last page is
            no part of the delivery.
        end_statuses: HTTP statuses that mean "after the last page", unless `pages.end` names others.
        next_path: The path within a page at which the server names the next one; None when nothing is read there.
    """

    counts: ClassVar[bool] = False
    end_statuses: ClassVar[tuple[int, ...]] = ()
    next_path: str | None = None

    def first_parameters(self) -> dict[str, str]:
        """Return the query parameters of the first page; those that `connector.query` sets are used instead."""
        return {}

    @abstractmethod
    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return the address of the page after this one, absolute or relative to it; None after the last page.

        Raises:
            RetryLater: The page is broken, and the next one can only be found with what it holds.
        """


class SinglePage(Paginator):
    """No pagination: the first page is all there is (a mapping without `pages:`)."""

    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return None."""
        del fetched
        return None


class LinkHeader(Paginator):
    """`by: link`: the header `Link` with `rel="next"` (RFC 8288) names the next page."""

    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return the address in the header; None without one.  The body is not used, so it may be broken."""
        url: str | None = fetched.response.links.get("next", {}).get("url")
        return url


class NextUrl(Paginator):
    """`by: next`: the page holds the address of the next one at `at`."""

    def __init__(self, at: str) -> None:
        self.next_path = at

    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return the address in the page; None where it is absent, null or "".

        Raises:
            RetryLater: The page is broken.
        """
        return _next_value(fetched)


class Cursor(Paginator):
    """`by: cursor`: the page holds at `at` the value that the parameter `param` takes for the next one."""

    def __init__(self, at: str, param: str) -> None:
        self.next_path, self.param = at, param

    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return the address with the cursor of the page; None where it is absent, null or "".

        Raises:
            RetryLater: The page is broken.
        """
        cursor = _next_value(fetched)
        return None if cursor is None else with_parameter(fetched.url, self.param, cursor)


class PageNumber(Paginator):
    """`by: number`: the parameter `param` counts pages, from `first` (1 unless the mapping says otherwise)."""

    counts = True
    end_statuses = (NOT_FOUND,)

    def __init__(self, param: str, first: int | str = 1) -> None:
        self.param, self.first = param, first

    def first_parameters(self) -> dict[str, str]:
        """Return the number of the first page."""
        return {self.param: str(self.first)}

    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return the address with the next number; None after a page without records.

        Raises:
            RetryLater: The page is broken.
        """
        return _counted_url(fetched, self.param, 1)


class Offset(Paginator):
    """`by: offset`: the parameter `param` counts records, from 0, and grows by the records of each page."""

    counts = True
    end_statuses = (NOT_FOUND,)

    def __init__(self, param: str) -> None:
        self.param = param

    def first_parameters(self) -> dict[str, str]:
        """Return the offset 0."""
        return {self.param: "0"}

    def next_url(self, fetched: FetchedPage) -> str | None:
        """Return the address with the offset after this page; None after a page without records.

        Raises:
            RetryLater: The page is broken.
        """
        return _counted_url(fetched, self.param, fetched.page.count)


PAGINATORS: dict[str, Callable[..., Paginator]] = {
    "link": LinkHeader,
    "next": NextUrl,
    "cursor": Cursor,
    "number": PageNumber,
    "offset": Offset,
}
OPTIONS = ("at", "param", "first")  # of `pages:` that paginators take; `end` and `total` are of `page_rules`


def paginator(pages: PageOptions | None) -> Paginator:
    """Return the paginator that a mapping agrees on.

    Args:
        pages: `connector.pages` of the mapping, which the mapping's schema has checked; None without pagination.

    >>> paginator({"by": "number", "param": "page"}).first_parameters()
    {'page': '1'}
    """
    if not pages:
        return SinglePage()
    return PAGINATORS[pages["by"]](**{name: value for name, value in pages.items() if name in OPTIONS})


def first_url(base: str, config: ConnectorOptions, pages: Paginator) -> str:
    """Return the address of the first page.

    Args:
        base: Scheme, host and port, such as `https://api.example.org`.
        config: The mapping's `connector:`, with `path` and perhaps `query`.
        pages: The paginator, whose first parameters are added to the query.

    >>> first_url("http://h", {"path": "/v1/fires", "query": {"since": 2026}}, Offset("from"))
    'http://h/v1/fires?since=2026&from=0'
    """
    query = {str(name): str(value) for name, value in (config.get("query") or {}).items()}
    query = {**query, **{name: value for name, value in pages.first_parameters().items() if name not in query}}
    return f"{base}{config['path']}" + (f"?{urlencode(query)}" if query else "")


def with_parameter(url: str, name: str, value: str) -> str:
    """Return the address with one parameter of its query set; it then stands last.

    >>> with_parameter("http://h/x?page=1&size=10", "page", "2")
    'http://h/x?size=10&page=2'
    """
    parts = urlsplit(url)
    query = [(key, held) for key, held in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return parts._replace(query=urlencode([*query, (name, value)])).geturl()


def _next_value(fetched: FetchedPage) -> str | None:
    """Return what the page holds at the path of the next page; None where it names none."""
    value = _unbroken(fetched).next_value
    return None if value in (None, "", False) else str(value)


def _counted_url(fetched: FetchedPage, param: str, step: int) -> str | None:
    if not _unbroken(fetched).count:
        return None
    query = dict(parse_qsl(urlsplit(fetched.url).query, keep_blank_values=True))
    return with_parameter(fetched.url, param, str(int(query[param]) + step))


def _unbroken(fetched: FetchedPage) -> Page:
    if fetched.page.broken:
        raise error_of(RetryLater, "pages.broken_next", where=fetched.place)
    return fetched.page
