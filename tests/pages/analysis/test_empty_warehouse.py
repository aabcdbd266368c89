"""The pages of a warehouse into which nothing, or little, has come yet."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from hub.i18n import has
from pages.analysis.app import build
from pages.site.identity import Person
from pages.staff.app import build as build_staff
from tests.support.exchange import submit
from tests.support.small_source import SMALL, SmallSource, rows
from warehouse.connection import connect


@pytest.mark.parametrize("path", ["/", "/explore", "/things?q=x", "/notices", "/dictionary"])
def test_a_page_of_an_empty_warehouse_is_shown(warehouse: str, path: str) -> None:
    assert warehouse
    page = TestClient(build(lambda: Person("li"))).get(path, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert 'class="empty"' in page.text or path == "/dictionary"


def test_the_staffs_pages_of_an_empty_warehouse_say_what_to_do(warehouse: str) -> None:
    assert warehouse
    client = TestClient(build_staff(lambda: Person("eva")), headers={"accept": "text/html"})
    assert [client.get(path).status_code for path in ("/", "/deliveries")] == [200, 200]


def test_a_feed_without_agreed_dates_is_named(small: SmallSource, warehouse: str) -> None:
    assert warehouse
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 3}}")
    submit(SMALL, "few.csv", rows(F1="fire"))  # it is held, so somebody has to look at the feed
    page = TestClient(build(lambda: Person("li"))).get("/?lang=en", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "no agreed dates" in page.text


def test_every_state_of_a_feed_has_its_sentence(warehouse: str) -> None:
    """The view writes its states as literals in one expression; the page looks each of them up."""
    assert warehouse
    with connect() as conn:
        row = conn.execute("select pg_get_viewdef('mart.feed_health'::regclass)").fetchone()
    assert row
    expression = row[0][: row[0].index("AS state_code")].rpartition("CASE")[2]
    states = set(re.findall(r"'([a-z_]+)'::text", expression)) | {"delivered", "late", "zero", "silent", "outage"}
    assert {"no_terms", "not_due"} <= states
    assert {state for state in states if not has(f"analysis.feed.{state}")} == set()
