"""The client: marts, codes by day, traces and queries, always all rows, with the rights of the login."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

import riskhub
from hub.errors import FixTheHub, RetryLater, WrongUsage
from hub.settings import settings
from tests.support.exchange import ask, submit
from tests.support.small_source import SMALL, fires, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("warehouse", "small")


@pytest.fixture
def hub() -> Iterator[riskhub.Hub]:
    with riskhub.connect() as made:
        yield made


def test_a_mart_by_days_and_region(hub: riskhub.Hub) -> None:
    submit(
        SMALL,
        "1.csv",
        fires("F1,2026-04-30 23:30", "F2,2026-05-01 00:30", "F3,2026-05-31 23:30", "F4,2026-06-01 00:30"),
    )
    may = hub.mart("risk_event", since="2026-05-01", until=date(2026, 6, 1), region="4601")
    assert sorted(may.arrow["source_record_no"].to_pylist()) == ["F2", "F3"], "by the sender's own day"
    assert len(hub.mart("risk_event")) == 4
    assert len(hub.mart("risk_event", region="4602")) == 0
    assert len(hub.mart("risk_event", region="46_1")) == 0, "no sign stands for another"
    assert "risk_event" in {each.mart for each in hub.marts()}


def test_instants_are_in_utc_and_days_are_days(hub: riskhub.Hub) -> None:
    submit(SMALL, "1.csv", fires("F1,2026-05-01 00:30"))
    event = hub.mart("risk_event").arrow
    assert event.schema.field("event_at").type == pa.timestamp("us", "UTC")
    assert event["event_at"].to_pylist() == [datetime(2026, 4, 30, 16, 30, tzinfo=UTC)]
    assert event["event_date"].to_pylist() == [date(2026, 5, 1)]


def test_the_result_in_other_libraries(hub: riskhub.Hub) -> None:
    pytest.importorskip("polars")
    asked = hub.sql("select 1::bigint as n, null::bigint as nothing, 1.50::numeric(18,2) as money, '' as empty")
    assert asked.arrow.to_pylist() == [{"n": 1, "nothing": None, "money": Decimal("1.50"), "empty": ""}]
    assert str(asked.pandas()["nothing"].dtype) == "int64[pyarrow]"
    assert asked.polars().rows() == [(1, None, Decimal("1.50"), "")]
    assert asked.duckdb().fetchall() == [(1, None, Decimal("1.50"), "")]


def test_all_rows_come(hub: riskhub.Hub) -> None:
    asked = hub.sql("select n from generate_series(1, 123457) n;")
    assert len(asked) == 123_457
    assert asked.arrow["n"].to_pylist()[-1] == 123_457


def test_codes_are_those_of_the_day(hub: riskhub.Hub) -> None:
    then, now = (set(hub.codes("region", on=day).arrow["code"].to_pylist()) for day in ("2014-01-01", date(2026, 1, 1)))
    assert ("469003" in then, "460400" in then) == (True, False)
    assert ("469003" in now, "460400" in now) == (False, True)
    zh, en = (hub.codes("hazard_class", lang=lang).arrow["label"].to_pylist() for lang in ("zh", "en"))
    assert all(label.isascii() for label in en)
    assert not any(label.isascii() for label in zh)
    assert len(hub.codes("region")) > len(hub.codes("region", on="2026-01-01"))


def test_a_record_is_traced_to_its_files(hub: riskhub.Hub) -> None:
    first, second = rows(F0="x", F1="first"), rows(F1="second")
    submit(SMALL, "1.csv", first)
    submit(SMALL, "2.csv", second)
    uid = ask("select record_uid from core.fire_incident where source_record_no = 'F1'")[0]["record_uid"]
    found = hub.trace(uid).arrow.sort_by("record_version").to_pylist()
    assert [(row["record_version"], row["file_name"], row["sha256"], row["source_line"]) for row in found] == [
        (1, "1.csv", sha256(first).hexdigest(), 3),
        (2, "2.csv", sha256(second).hexdigest(), 2),
    ]
    assert found[0]["recorded_to"] == found[1]["recorded_from"]
    assert found[1]["recorded_to"] is None
    assert {row["record_type"] for row in found} == {"fire_incident"}
    assert len(hub.trace("00000000-0000-0000-0000-000000000000")) == 0


def test_the_rights_are_those_of_the_login(warehouse: str, hub: riskhub.Hub) -> None:
    submit(SMALL, "1.csv", fires("F1"))
    with pytest.raises(WrongUsage, match="not answered"):
        hub.sql("select * from quarantine.row")
    with pytest.raises(WrongUsage, match="not answered"):
        hub.sql("delete from core.fire_incident returning 1")
    with psycopg.connect(warehouse) as owner:
        owner.execute("revoke select on mart.conflict from riskhub_analyst")
    assert "conflict" not in {each.mart for each in hub.marts()}
    with pytest.raises(WrongUsage, match="no mart conflict"):
        hub.mart("conflict")
    assert len(hub.sql("select 1")) == 1, "a refusal leaves the connection as it was"


def test_a_mart_as_of_a_moment_is_that_of_its_function(warehouse: str, hub: riskhub.Hub) -> None:
    with psycopg.connect(warehouse) as owner:
        owner.execute("create table mart.thing (n int)")
        owner.execute(
            "create function mart.thing_as_of(at timestamptz) returns setof mart.thing language sql stable"
            " as 'select extract(year from at)::int'"
        )
        owner.execute("grant select on mart.thing to riskhub_analyst")
        owner.execute("grant execute on function mart.thing_as_of to riskhub_analyst")
    asked = hub.mart("thing", as_of="2026-01-01T00:00+08:00")
    assert asked.arrow["n"].to_pylist() == [2025], "the session is in UTC"
    assert asked.as_of == datetime(2025, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select 1; select 2", "multiple commands"),
        ("select 1) to program 'x'; copy (select 1", "syntax error"),
        ("select from code.list", "no columns"),
        ("select 'infinity'::date as day", "day holds infinity"),
        ("select * from nowhere", "does not exist"),
    ],
)
def test_refused_queries(query: str, said: str, hub: riskhub.Hub) -> None:
    with pytest.raises(WrongUsage) as refused:
        hub.sql(query)
    assert said in f"{refused.value.what} {refused.value.why}"


def test_wrong_questions(hub: riskhub.Hub) -> None:
    for wrong, said in (
        (lambda: hub.mart("nothing"), "no mart nothing"),
        (lambda: hub.mart("risk_event", since="May"), "no day"),
        (lambda: hub.mart("risk_event", since=datetime(2026, 5, 1, tzinfo=UTC)), "no day"),
        (lambda: hub.mart("risk_event", as_of="2026-05-01T10:00"), "does not say its zone"),
        (lambda: hub.mart("risk_event", as_of="May"), "no time"),
        (lambda: hub.mart("conflict", as_of="2026-05-01T10:00Z"), "earlier moment"),
        (lambda: hub.mart("tbt_measure", region="46"), "no column region_code"),
        (lambda: hub.codes("nothing"), "no code list"),
        (lambda: hub.codes("region", lang="fr"), "fr"),
        (lambda: hub.trace("F1"), "no identity"),
    ):
        with pytest.raises(WrongUsage, match=said):
            wrong()


def test_a_login_that_is_not_let_in() -> None:
    url = str(settings().analyst_url)
    with pytest.raises(FixTheHub):
        riskhub.connect(psycopg.conninfo.make_conninfo(url, password="wrong"))  # noqa: S106
    with pytest.raises(RetryLater):
        riskhub.connect(psycopg.conninfo.make_conninfo(url, port="1"))


def test_text_that_is_hard_to_write(hub: riskhub.Hub) -> None:
    hard = ["", "a,b", 'say "x"', "two\nlines", "two\r\nlines", "\\.", "\\N", "NULL", "null", "é", "电动车", " ", "'"]
    query = sql.SQL("select * from (values {}) v(t)").format(
        sql.SQL(", ").join(sql.SQL("({})").format(sql.Literal(text)) for text in hard)
    )
    assert hub.sql(query.as_string()).arrow["t"].to_pylist() == hard
    assert hub.sql("select null::text as t from generate_series(1, 3)").arrow["t"].to_pylist() == [None] * 3
