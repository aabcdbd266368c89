"""From a record to its line and its cells, and from a line forward; what is closed to readers is masked both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from pages.site.identity import Person
from pages.staff import traces
from pages.staff.app import build
from pipeline.reports.trace import trace_record
from standards import standard
from standards.access import is_open
from tests.support.exchange import submit
from tests.support.page_world import FIRE, NAME, delivered
from tests.support.small_source import SMALL, rows
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.page_world import World
    from tests.support.small_source import SmallSource

AS_PAGE = {"accept": "text/html"}


def client() -> TestClient:
    return TestClient(build(lambda: Person("eva")), headers=AS_PAGE)


def some_record(record_type: str) -> tuple[str, str, str, str, int]:
    """Return the address of a record, its type, number, batch and line."""
    with connect() as conn:
        row = conn.execute(
            f"select agency, record_uid, source_record_no, batch_id, source_line from core.{record_type}"
            " order by agency like 'hn%' desc, source_line, source_record_no limit 1"
        ).fetchone()
    assert row
    return f"/records/{record_type}/{row[0]}/{row[1]}", record_type, row[2], row[3], row[4]


def test_the_cells_are_those_of_the_command(exchange: World) -> None:
    del exchange
    address, record_type, number, batch, line = some_record("fire_incident")
    page = client().get(address).text
    (traced, *_) = trace_record(record_type, number)
    table = standard().types[record_type].tables[""]
    shown = 0
    for each in traced["fields"]:
        field = table.fields.get(each["field"])
        for origin in each["from"] if field and is_open(standard().types[record_type], field) else ():
            assert str(escape(origin["sent"] or "")) in page
            shown += bool(origin["sent"])
    assert shown > 8
    assert f'href="/deliveries/{batch}/lines/{line}"' in page
    assert f'href="/deliveries/{batch}"' in page


@pytest.mark.parametrize("record_type", ["fire_incident", "injury_case"])
def test_what_is_closed_to_readers_is_masked_from_both_ends(exchange: World, record_type: str) -> None:
    del exchange
    address, _, number, batch, line = some_record(record_type)
    (traced, *_) = trace_record(record_type, number)
    of_type = standard().types[record_type]
    closed = [
        each
        for each in traced["fields"]
        if each["field"] in of_type.tables[""].fields and not is_open(of_type, of_type.tables[""].fields[each["field"]])
    ]
    secret = [text for each in closed for text in (each["value"], *(origin["sent"] for origin in each["from"]))]
    open_values = {
        each["value"] for each in traced["fields"] if each not in closed
    }  # a mapping may open a text as another field
    secret = [text for text in secret if isinstance(text, str) and len(text) > 5 and text not in open_values]
    assert secret
    record, of_line = client().get(address).text, client().get(f"/deliveries/{batch}/lines/{line}").text
    for text in secret:
        assert str(escape(text)) not in record
        assert str(escape(text)) not in of_line
    assert "closed to readers" in record


def test_versions_say_what_each_has_changed(warehouse: str, small: SmallSource) -> None:
    assert warehouse
    assert small.folder
    first, second = (
        submit(SMALL, name, text) for name, text in (("1.csv", rows(F1="a", F2="b")), ("2.csv", rows(F1="a")))
    )
    small.map('constant: "460100"', 'constant: "460200"')
    third = submit(SMALL, "3.csv", rows(F1="c"))
    assert second["unchanged"] == 1
    address, *_ = some_record("fire_incident")
    with connect() as conn:
        row = conn.execute("select record_uid from core.fire_incident where source_record_no = 'F1'").fetchone()
    assert row
    page = client().get(f"{address.rpartition('/')[0]}/{row[0]}").text
    versions = page.split('id="versions"')[1].split("</section>")[0]
    assert [versions.count(f"/deliveries/{each['batch']}") for each in (first, second, third)] == [1, 0, 1]
    assert "460100 (Haikou City)" in versions
    assert "460200 (Sanya City)" in versions


def test_a_delivery_lists_the_records_that_it_has_brought(exchange: World) -> None:
    del exchange
    batch = delivered(NAME).batch
    page = client().get(f"/deliveries/{batch}/records").text
    with connect() as conn:
        found = conn.execute(
            "select agency, record_uid, source_line from core.fire_incident where batch_id = %s", [batch]
        ).fetchall()
    assert found
    for agency, uid, line in found:
        assert f'href="/records/fire_incident/{agency}/{uid}"' in page
        assert f'href="/deliveries/{batch}/lines/{line}"' in page
    assert "a<b>" not in page


def test_a_long_list_goes_on_where_it_ended(exchange: World, monkeypatch: pytest.MonkeyPatch) -> None:
    del exchange
    monkeypatch.setattr(traces, "MOST", 7)
    with connect() as conn:
        row = conn.execute(
            "select batch_id, count(*) from core.fire_incident group by 1 order by 2 desc limit 1"
        ).fetchone()
    assert row
    batch, count = row
    address, seen = f"/deliveries/{batch}/records", 0
    for _ in range(10):
        page = client().get(address).text
        seen += page.count('<th scope="row">')
        if 'rel="next"' not in page:
            break
        address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == count


def test_a_search_finds_the_number_that_people_know(exchange: World) -> None:
    del exchange
    address, record_type, number, *_ = some_record("fire_incident")
    found = client().get("/records", params={"type": record_type, "key": f" {number}\t"}).text
    assert f'href="{address}"' in found
    assert "No record of this type" in client().get("/records", params={"type": record_type, "key": "nowhere"}).text


@pytest.mark.parametrize(
    "query", ["key=x", "type=none&key=x", "key=%00&type=fire_incident", "type=fire_incident&key=%25"]
)
def test_an_odd_search_is_no_fault(exchange: World, query: str) -> None:
    del exchange
    assert client().get(f"/records?{query}").status_code == 200


def test_a_line_that_was_kept_out_says_why(exchange: World) -> None:
    del exchange
    batch = delivered(NAME).batch
    page = client().get(f"/deliveries/{batch}/rows").text
    assert f'href="/deliveries/{batch}/lines/3"' in page
    line = client().get(f"/deliveries/{batch}/lines/3").text
    assert "a row in quarantine" in line
    assert "<script>alert(" not in line
    assert "&lt;script&gt;alert(" in line


def test_of_a_large_delivery_the_command_is_named_instead(exchange: World, monkeypatch: pytest.MonkeyPatch) -> None:
    del exchange
    monkeypatch.setattr(traces, "READABLE", 0)
    address, record_type, number, batch, line = some_record("fire_incident")
    assert f"riskhub trace {record_type} {number}" in client().get(address).text
    assert f"riskhub trace --batch {batch} --line {line}" in client().get(f"/deliveries/{batch}/lines/{line}").text


@pytest.mark.parametrize(
    "path",
    [
        "/records/fire_incident/hn_fire/x",
        "/records/fire_incident/hn_fire/00000000-0000-0000-0000-000000000000",
        "/records/no_type/hn_fire/00000000-0000-0000-0000-000000000000",
        "/records/fire_incident/%00/00000000-0000-0000-0000-000000000000",
        "/deliveries/20260101-000000-00000000/records",
        "/deliveries/20260101-000000-00000000/lines/1",
        "/deliveries/BATCH/lines/x",
        "/deliveries/BATCH/lines/99999999999999999999",
        "/deliveries/BATCH/lines/1?file=%00",
    ],
)
def test_what_is_not_there_has_no_page(exchange: World, path: str) -> None:
    del exchange
    assert client().get(path.replace("BATCH", delivered(NAME).batch)).status_code == 404


@pytest.mark.parametrize("line", ["0", "1", "999999"])
def test_a_line_without_data_is_said(exchange: World, line: str) -> None:
    del exchange
    page = client().get(f"/deliveries/{delivered(NAME).batch}/lines/{line}")
    assert page.status_code == 200
    assert ">nothing<" in page.text
    assert FIRE.partition("/")[0]
