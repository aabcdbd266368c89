"""Every route of the staff's pages: who may see it, and what its answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import HTTPException
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff.app import build
from tests.support.routes import Route, routes_of

if TYPE_CHECKING:
    from tests.support.page_world import World

NOBODY = build(lambda: None)
ROUTES = routes_of(NOBODY)  # path parameters are left as they stand: a login is looked at first


def refuse() -> None:
    """Know nobody."""
    raise HTTPException(401)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_who_is_not_logged_in_sees_nothing(route: Route) -> None:
    answer = TestClient(build(refuse)).request(route.method, route.path)
    assert answer.status_code == 401
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_today_shows_every_feed(exchange: World, language: str) -> None:
    del exchange
    page = TestClient(build(lambda: Person("eva"))).get(f"/?lang={language}", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "hn_fire/incidents" in page.text
