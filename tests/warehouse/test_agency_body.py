"""The register of agencies in the warehouse: a record of 2017 keeps the body of its day, and bodies can be joined."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from hub.settings import settings
from standards.agencies import register
from tests.support.exchange import ask, counts, submit
from tests.support.small_source import SMALL, SmallSource

if TYPE_CHECKING:
    from pathlib import Path

BODIES = """
select e.source_record_no as no, b.body
from mart.risk_event e
join mart.agency_body b on b.agency = e.agency and b.feed = e.feed and b.record_type = e.record_type
                       and e.event_date >= coalesce(b.valid_from, '-infinity'::date)
                       and e.event_date < coalesce(b.valid_to, 'infinity'::date)
order by 1, 2
"""
FIRES = "no,at,cause,note\nF1,2017-05-01 10:00,短路,\nF2,2018-10-08 23:00,短路,\nF3,2018-10-09 00:30,短路,\n"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: str) -> SmallSource:
    """Give the small source in a hub with a warehouse."""
    assert warehouse
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    return SmallSource(tmp_path / "sources")


@pytest.mark.parametrize(
    ("written", "bodies"),
    [
        ("hn_fire_rescue", ["hn_police", "hn_police", "hn_fire_rescue"]),
        ("[hn_police, hn_fire_rescue]", ["hn_police", "hn_police", "hn_fire_rescue"]),
        ("hn_customs", ["hn_customs"] * 3),
    ],
)
def test_record_keeps_the_body_of_its_day(small: SmallSource, written: str, bodies: list[str]) -> None:
    agency = small.folder.parent / "agency.yml"
    agency.write_text(agency.read_text("utf-8") + f"body: {written}\n", "utf-8")
    assert counts(submit(SMALL, "1.csv", FIRES.encode()))["new"] == len(bodies)
    assert [row["body"] for row in ask(BODIES)] == bodies


def test_of_several_predecessors_each_is_a_row_unless_the_source_names_one(small: SmallSource) -> None:
    assert small.folder
    submit(SMALL, "1.csv", FIRES.encode())
    periods = """
        select body from mart.agency_body
        where agency = 'hn_small' and date '2017-05-01' >= coalesce(valid_from, '-infinity'::date)
              and date '2017-05-01' < coalesce(valid_to, 'infinity'::date)
        order by 1
    """
    assert ask(periods) == []
    for written, bodies in (("{hn_amr}", ["hn_aic", "hn_fda", "hn_qts"]), ("{hn_fda,hn_amr}", ["hn_fda"])):
        ask(f"update ledger.source set bodies = '{written}', record_type = 'market_sampling' returning 1")
        assert [row["body"] for row in ask(periods)] == bodies


def test_warehouse_holds_the_register_of_the_standard(warehouse: str) -> None:
    assert warehouse
    known = register()
    (held,) = ask("""
        select (select count(*) from code.body) as bodies, (select count(*) from code.body_succession) as successions,
               (select count(*) from code.policy_row) as rows
    """)
    assert held == {"bodies": len(known.bodies), "successions": len(known.successions), "rows": len(known.rows)}
    rights = ask("""
        select policy_row, valid_from as start, valid_to as end from code.sending_right
        where body = 'hn_customs' and record_type = 'port_inspection' order by 1
    """)
    assert [tuple(each.values()) for each in rights] == [
        ("1.3", date(2018, 4, 20), None),
        ("10.2", None, None),
        ("18.1", None, None),
    ]
    heirs = ask("""
        select b.label_en from code.body_succession s join code.body b on b.code = s.successor
        where s.predecessor = 'hn_fishery' order by 1
    """)
    assert [row["label_en"] for row in heirs] == [
        "Hainan Department of Agriculture and Rural Affairs",
        "Hainan Department of Natural Resources and Planning",
    ]


def test_no_day_or_moment_is_infinite(warehouse: str) -> None:
    """Clients in Python, and formats of files, cannot hold one."""
    assert warehouse
    columns = ask("""
        select quote_ident(table_schema) || '.' || quote_ident(table_name) as place, quote_ident(column_name) as name
        from information_schema.columns
        where table_schema in ('code', 'mart', 'ledger') and data_type in ('date', 'timestamp with time zone')
    """)
    held = " union all ".join(
        f"select '{each['place']}.{each['name']}' as place from {each['place']} where not isfinite({each['name']})"
        for each in columns
    )
    assert {"code.acting_body", "mart.agency_body"} <= {each["place"] for each in columns}
    assert ask(held) == []
