"""Every route of the portal: who may use it, and that nobody reaches what is another agency's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.portal import upload_store
from pages.portal.app import build
from pages.portal.sessions import Member
from tests.support.portal_people import FIRE, LAB, PEOPLE, batch_of
from tests.support.routes import Route, routes_of

if TYPE_CHECKING:
    from httpx import Response

    from tests.support.portal_people import Portal

ROUTES = routes_of(build())
OPEN = {"/health", "/login", "/password/{token}"}
GUARDED = [route for route in ROUTES if route.path not in OPEN]
ONE = [route for route in GUARDED if "{batch_id}" in route.path or "{upload_id}" in route.path]
SUBMITTING = [
    route
    for route in GUARDED
    if route.method in ("POST", "PATCH", "DELETE") and not route.path.startswith(("/logout", "/sessions"))
]
TYPED = [route for route in GUARDED if "{name}" in route.path]
TYPES = {FIRE: "fire_incident", LAB: "lab_test_result"}
ROLES = [name for name in PEOPLE if name.endswith(".fire")]


def upload_of(agency: str) -> str:
    """Return an upload of an agency that is being received."""
    login = f"sender.{agency.removeprefix('hn_')}"
    known = [each for each in upload_store.uploads_of(agency) if each.state == "receiving"]
    feed = {FIRE: "incidents", LAB: "reports"}[agency]
    made = known[0] if known else upload_store.begin(Member(login, agency, "sender", 0), feed, "a.csv", 5, "check")
    return made.id


def request(portal: Portal, login: str | None, route: Route, agency: str) -> Response:
    """Use a route with what belongs to an agency."""
    path = route.path.replace("{batch_id}", batch_of(agency)).replace("{upload_id}", upload_of(agency))
    path = path.replace("{feed}", "incidents").replace("{kind}", "json").replace("{session_id}", "0")
    path = path.replace("{name}", TYPES[agency]).replace("{codelist}", "region")
    return portal.client(login).request(route.method, path)


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_nobody_without_a_session_is_served(portal: Portal, route: Route) -> None:
    answer = request(portal, None, route, FIRE)
    assert answer.status_code == (303 if route.method == "GET" else 401)
    assert answer.status_code == 401 or answer.headers["location"] == "/login"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize("route", ONE, ids=lambda route: f"{route.method} {route.path}")
def test_what_is_a_neighbours_does_not_exist(portal: Portal, route: Route, login: str) -> None:
    answer = request(portal, login, route, LAB)
    viewer = login.startswith("viewer") and (route in SUBMITTING or route.path.endswith("/fix"))
    assert answer.status_code == (403 if viewer else 404)
    nowhere = portal.client(login).request(
        route.method, route.path.replace("{batch_id}", "x").replace("{upload_id}", "0" * 32).replace("{kind}", "json")
    )
    assert nowhere.status_code == answer.status_code, "that it exists does not show"


@pytest.mark.parametrize("route", SUBMITTING, ids=lambda route: f"{route.method} {route.path}")
def test_a_viewer_submits_nothing(portal: Portal, route: Route) -> None:
    assert request(portal, "viewer.fire", route, FIRE).status_code == 403


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/submissions",
        "/sessions",
        "/feeds/incidents/upload",
        "/submissions/{batch_id}",
        "/quality",
        "/dictionary",
        "/dictionary/fire_incident",
        "/usage",
    ],
)
def test_a_page_is_shown_to_those_who_may_see_it(portal: Portal, path: str, login: str) -> None:
    for language in ("en", "zh"):
        address = path.replace("{batch_id}", batch_of(FIRE))
        answer = portal.client(login).get(f"{address}?lang={language}")
        assert answer.status_code == 200
        assert batch_of(LAB) not in answer.text
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


@pytest.mark.parametrize("route", TYPED, ids=lambda route: f"{route.method} {route.path}")
def test_a_record_type_is_shown_to_those_who_send_it(portal: Portal, route: Route) -> None:
    for login in ROLES:
        assert request(portal, login, route, FIRE).status_code == 200
        assert request(portal, login, route, LAB).status_code == 404


def test_keys_are_shown_to_administrators_alone(portal: Portal) -> None:
    seen = {login: portal.client(login).get("/keys").status_code for login in ROLES}
    assert seen == {"viewer.fire": 403, "sender.fire": 403, "admin.fire": 200}
    assert 'href="/keys"' not in portal.client("sender.fire").get("/").text
    assert 'href="/keys"' in portal.client("admin.fire").get("/").text


def test_a_feed_of_another_agency_takes_no_file(portal: Portal) -> None:
    client = portal.client("sender.fire")
    assert client.get("/feeds/reports/upload").status_code == 404
    answer = client.post("/files", data={"feed": "reports", "purpose": "check"}, files={"file": ("a.csv", b"a")})
    assert answer.status_code == 404
    assert (
        client.post("/uploads", headers={"upload-length": "1", "upload-metadata": "feed cmVwb3J0cw=="}).status_code
        == 404
    )


def test_another_persons_upload_is_not_continued(portal: Portal) -> None:
    path = f"/uploads/{upload_of(FIRE)}"
    head = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
    assert portal.client("admin.fire").patch(path, content=b"abc", headers=head).status_code == 403
