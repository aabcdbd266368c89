"""The label views: every table of core in Chinese and in English, each code as its label on the record's day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from hub.settings import settings
from stack.migrate import migrate
from standards import standard
from standards.access import open_columns
from tests.support.exchange import ask, submit
from tests.support.ledger_rows import LedgerRows, uid
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse.label_views import LANGUAGES, label_views, make_label_views

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEWS = """
select count(*), count(distinct n.oid), min(c.oid)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('core_zh', 'core_en') and c.relkind = 'v'
"""
WHO = "where agency = 'a' and record_uid = %(uid)s"


@pytest.fixture
def rows(database: str) -> Iterator[LedgerRows]:
    """Give what writes records; they are rolled back."""
    with psycopg.connect(database) as conn:
        written = LedgerRows(conn)
        written.source("a/f")
        yield written
        conn.rollback()


def shown(rows: LedgerRows, view: str, number: int = 1) -> dict[str, Any]:
    """Return the one row of a record in a view."""
    query = sql.SQL("select * from {} ").format(sql.Identifier(*view.split("."))) + sql.SQL(WHO)
    with rows.conn.cursor(row_factory=dict_row) as cursor:
        [row] = cursor.execute(query, {"uid": uid(number)}).fetchall()
    return row


def test_every_table_of_core_has_a_view_in_both_languages(database: str) -> None:
    expected = {
        (schema, table.name)
        for schema in LANGUAGES.values()
        for each in standard().types.values()
        for table in each.tables.values()
    }
    columns = {
        (view.schema, view.table): list(view.columns) for language in LANGUAGES for view in label_views(language)
    }
    with psycopg.connect(database) as conn:
        rows = conn.execute(
            """select table_schema::text, table_name::text, array_agg(column_name::text order by ordinal_position)
               from information_schema.columns where table_schema in ('core_zh', 'core_en') group by 1, 2"""
        ).fetchall()
    found = {(schema, name): headings for schema, name, headings in rows}
    assert found.keys() == columns.keys() == expected
    assert found == columns  # PostgreSQL cuts names of more than 63 bytes


@pytest.mark.parametrize(
    ("code", "day", "zh", "en"),
    [
        ("460321", "2020-04-17", "西沙群岛", "Xisha Islands"),
        ("460321", "2020-04-18", "西沙区", "Xisha District"),
        ("469025", "1995-06-01", "定安县", "Ding'an County"),
        ("469025", "2010-06-01", "白沙黎族自治县", "Baisha Li Autonomous County"),
        ("469025", "1999-06-01", "白沙黎族自治县", "Baisha Li Autonomous County"),  # not in force: the latest name
        ("469003", "2020-01-01", "儋州市", "Danzhou City"),
        ("999999", "2020-01-01", "999999", "999999"),  # what no list has stays as it is
    ],
)
def test_a_code_has_the_label_of_the_day(rows: LedgerRows, code: str, day: str, zh: str, en: str) -> None:
    rows.record("core.fire_incident", "a/f", 1, event_date=day, region_code=code, cause_code="electrical")
    rows.record("core.fire_incident_party", "a/f", 1, position=0, region_code=code, role_code="owner")
    chinese, english = shown(rows, "core_zh.fire_incident"), shown(rows, "core_en.fire_incident")
    assert (chinese["行政区划"], english["Administrative division"]) == (zh, en)
    assert (chinese["报送机构"], english["Agency"]) == ("甲", "A")
    assert chinese["起火原因"] != english["Cause"] != "electrical"
    assert zh in shown(rows, "core_zh.fire_incident_party").values()  # a child has the day of its record
    assert en in shown(rows, "core_en.fire_incident_party").values()


def test_without_a_local_day_the_day_is_that_of_china(rows: LedgerRows) -> None:
    rows.record(
        "core.fire_incident", "a/f", 1, event_at="2020-04-17 15:59:59+00", event_date=None, region_code="460321"
    )
    rows.record(
        "core.fire_incident", "a/f", 2, event_at="2020-04-17 16:00:00+00", event_date=None, region_code="460321"
    )
    found = [shown(rows, "core_zh.fire_incident", number)["行政区划"] for number in (1, 2)]
    assert found == ["西沙群岛", "西沙区"]


def test_what_holds_for_a_period_has_the_labels_of_its_first_day(rows: LedgerRows) -> None:
    rows.record("core.enterprise", "a/f", 1, valid_from="2019-01-01", region_code="460321")
    assert "西沙群岛" in shown(rows, "core_zh.enterprise").values()


def test_what_not_every_analyst_may_read_stays_out() -> None:
    for language in LANGUAGES:
        for view in label_views(language):
            [record_type] = [each for each in standard().types.values() if view.table in _names(each)]
            table = next(each for each in record_type.tables.values() if each.name == view.table)
            told = {comment.rpartition(f"[core.{view.table}.")[2].rstrip("]") for _, comment in view.columns.values()}
            assert {*open_columns(record_type, table)} == told & table.fields.keys()
            assert view.table != "injury_case" or not told & {"narrative", "age_years", "person_token"}


def _names(record_type: Any) -> set[str]:
    return {table.name for table in record_type.tables.values()}


def test_a_query_joins_no_list_that_it_does_not_ask_for(rows: LedgerRows) -> None:
    for query, lists in (("select count(*) as n from {}", 0), ('select "起火原因" from {}', 1)):
        explained = rows.conn.execute(("explain " + query.format("core_zh.fire_incident")).encode()).fetchall()
        assert sum("label_pkey" in line for (line,) in explained) == lists, explained
    by_key = f"explain select * from core_zh.fire_incident {WHO}".replace("%(uid)s", f"'{uid(1)}'")
    explained = rows.conn.execute(by_key.encode()).fetchall()
    assert not [line for (line,) in explained if "Seq Scan" in line and "agency" not in line]


def test_analysts_read_them_within_their_rights(warehouse: str) -> None:
    assert warehouse
    with psycopg.connect(str(settings().analyst_url)) as conn:
        for schema in LANGUAGES.values():
            assert conn.execute(f"select count(*) from {schema}.fire_incident".encode()).fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        "comment on schema core_zh is 'of an earlier edition [0000]'",
        "drop view core_en.recall",
        "drop schema core_zh cascade",
    ],
)
def test_they_are_made_anew_when_something_changed(warehouse: str, change: str) -> None:
    with psycopg.connect(warehouse) as conn:
        [before] = conn.execute(VIEWS).fetchall()
        conn.execute(change.encode())
    migrate(warehouse)
    with psycopg.connect(warehouse) as conn:
        [after] = conn.execute(VIEWS).fetchall()
        assert after[:2] == before[:2]
        assert after[2] != before[2]
        assert not make_label_views(conn)
        assert conn.execute(VIEWS).fetchall() == [after]


def test_every_row_says_which_file_it_came_from(small: SmallSource, warehouse: str) -> None:
    assert small.folder
    assert warehouse
    submit(SMALL, "一月.csv", fires("F1", "F2,not a time"))
    submit(SMALL, "二月.csv", fires("F1,2026-05-01 10:00,抽烟"))
    assert ask("select source_file as f from core.fire_incident") == [{"f": "二月.csv"}]
    assert ask("select source_file as f from history.fire_incident") == [{"f": "一月.csv"}]
    assert ask("select source_file as f from quarantine.row") == [{"f": "一月.csv"}]
