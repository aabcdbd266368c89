"""What the analysts' pages say of the demonstration's exchange, compared with the warehouse itself."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from pages.analysis.app import build
from pages.site.identity import Person
from stack.analyst_query import run_query
from standards import standard
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.page_world import World

SINCE = "since=2026-08-01&until=2026-10-31"  # the days of the story
STORY = [  # the demonstration's scooter, in the order in which it happened
    ("2026-07-06", "Customs declaration: Declared"),
    ("2026-08-20", "Injury case: Somebody was hurt"),
    ("2026-09-02", "Injury case: Somebody was hurt"),
    ("2026-09-15", "Market sampling: Failed"),
    ("2026-09-19", "Fire incident: Somebody was hurt"),
    ("2026-09-19", "Injury case: Somebody was hurt"),
    ("2026-09-28", "Overseas notification: Recalled"),
    ("2026-10-05", "Customs declaration: Declared"),
    ("2026-10-08", "Port inspection: Refused"),
]


@pytest.fixture
def client(exchange: World) -> TestClient:
    """Give an analyst who looks."""
    del exchange
    return TestClient(build(lambda: Person("li")), headers={"accept": "text/html"})


def plain_text(page: str) -> str:
    """Return what a page says, without its elements."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def uid_of(number: str, table: str) -> str:
    """Return the identity of a record by the agency's number."""
    with connect() as conn:
        found = conn.execute(f"select record_uid from core.{table} where source_record_no = %s", [number]).fetchone()  # type: ignore[call-overload]
    assert found
    return str(found[0])


def test_the_product_page_has_the_story_in_its_order(client: TestClient) -> None:
    page = client.get("/product?brand=FunRide&model=fr-s3").text
    items = [plain_text(item) for item in page.split("<li class=")[1:]]
    assert len(items) == len(STORY)
    for item, (day, event) in zip(items, STORY, strict=True):
        assert day in item
        assert event in item
        assert "line " in item  # its evidence


def test_a_brand_alone_is_a_candidate_and_another_model_is_none(client: TestClient) -> None:
    page = plain_text(client.get("/product?brand=FunRide&model=FR-S3").text)
    assert page.count("same brand, no model: a candidate") == 1
    assert "FR-H1" not in page  # the helmet of the same brand


def test_a_product_leads_to_its_evidence(client: TestClient) -> None:
    page = client.get("/product?brand=FunRide&model=FR-S3").text
    address = re.search(r'href="(/record\?type=market_sampling[^"]+)"', page)
    assert address
    record = plain_text(client.get(html.unescape(address[1])).text)
    assert "CP26460000002101" in record
    assert "sampling_story.xlsx" in record


@pytest.mark.parametrize("search", ["FR-S3", "fr-s3", "FunRide", "8711600090", "儿童电动"])
def test_a_search_finds_the_scooter(client: TestClient, search: str) -> None:
    assert "brand=FunRide&amp;model=FR-S3" in client.get("/things", params={"q": search}).text


def test_a_search_finds_an_enterprise_by_name_and_code(client: TestClient) -> None:
    for search in ("91460100MA0HN2014H", "海南海汇"):
        assert "/enterprise?uscc=91460100MA0HN2014H" in client.get("/things", params={"q": search}).text
    page = plain_text(client.get("/enterprise?uscc=91460100MA0HN2014H").text)
    assert "海南海汇贸易有限公司" in page
    assert "Customs declaration" in page


def test_the_sql_that_is_shown_returns_what_is_shown(client: TestClient) -> None:
    page = client.get(f"/explore?{SINCE}&unit=460100&category=child&adverse=yes").text
    query = re.search(r'<pre class="sql"[^>]*><code>(.*?)</code>', page, re.DOTALL)
    assert query
    _, rows = run_query(html.unescape(query[1]))
    numbers = {str(row["source_record_no"]) for row in rows}
    shown = set(re.findall(r'href="/record\?[^"]+">([^<]+)</a>', page))
    assert shown == numbers


def test_explore_counts_what_the_mart_holds(client: TestClient) -> None:
    page = client.get(f"/explore?{SINCE}&type=fire_incident").text
    _, rows = run_query(
        "select count(*) as n from mart.risk_event where record_type = 'fire_incident'"
        " and event_date between '2026-08-01' and '2026-10-31'"
    )
    assert f"<dd>{rows[0]['n']}</dd>" in page


def test_the_file_of_events_has_all_of_them(client: TestClient) -> None:
    answer = client.get(f"/explore/events.csv?{SINCE}")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    _, found = run_query(
        "select count(*) as n from mart.risk_event where event_date between '2026-08-01' and '2026-10-31'"
    )
    assert len(rows) == found[0]["n"] > 25
    assert answer.headers["content-disposition"].startswith("attachment")


def test_small_counts_are_hidden_in_what_may_be_published(client: TestClient) -> None:
    table = client.get(f"/explore/counts.csv?{SINCE}&by=outcome_code").text
    cells = [cell for row in list(csv.reader(io.StringIO(table)))[1:] for cell in row[1:]]
    assert "*" in cells
    assert not {"1", "2", "3", "4"} & {*cells}


def test_a_wrong_filter_is_named_and_nothing_is_shown(client: TestClient) -> None:
    page = client.get("/explore?since=2026-13-01&type=nothing").text
    assert 'href="#since"' in page
    assert 'href="#type"' in page
    assert '<pre class="sql"' not in page
    assert client.get("/explore/events.csv?since=x", follow_redirects=False).status_code == 303


def test_the_overview_counts_all_units_of_hainan(client: TestClient) -> None:
    page = client.get("/?to=2026-10-31").text
    table = page[page.index('<section aria-labelledby="where"') : page.index('<section aria-labelledby="origin"')]
    assert table.count('<th scope="row">') == 19
    assert "Sansha City" in table
    _, rows = run_query(
        "select count(*) as n from mart.risk_event e join mart.region r using (region_code)"
        " where r.unit_code = '460100' and event_date between '2026-08-10' and '2026-10-31'"
    )
    assert f'unit=460100">{rows[0]["n"]}</a>' in table


def test_an_empty_period_leads_to_the_newest_event(client: TestClient) -> None:
    page = client.get("/?to=2001-01-31").text
    assert "?to=2026-10-31" in page


def test_a_record_shows_no_closed_field(client: TestClient) -> None:
    with connect() as conn:
        found = conn.execute(
            "select record_uid, narrative from core.injury_case"
            " where agency = 'hn_hospital' and narrative is not null limit 1"
        ).fetchone()
    assert found
    page = client.get(f"/record?type=injury_case&agency=hn_hospital&uid={found[0]}").text
    assert found[1] not in html.unescape(page)
    fields = re.search(r"Closed to analysts, filled or not: (.*?)\. They", plain_text(page))
    assert fields
    named = fields[1].split(", ")
    table = standard().types["injury_case"].tables[""]
    assert table.fields["narrative"].label["en"] in named
    assert table.fields["event_at"].label["en"] not in named


def test_a_product_is_found_by_its_barcode_and_says_so(client: TestClient) -> None:
    _, rows = run_query("select gtin from mart.product_key where gtin is not null order by 1 limit 1")
    assert plain_text(client.get(f"/product?gtin={rows[0]['gtin']}").text).count("same barcode") >= 1


def test_the_columns_of_a_chart_lead_to_their_days_within_the_filter(client: TestClient) -> None:
    _, rows = run_query(
        "select min(event_date) as since, max(event_date) as until from mart.risk_event"
        " where event_date between '2026-08-01' and '2026-10-31' and extract(isodow from event_date) between 2 and 6"
    )
    since, until = (date.fromisoformat(str(rows[0][name])) for name in ("since", "until"))  # in the middle of weeks
    page = html.unescape(client.get(f"/explore?since={since}&until={until}").text)
    found = re.findall(
        r'<th scope="row">[0-9-]+</th><td class="num"><a href="[^"]*since=([0-9-]+)[^"]*until=([0-9-]+)', page
    )
    weeks = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in found]
    assert (weeks[0][0], weeks[-1][1]) == (since, until)
    assert all((last - first).days <= 6 for first, last in weeks)
    assert all(last < first for (_, last), (first, _) in pairwise(weeks))


def test_a_thread_has_the_messages_that_replace_and_cancel_each_other(client: TestClient) -> None:
    for number in ("W-001", "W-003", "W-004"):
        uid = uid_of(number, "alert")
        page = plain_text(client.get(f"/thread?type=alert&agency=intl_cap&uid={uid}").text)
        assert "3 messages of one matter" in page
        assert all(f"{each} ·" in page for each in ("W-001", "W-003", "W-004"))
    alone = client.get(f"/thread?type=alert&agency=intl_cap&uid={uid_of('W-002', 'alert')}").text
    assert "1 messages of one matter" in plain_text(alone)


def test_alerts_are_chosen_by_their_state(client: TestClient) -> None:
    ended = client.get("/notices?kind=alert&state=ended").text
    drill = client.get("/notices?kind=alert&state=drill").text
    assert "W-001" in ended
    assert "W-007" in drill
    assert "W-001" not in drill


def test_the_dictionary_says_which_source_fills_what(client: TestClient) -> None:
    page = client.get("/dictionary/injury_case").text
    assert 'value="1.0" aria-label="hn_hospital/injuries"' in page
    assert "us_cpsc/neiss" in page
    assert page.index("narrative") < page.index("closed", page.index("narrative"))
