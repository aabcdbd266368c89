"""The pages of one feed: volume beside what was expected, lateness, findings over time, terms and mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff.app import build
from pages.staff.feed import PARTS
from pipeline.sources import source_named
from tests.support.exchange import submit
from tests.support.page_world import AGREED, COMPLAINTS, FIRE, HELD, NAME, SILENT, delivered
from tests.support.small_source import SMALL, rows
from warehouse.connection import connect, owner_url

if TYPE_CHECKING:
    from tests.support.page_world import World
    from tests.support.small_source import SmallSource

AS_PAGE = {"accept": "text/html"}


def client() -> TestClient:
    return TestClient(build(lambda: Person("eva")), headers=AS_PAGE)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("source", [FIRE, COMPLAINTS, SILENT])
def test_every_part_of_a_feed_has_a_page(exchange: World, source: str, part: str) -> None:
    del exchange
    page = client().get(f"/feeds/{source}/{part}".rstrip("/"))
    assert page.status_code == 200
    assert page.text.count('aria-current="page"') == 2, "its part, and its place in the navigation"


@pytest.mark.parametrize("rest", ["", "/findings?code=BAD_DATE", *(f"/{part}" for part in PARTS if part)])
@pytest.mark.parametrize("feed", ["nobody/nothing", "hn_fire/%00", "hn_fire/nothing"])
def test_a_feed_that_nobody_knows_has_no_page(exchange: World, feed: str, rest: str) -> None:
    del exchange
    assert client().get(f"/feeds/{feed}{rest}").status_code == 404


def test_the_index_leads_to_every_feed_of_the_ledger(exchange: World) -> None:
    del exchange
    page = client().get("/feeds").text
    with connect() as conn:
        known = [f"{agency}/{feed}" for agency, feed in conn.execute("select agency, feed from ledger.source")]
    assert known
    assert not [name for name in known if f'href="/feeds/{name}"' not in page]


def test_the_rows_of_a_held_batch_stand_beside_what_was_agreed(exchange: World) -> None:
    del exchange
    page = client().get(f"/feeds/{COMPLAINTS}").text
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert str(escape(HELD)) in row
    assert f">{AGREED + 1:,}</a>" in row
    assert f">1 – {AGREED:,}</a>" in row
    assert "not as expected" in row
    assert "unusual" in page.split("<svg")[1].split("</svg>")[0]


def test_lateness_is_that_of_the_command_line(exchange: World) -> None:
    del exchange
    page = client().get(f"/feeds/{SILENT}").text
    assert ">silent<" in page.split('id="lateness"')[1].split("</section>")[0]


def test_what_was_found_over_time_adds_up(exchange: World) -> None:
    del exchange
    with connect() as conn:
        row = conn.execute(
            "select code, \"column\", sum(count) from ledger.finding where agency = 'hn_fire' and level = 'error'"
            " group by 1, 2 order by 3 desc, 1, 2 limit 1"
        ).fetchone()
    assert row
    code, column, count = row
    page = client().get(f"/feeds/{FIRE}").text
    found = page.split('id="findings"')[1].split("<tbody>")[1].split("</tr>")[0]
    assert f">{count:,}</a>" in found
    batches = client().get(f"/feeds/{FIRE}/findings", params={"code": code, "column": column or ""}).text
    shown = [
        int(each.split("<")[0].replace(",", ""))
        for each in batches.split('<td class="num"')[1:]
        for each in [each.split("</a>")[0].rpartition(">")[2]]
    ]
    assert sum(shown) == count


@pytest.mark.parametrize("query", ["", "code=NO_SUCH", "code=BAD_DATE&column=%00"])
def test_an_odd_address_of_a_finding_is_no_fault_of_ours(exchange: World, query: str) -> None:
    del exchange
    assert client().get(f"/feeds/{FIRE}/findings?{query}").status_code == 404


def test_hostile_values_are_text(exchange: World) -> None:
    del exchange
    for part in ("codes", "findings?code=UNKNOWN_CODE&column=起火原因"):
        page = client().get(f"/feeds/{FIRE}/{part}").text
        assert "<script>alert(" not in page
        assert "&lt;script&gt;alert(" in page
        assert "a<b>" not in page


@pytest.mark.parametrize(
    ("language", "task", "basis"), [("en", "Fires", "Agreement on sharing"), ("zh", "火灾", "协议")]
)
def test_the_terms_say_by_which_right_and_when(exchange: World, language: str, task: str, basis: str) -> None:
    del exchange
    page = client().get(f"/feeds/{FIRE}/terms?lang={language}").text
    assert task in page.split('id="basis"')[1].split("</section>")[0]
    assert basis in page.split('id="seen"')[1].split("</section>")[0]
    assert "1 – 20,000" in page
    assert "P1D" in page


def test_the_mapping_shows_every_field_and_the_version_in_force(exchange: World) -> None:
    del exchange
    page, source = client().get(f"/feeds/{FIRE}/mapping").text, source_named(FIRE)
    assert not [path for path, _ in source.all_rules() if f">{path}<" not in page]
    assert source.version in page.split('id="history"')[1].split("</section>")[0]


def test_a_version_that_is_gone_stays_in_the_history(warehouse: str, small: SmallSource) -> None:
    assert warehouse
    versions = []
    for at, causes in enumerate(({"短路": "electrical"}, {"短路": "electrical", "雷": "lightning"})):
        small.translate(causes)
        versions.append(source_named(SMALL).version)
        submit(SMALL, f"{at}.csv", rows(**{f"F{at}": "fire"}))
    history = client().get(f"/feeds/{SMALL}/mapping").text.split('id="history"')[1].split("</section>")[0]
    assert history.index(f">{versions[1]}<") < history.rindex(f">{versions[0]}<")
    assert history.count(">in force<") == 1


def test_a_conflict_leads_to_both_records_and_a_hostile_value_is_text(warehouse: str, small: SmallSource) -> None:
    assert warehouse
    assert small.folder
    batch = submit(SMALL, "1.csv", rows(F1="fire"))["batch"]
    with psycopg.connect(owner_url()) as conn:
        conn.execute(
            "insert into ledger.link (link, label_zh, label_en, left_type, right_type, version)"
            " values ('same_fire', '同一火灾', 'The same fire', 'fire_incident', 'fire_incident', 'x')"
        )
        conn.execute(
            "insert into ledger.conflict (link, rule, thing, left_agency, left_feed, left_uid,"
            " left_record_no, left_value, left_batch, right_agency, right_feed, right_uid, right_record_no,"
            " right_value, right_batch, opened_by)"
            " select 'same_fire', 'deaths', 'F1', agency, feed, record_uid, 'F1', '<b>1</b>', batch_id,"
            " 'other', 'fires', record_uid, 'O1', null, batch_id, batch_id from core.fire_incident where batch_id = %s",
            [batch],
        )
        row = conn.execute("select record_uid from core.fire_incident").fetchone()
    assert row
    page = client().get(f"/feeds/{SMALL}/conflicts").text
    assert "The same fire" in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    for agency in ("hn_small", "other"):
        assert f'href="/records/fire_incident/{agency}/{row[0]}"' in page


def test_the_tab_of_a_dag_leads_to_its_feed(exchange: World) -> None:
    del exchange
    asked = TestClient(build(lambda: Person("eva")), follow_redirects=False)
    places = [asked.get(f"/dags/{dag}").headers["location"] for dag in ("intake__hn_fire__incidents", "sweep", "a__b")]
    assert places == [f"/feeds/{FIRE}", "/", "/"]


def test_a_delivery_leads_to_its_feed_its_records_and_what_was_expected(exchange: World) -> None:
    del exchange
    batch = delivered(NAME).batch
    page = client().get(f"/deliveries/{batch}").text
    for address in (f"/feeds/{FIRE}", f"/deliveries/{batch}/records", f"/deliveries/{batch}/expectations"):
        assert f'href="{address}"' in page
