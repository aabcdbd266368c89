"""Unknown codes: the proposal that the hub makes, and who may accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from hub.errors import FixTheHub, WrongUsage
from pages.site.identity import Person
from pages.staff.app import build
from pipeline.reports.unmapped import Proposal, accept_code
from pipeline.reports.unmapped import merge as merging
from tests.support.exchange import submit
from tests.support.linked_sources import INSPECTED, LinkedSources, inspect
from tests.support.small_source import SMALL, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from httpx import Response

    from tests.support.small_source import SmallSource

AS_PAGE = {"accept": "text/html"}
PLACE = f"/feeds/{SMALL}/codes"
UNKNOWN = "线路短路"  # like 短路, which the crosswalk knows


def client(*, may_decide: bool = True) -> TestClient:
    who = Person("duty", may_decide=may_decide)
    return TestClient(build(lambda: who), headers=AS_PAGE, follow_redirects=False)


@pytest.fixture
def batch(warehouse: str, small: SmallSource) -> str:
    """Give a batch of which one row waits for an unknown word."""
    assert warehouse
    assert small.folder
    found = submit(SMALL, "1.csv", fires("F1", f"F2,2026-05-01 10:00,{UNKNOWN}"))
    assert found["quarantined"] == 1
    return str(found["batch"])


def words(small: SmallSource) -> str:
    return (small.folder / "crosswalks" / "cause.csv").read_text("utf-8")


def accept(*, may_decide: bool = True, **form: str) -> Response:
    whole = {"column": "cause", "value": UNKNOWN, "code": "electrical"} | form
    return client(may_decide=may_decide).post(PLACE, data=whole)


def test_the_proposal_of_the_command_line_is_chosen_already(batch: str) -> None:
    page = client().get(PLACE).text
    assert 'value="electrical" selected' in page
    assert "like “短路”" in page
    assert f"/deliveries/{batch}/plan" in page, "and the rows that wait can be read again"


def test_an_accepted_word_is_in_the_crosswalk_and_in_the_audit(batch: str, small: SmallSource) -> None:
    answer = accept(note="a new  word")
    assert answer.status_code == 303
    assert words(small).endswith(f"{UNKNOWN},electrical,a new word\n")
    with connect() as conn:
        found = conn.execute("select who, what, agency, batch_id, detail ->> 'value' from ledger.audit").fetchall()
    assert found == [("duty", "code accept", "hn_small", None, UNKNOWN)]
    page = client().get(answer.headers["location"]).text
    assert "is in the crosswalk now" in page
    assert 'name="code"' not in page, "nobody is asked again"
    assert "the mapping has changed since" in page
    plan = client().get(f"/deliveries/{batch}/plan").text
    assert "Nothing that is in the warehouse now would be lost." in plan


def test_who_may_only_look_accepts_nothing(batch: str, small: SmallSource) -> None:
    before = words(small)
    assert batch
    assert accept(may_decide=False).status_code == 403
    assert client(may_decide=False).post(PLACE).status_code == 403, "before the form is looked at"
    assert 'name="code"' not in client(may_decide=False).get(PLACE).text
    assert words(small) == before


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"code": ""}, 422),
        ({"code": "no_such_code"}, 422),
        ({"value": "短路"}, 404),  # no row waits for it
        ({"value": "=1+1"}, 404),
        ({"column": "note"}, 404),
        ({"note": "x" * 400}, 422),
        ({"code": "ignored"}, 422),  # without a note that says why
    ],
)
def test_only_a_code_of_the_list_for_a_word_that_waits_is_taken(
    batch: str, small: SmallSource, form: dict[str, str], status: int
) -> None:
    assert batch
    before = words(small)
    assert accept(**form).status_code == status
    assert words(small) == before


def test_another_site_s_form_is_refused(batch: str, small: SmallSource) -> None:
    assert batch
    before = words(small)
    form = {"column": "cause", "value": UNKNOWN, "code": "electrical"}
    answer = client().post(PLACE, data=form, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, words(small)) == (403, before)


def test_a_word_is_taken_once(batch: str, small: SmallSource) -> None:
    assert batch
    proposal = Proposal(SMALL, "cause", UNKNOWN, "electrical")
    assert [accept_code(proposal, "duty"), accept_code(proposal, "eva")] == [True, False]
    assert words(small).count(UNKNOWN) == 1
    with pytest.raises(WrongUsage):
        accept_code(proposal._replace(code="smoking"), "eva")
    with connect() as conn:
        assert conn.execute("select array_agg(detail ->> 'code') from ledger.audit").fetchone() == (["electrical"],)


def test_a_long_list_stands_once_however_many_words_wait(warehouse: str, small: SmallSource) -> None:
    assert warehouse
    LinkedSources(small.folder.parents[1])
    inspect(*({"编号": f"P{at}", "原产国": name} for at, name in enumerate(("越 南", "火星", "月球"))))
    place = f"/feeds/{INSPECTED}/codes"
    page = client().get(place).text
    assert page.count('list="list-country"') == 3
    assert page.count("<datalist") == 1
    assert page.count('<option value="VNM">') == 1
    assert 'value="VNM" maxlength' in page, "the proposal is filled in"
    word = {"column": "原产国", "value": "火星"}
    refused = client().post(place, data=word | {"code": "XQZ"})
    assert refused.status_code == 422
    assert 'value="XQZ" maxlength' in refused.text, "what was typed stays"
    assert client().post(place, data=word | {"code": "JPN"}).status_code == 303
    assert client(may_decide=False).get(place).text.count("<datalist") == 0


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_audited(
    batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    assert batch
    monkeypatch.setattr(merging, "write_durable", refuse)
    with pytest.raises(FixTheHub, match=r"riskhub code merge|cannot be written"):
        accept_code(Proposal(SMALL, "cause", UNKNOWN, "electrical"), "duty")
    answer = accept()
    assert answer.status_code == 503
    assert "cannot be written" in answer.text
    with connect() as conn:
        assert conn.execute("select count(*) from ledger.audit").fetchone() == (0,)
