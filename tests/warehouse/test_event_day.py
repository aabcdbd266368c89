"""The sender's day in the warehouse: core, mart and the example queries count by it, whatever the session's zone."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappings
from tests.support.exchange import ask, counts, submit

pytestmark = pytest.mark.usefixtures("warehouse")
SOURCES = Path(mappings.__file__).with_name("sources")


def test_samplings_are_counted_on_the_day_that_is_written() -> None:
    sample = next((SOURCES / "hn_market/sampling").glob("sample.*"))
    loaded = counts(submit("hn_market/sampling", sample.name, sample.read_bytes()))["new"]
    (found,) = ask("""
        select count(*) as all, count(*) filter (where e.event_date = t.sampled_date) as on_their_day,
               count(*) filter (where (e.event_at at time zone 'UTC')::date = t.sampled_date) as by_the_instant,
               count(*) filter (where e.reported_date = t.notice_date) as reported,
               array_agg(distinct e.event_tz) as zones
        from mart.activity e
        join core.market_sampling t using (agency, record_uid)
    """)
    everything = {"all": loaded, "on_their_day": loaded, "by_the_instant": 0, "reported": loaded}
    assert found == {**everything, "zones": ["Asia/Shanghai"]}
    assert ask("""
        select bool_and((event_at at time zone event_tz)::date = event_date) as same from mart.activity
    """) == [{"same": True}]


def test_messages_about_a_declaration_are_no_events() -> None:
    for feed in ("cbec_inventories", "cbec_receipts", "cbec_returns"):
        sample = next((SOURCES / "hn_customs" / feed).glob("sample.*"))
        assert counts(submit(f"hn_customs/{feed}", sample.name, sample.read_bytes()))["new"] > 0
    assert [row["feed"] for row in ask("select distinct feed from mart.activity")] == ["cbec_inventories"]
