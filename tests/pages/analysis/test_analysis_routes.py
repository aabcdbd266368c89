"""Every route of the analysts' pages: who may see it, in which language, what it makes of hostile input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import HTTPException
from starlette.testclient import TestClient

from pages.analysis.app import build
from pages.site.identity import Person
from tests.support.page_world import HOSTILE
from tests.support.routes import Route, routes_of

if TYPE_CHECKING:
    from tests.support.page_world import World

ROUTES = routes_of(build(lambda: None))
HTML = {"accept": "text/html"}
PAGES = [
    "/",
    "/explore",
    "/things",
    "/things?q=FR-S3",
    "/notices",
    "/notices?kind=alert",
    "/notices?kind=overseas_notification",
]
PAGES += [
    "/dictionary",
    "/dictionary/fire_incident",
    "/codes/severity",
    "/product?brand=FunRide",
    "/enterprise?uscc=91460100MA0HN2014H",
]
NOWHERE = [
    "/product",
    "/enterprise?uscc=1",
    "/record",
    "/record?type=fire_incident&agency=hn_fire&uid=x",
    "/notices?kind=x",
]
NOWHERE += [
    "/thread?type=alert&agency=a&uid=76c048db-6bc9-4ccf-c58e-85e44bcacdb6",
    "/dictionary/x",
    "/codes/x",
    "/nowhere",
]


def refuse() -> None:
    """Know nobody."""
    raise HTTPException(401)


@pytest.fixture
def client(exchange: World) -> TestClient:
    """Give an analyst who looks."""
    del exchange
    return TestClient(build(lambda: Person("li")), headers=HTML)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_who_is_not_logged_in_sees_nothing(route: Route) -> None:
    answer = TestClient(build(refuse)).request(route.method, route.path)
    assert answer.status_code == 401
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_nothing_can_be_changed() -> None:
    assert {route.method for route in ROUTES} == {"GET"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_both_languages(client: TestClient, path: str) -> None:
    between = "&" if "?" in path else "?"
    english = client.get(f"{path}{between}lang=en")
    chinese = client.get(f"{path}{between}lang=zh")
    assert (english.status_code, chinese.status_code) == (200, 200)
    assert '<html lang="en">' in english.text
    assert '<html lang="zh-CN">' in chinese.text
    assert " style=" not in chinese.text
    assert "风险分析" in chinese.text


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["type", "category", "unit", "origin", "outcome", "source", "since", "until", "of", "by"]
)
def test_a_hostile_filter_is_text(client: TestClient, name: str) -> None:
    page = client.get("/explore", params={name: HOSTILE})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "onerror=alert(1)>" not in page.text


@pytest.mark.parametrize("path", ["/things?q=", "/product?brand=", "/product?model=", "/product?gtin="])
def test_a_hostile_search_is_text(client: TestClient, path: str) -> None:
    place, _, name = path.partition("?")
    page = client.get(place, params={name.removesuffix("="): f"{HOSTILE}\x00' or 1=1 --"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_hostile_cells_of_a_sender_are_text(client: TestClient) -> None:
    page = client.get("/explore?type=fire_incident&since=2010-01-01")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_links_stay_below_the_root_of_a_mounted_application(exchange: World) -> None:
    del exchange
    page = TestClient(build(lambda: Person("li")), root_path="/analysis", headers=HTML).get("/analysis/")
    assert page.status_code == 200
    assert 'href="/explore' not in page.text
    assert 'href="/analysis/explore' in page.text
