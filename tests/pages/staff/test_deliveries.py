"""The list of deliveries, one delivery, its rows that were kept out, and what its sender was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff.app import build
from tests.support.page_world import FIRE, HELD, NAME, UNREADABLE, delivered
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.page_world import World

AS_PAGE = {"accept": "text/html"}


def client() -> TestClient:
    return TestClient(build(lambda: Person("eva")), headers=AS_PAGE)


@pytest.mark.parametrize("wanted", ["batch", "sha256", "name"])
def test_a_delivery_is_found_by_what_people_know_of_it(exchange: World, wanted: str) -> None:
    del exchange
    found = delivered(NAME)
    text = {"batch": found.batch, "sha256": found.sha256[:16].upper(), "name": NAME[:4].upper()}[wanted]
    page = client().get("/deliveries", params={"q": text}).text
    assert f"/deliveries/{found.batch}" in page
    assert delivered(UNREADABLE).batch not in page


def test_the_list_is_narrowed(exchange: World) -> None:
    del exchange
    held = client().get("/deliveries?state=held").text
    assert (str(escape(HELD)) in held, UNREADABLE in held) == (True, False)
    fires = client().get("/deliveries", params={"source": FIRE}).text
    assert (str(escape(HELD)) in fires, UNREADABLE in fires) == (False, True)


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999999", "state=none", "source=a", "q=%00", "q=%25"]
)
def test_an_odd_address_is_no_fault(exchange: World, query: str) -> None:
    del exchange
    assert client().get(f"/deliveries?{query}").status_code == 200


def test_hostile_rows_are_text(exchange: World) -> None:
    del exchange
    batch = delivered(NAME).batch
    for path in (f"/deliveries/{batch}", f"/deliveries/{batch}/rows"):
        page = client().get(path).text
        assert "<script>alert(" not in page
        assert "49" not in page.split("<main")[1].split("alert(1)")[-1][:12], "no template is made of a cell"
    assert "&lt;script&gt;alert(" in page


def test_the_rows_of_one_finding_are_as_many_as_it_says(exchange: World) -> None:
    del exchange
    with connect() as conn:
        row = conn.execute(
            "select batch_id, code, coalesce(\"column\", ''), count from ledger.finding"
            " where level = 'error' and \"column\" is not null and agency = 'hn_fire' limit 1"
        ).fetchone()
    assert row
    batch, code, column, count = row
    page = client().get(f"/deliveries/{batch}/rows", params={"code": code, "column": column}).text
    assert page.count('<th scope="row">') == count


def test_what_the_sender_got_is_saved_and_never_shown(exchange: World) -> None:
    del exchange
    batch = delivered(NAME).batch
    with connect() as conn:
        stored = conn.execute(
            "select body from ledger.receipt where batch_id = %s and kind = 'html'", [batch]
        ).fetchone()
    answer = client().get(f"/deliveries/{batch}/files/html")
    assert stored
    assert answer.content == bytes(stored[0])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_preview_says_what_reading_again_would_change(exchange: World) -> None:
    del exchange
    page = client().get(f"/deliveries/{delivered(NAME).batch}/plan")
    assert page.status_code == 200
    assert "Nothing that is in the warehouse now would be lost." in page.text


@pytest.mark.parametrize("query", ["code=NO_SUCH", "code=BAD_DATE&column=%00", "after=x"])
def test_an_odd_address_of_rows_is_no_fault(exchange: World, query: str) -> None:
    del exchange
    assert client().get(f"/deliveries/{delivered(NAME).batch}/rows?{query}").status_code == 200


@pytest.mark.parametrize("rest", ["", "/rows", "/files/json", "/plan"])
def test_what_is_not_there_has_no_page(exchange: World, rest: str) -> None:
    del exchange
    assert client().get(f"/deliveries/20260101-000000-00000000{rest}").status_code == 404
