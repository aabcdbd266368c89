"""Paginators: from one page of a web service to the address of the next, one class for each kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.http.client import OK, Response
from connectors.http.pagination import (
    NOT_FOUND,
    PAGINATORS,
    Cursor,
    FetchedPage,
    LinkHeader,
    NextUrl,
    Offset,
    PageNumber,
    Paginator,
    SinglePage,
    first_url,
    paginator,
)
from connectors.sandbox.page_parser import Page
from hub.errors import RetryLater

URL = "http://h/v1/fires?size=2"
SCHEMA = json.loads((Path(__file__).parents[3] / "mappings" / "mapping.schema.json").read_text("utf-8"))


def after(kind: Paginator, url: str = URL, links: dict[str, Any] | None = None, **page: Any) -> str | None:
    """Return the address of the page after one that holds `page`."""
    page = {"broken": False, "count": 2, **page}
    return kind.next_url(FetchedPage(url, Response(OK, links=links or {}), Page(**page), "h/v1/fires"))


def test_without_pagination_there_is_one_page() -> None:
    kind = paginator(None)
    assert isinstance(kind, SinglePage)
    assert (kind.counts, kind.end_statuses, kind.next_path) == (False, (), None)
    assert after(kind, links={"next": {"url": "/2"}}, next_value="/2") is None
    assert first_url("http://h", {"path": "/v1/fires"}, kind) == "http://h/v1/fires"


def test_a_link_header_names_the_next_page() -> None:
    kind = paginator({"by": "link", "end": [410]})
    assert isinstance(kind, LinkHeader)
    assert (kind.counts, kind.end_statuses, kind.next_path) == (False, (), None)
    assert after(kind, links={"next": {"url": "?page=2"}, "prev": {"url": "/0"}}) == "?page=2"
    assert after(kind, links={"prev": {"url": "/0"}}, next_value="/2") is None
    assert after(kind, links={"next": {"url": "/2"}}, broken=True, count=0) == "/2", "the body does not matter"


def test_a_page_holds_the_next_address() -> None:
    kind = paginator({"by": "next", "at": "links/next"})
    assert isinstance(kind, NextUrl)
    assert (kind.counts, kind.end_statuses, kind.next_path) == (False, (), "links/next")
    assert after(kind, next_value="/v1/fires?from=2") == "/v1/fires?from=2"
    assert after(kind, next_value="/2", count=0) == "/2", "an empty page may lead on"
    assert [after(kind, next_value=each) for each in (None, "")] == [None, None]


def test_a_page_holds_the_cursor_of_the_next() -> None:
    kind = paginator({"by": "cursor", "at": "meta/cursor", "param": "after"})
    assert isinstance(kind, Cursor)
    assert (kind.counts, kind.end_statuses, kind.next_path) == (False, (), "meta/cursor")
    assert kind.first_parameters() == {}
    assert after(kind, next_value="a b&c") == f"{URL}&after=a+b%26c"
    assert after(kind, url=f"{URL}&after=1", next_value=17) == f"{URL}&after=17"
    assert [after(kind, next_value=each) for each in (None, "")] == [None, None]


@pytest.mark.parametrize(("first", "number"), [({}, 1), ({"first": 0}, 0)])
def test_pages_are_numbered(first: dict[str, int], number: int) -> None:
    kind = paginator({"by": "number", "param": "page", **first})
    assert isinstance(kind, PageNumber)
    assert (kind.counts, kind.end_statuses, kind.next_path) == (True, (NOT_FOUND,), None)
    begin = first_url("http://h", {"path": "/v1/fires", "query": {"size": 2}}, kind)
    assert begin == f"{URL}&page={number}"
    assert after(kind, url=begin) == f"{URL}&page={number + 1}"
    assert after(kind, url=f"{URL}&page=9") == f"{URL}&page=10"
    assert after(kind, url=begin, count=0) is None


def test_an_offset_grows_by_the_records_of_each_page() -> None:
    kind = paginator({"by": "offset", "param": "from"})
    assert isinstance(kind, Offset)
    assert (kind.counts, kind.end_statuses, kind.next_path) == (True, (NOT_FOUND,), None)
    begin = first_url("http://h", {"path": "/v1/fires", "query": {"size": 2}}, kind)
    assert begin == f"{URL}&from=0"
    assert after(kind, url=begin, count=2) == f"{URL}&from=2"
    assert after(kind, url=f"{URL}&from=2", count=1) == f"{URL}&from=3"
    assert after(kind, url=f"{URL}&from=3", count=0) is None


def test_the_query_of_a_mapping_sets_where_counting_begins() -> None:
    config = {"path": "/v1/fires", "query": {"page": 5, "size": 2}}
    assert first_url("http://h", config, PageNumber("page")) == "http://h/v1/fires?page=5&size=2"


@pytest.mark.parametrize(
    "kind", [NextUrl("a"), Cursor("a", "p"), PageNumber("page"), Offset("page")], ids=lambda kind: type(kind).__name__
)
def test_a_broken_page_does_not_end_the_walk(kind: Paginator) -> None:
    with pytest.raises(RetryLater, match="next one cannot be found") as raised:
        after(kind, url=f"{URL}&page=1", broken=True, count=0)
    assert raised.value.where == "h/v1/fires"


def test_every_kind_of_a_mapping_has_its_paginator() -> None:
    assert set(SCHEMA["$defs"]["pages"]) == set(PAGINATORS)
