"""What was expected of batches: the ledger's results in words, and Great Expectations' own pages."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff.app import build
from pipeline.reports.data_docs import build as build_docs
from pipeline.reports.data_docs import docs_folder, page_of
from tests.support.exchange import submit
from tests.support.page_world import AGREED, COMPLAINTS, HELD, NAME, SILENT, delivered
from tests.support.small_source import SMALL, rows

if TYPE_CHECKING:
    from tests.support.page_world import World
    from tests.support.small_source import SmallSource

AS_PAGE = {"accept": "text/html"}


def client() -> TestClient:
    return TestClient(build(lambda: Person("eva")), headers=AS_PAGE)


def test_the_rules_of_a_held_batch_are_in_words(exchange: World) -> None:
    del exchange
    page = client().get(f"/deliveries/{delivered(HELD).batch}/expectations").text
    first = page.split("<tbody>")[1].split("</tr>")[0]
    assert "Number of rows" in first
    assert f"{AGREED + 1:,}" in first
    assert "not as expected" in first
    assert "great_expectations" in first


def test_the_index_has_what_is_not_as_expected_first(exchange: World) -> None:
    del exchange
    lines = client().get("/expectations").text.split("<tbody>")[1].split("</tr>")
    assert f'href="/feeds/{COMPLAINTS}/expectations"' in lines[0]
    assert "not as expected" in lines[0]
    silent = next(line for line in lines if f"/feeds/{SILENT}/" in line)
    assert "not yet" in silent


def test_pages_that_are_not_built_are_said_to_be_missing(exchange: World) -> None:
    del exchange
    assert not docs_folder().exists()
    page = client().get(f"/feeds/{COMPLAINTS}/expectations").text
    assert "<code>riskhub docs build</code>" in page
    assert "/docs/" not in page
    assert client().get("/docs/index.html").status_code == 404


def test_pages_that_are_built_are_one_click_away_and_stand_as_they_are(warehouse: str, small: SmallSource) -> None:
    assert warehouse
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 3}}")
    batch = submit(SMALL, "few.csv", rows(F1="fire"))["batch"]
    assert build_docs()[1] > 0
    place = page_of(SMALL, str(batch))
    page = client().get(f"/feeds/{SMALL}/expectations").text
    assert place
    assert f'href="/docs/{place}"' in page
    answer = client().get(f"/docs/{place}")
    assert answer.text == (docs_folder() / place).read_text("utf-8")
    style = answer.text.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert "sha256-" not in client().get("/expectations").headers["content-security-policy"]
    assert client().get("/docs/index.html").status_code == 200


@pytest.mark.parametrize(
    "path", ["", "index", "../secrets/x.html", "..%2Fsecrets%2Fx.html", "a/b/../../x.html", "%00.html", "a/b/c/d.html"]
)
def test_nothing_but_a_built_page_is_given(warehouse: str, path: str) -> None:
    assert warehouse
    docs_folder().mkdir(parents=True, exist_ok=True)
    secrets = docs_folder().parent / "secrets"
    secrets.mkdir(exist_ok=True)
    (secrets / "x.html").write_text("sesame", "utf-8")
    answer = client().get(f"/docs/{path}")
    assert (answer.status_code, "sesame" in answer.text) == (404, False)


def test_a_batch_that_is_not_there_has_no_page(exchange: World) -> None:
    del exchange
    assert client().get("/deliveries/20260101-000000-00000000/expectations").status_code == 404
    assert client().get(f"/deliveries/{delivered(NAME).batch}/expectations").status_code == 200
