"""The first page: its figures are the ledger's, and each line says who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff.app import build
from tests.support.page_world import AGREED, HELD, SILENT, UNREADABLE
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.page_world import World

AS_PAGE = {"accept": "text/html"}


def client(*, may_decide: bool = False) -> TestClient:
    return TestClient(build(lambda: Person("eva", may_decide=may_decide)), headers=AS_PAGE)


def test_the_card_has_the_figures_of_the_ledger(exchange: World) -> None:
    del exchange
    with connect() as conn:
        row = conn.execute(
            "select sum(read), sum(new + changed + unchanged), sum(quarantined), count(*) filter (where state = 'held')"
            " from ledger.batch where replay_of is null"
        ).fetchone()
    card = client().get("/api/today").json()
    assert row
    assert [each["value"] for each in card["figures"]] == [f"{each:,}" for each in row]


@pytest.mark.parametrize(("language", "act"), [("en", "ask the sender"), ("zh", "请联系报送方")])
def test_the_page_says_what_waits_and_for_whom(exchange: World, language: str, act: str) -> None:
    del exchange
    page = client(may_decide=True).get(f"/?lang={language}").text
    assert act in page, f"{SILENT} owes a delivery"
    assert UNREADABLE in page
    assert str(escape(HELD)) in page
    assert f"{AGREED + 1:,}" in page, "the figure for which it is held"


def test_a_sender_s_name_is_text_and_nothing_else(exchange: World) -> None:
    del exchange
    page = client().get("/").text
    assert "<i>'&" not in page
    assert "a<b>" not in page
