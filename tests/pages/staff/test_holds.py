"""A held batch: what a person sees before deciding, who may decide, and what is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff.app import build
from pipeline.review.hold import decide, held, hold_named
from tests.support.exchange import submit
from tests.support.page_world import COMPLAINTS
from tests.support.small_source import SMALL, rows
from warehouse.connection import connect

if TYPE_CHECKING:
    from httpx import Response

    from tests.support.page_world import World
    from tests.support.small_source import SmallSource

AS_PAGE = {"accept": "text/html"}


def client(*, may_decide: bool = True) -> TestClient:
    return TestClient(build(lambda: Person("duty", may_decide=may_decide)), headers=AS_PAGE, follow_redirects=False)


@pytest.fixture
def batch(warehouse: str, small: SmallSource) -> str:
    """Give a batch that is held: fewer rows than are agreed."""
    assert warehouse
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 3}}")
    found = submit(SMALL, "few.csv", rows(F1="fire", F2="smoke"))
    assert found["state"] == "held"
    return str(found["batch"])


def send(batch: str, *, may_decide: bool = True, **form: str) -> Response:
    held_at = next((each["held_at"].isoformat() for each in held() if each["batch"] == batch), "")
    return client(may_decide=may_decide).post(f"/holds/{batch}", data={"held_at": held_at} | form)


def audited(batch: str) -> list[tuple[str, str]]:
    with connect() as conn:
        found = conn.execute("select who, what from ledger.audit where batch_id = %s", [batch])
        return [(who, what) for who, what in found]


def test_the_rows_are_shown_and_no_person_in_clear(exchange: World) -> None:
    del exchange
    (waiting,) = held(COMPLAINTS)
    page = client().get(f"/holds/{waiting['batch']}").text
    assert "TS900000" in page
    assert "&lt;script&gt;alert(" in page
    assert "<script>alert(" not in page
    assert "王小明" not in page
    assert "13876543210" not in page


def test_an_approval_is_written_down_with_the_login(batch: str) -> None:
    answer = send(batch, decision="approve", comment="a quiet day")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/holds/{batch}")
    assert audited(batch) == [("duty", "hold approve")]
    page = client().get(f"/holds/{batch}").text
    assert "a quiet day" in page
    assert 'name="decision"' not in page


def test_a_rejection_needs_a_reason_and_its_sender_reads_it(batch: str) -> None:
    refused = send(batch, decision="reject", comment="  ")
    assert refused.status_code == 422
    assert 'href="#comment"' in refused.text
    assert audited(batch) == []
    assert send(batch, decision="reject", comment="half is missing").status_code == 303
    assert audited(batch) == [("duty", "hold reject")]


def test_who_may_only_look_sees_no_form_and_decides_nothing(batch: str) -> None:
    assert 'name="decision"' not in client(may_decide=False).get(f"/holds/{batch}").text
    assert send(batch, may_decide=False, decision="approve").status_code == 403
    assert client(may_decide=False).post(f"/holds/{batch}").status_code == 403, "before the form is looked at"
    assert audited(batch) == []


def test_another_site_s_form_is_refused(batch: str) -> None:
    form = {"decision": "approve", "held_at": ""}
    answer = client().post(f"/holds/{batch}", data=form, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, audited(batch)) == (403, [])


def test_the_second_of_two_decisions_is_not_taken(batch: str) -> None:
    hold = hold_named(batch)
    assert hold
    decide(batch, "approve", "first")
    late = send(batch, decision="reject", comment="no", held_at=hold["held_at"].isoformat())
    assert late.headers["location"] == f"/holds/{batch}?late=1"
    assert "your decision was not taken" in client().get(late.headers["location"]).text
    assert audited(batch) == [("first", "hold approve")]


def test_what_was_never_held_has_no_page(exchange: World) -> None:
    del exchange
    with connect() as conn:
        found = conn.execute("select batch_id from ledger.batch where state = 'acknowledged' limit 1").fetchone()
    assert found
    for batch in ("nothing", found[0]):
        assert client().get(f"/holds/{batch}").status_code == 404
