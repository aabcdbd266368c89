"""What analysts see of checks, complaints, laboratory results and public opinion among the events of all types."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappings
from tests.support.exchange import ask, counts, submit

pytestmark = pytest.mark.usefixtures("warehouse")
SOURCES = Path(mappings.__file__).with_name("sources")


def load(*names: str) -> None:
    for name in names:
        sample = next((SOURCES / name).glob("sample.*"))
        assert counts(submit(name, sample.name, sample.read_bytes()))["new"]


def test_a_visit_that_found_nobody_is_no_event() -> None:
    load("hn_market/checks")
    assert ask("""
        select t.result_code as result, count(*) as loaded, count(e.record_uid) as events
        from core.market_check t left join mart.activity e using (agency, record_uid) group by 1 order by 1
    """) == [
        {"result": "closed", "loaded": 1, "events": 0},
        {"result": "fail", "loaded": 1, "events": 1},
        {"result": "improve", "loaded": 2, "events": 2},
        {"result": "not_done", "loaded": 1, "events": 0},
        {"result": "pass", "loaded": 3, "events": 3},
        {"result": "pass_with_conditions", "loaded": 1, "events": 1},
        {"result": "refused", "loaded": 1, "events": 1},
        {"result": "unreachable", "loaded": 1, "events": 0},
    ]


def test_a_check_that_found_nothing_is_activity_and_no_event_of_risk() -> None:
    load("hn_market/checks")
    assert ask("""
        select outcome_code, is_adverse, count(*) from mart.risk_event group by 1, 2 order by 1
    """) == [
        {"outcome_code": "corrected", "is_adverse": True, "count": 1},
        {"outcome_code": "failed", "is_adverse": True, "count": 1},
        {"outcome_code": "improvement", "is_adverse": True, "count": 2},
        {"outcome_code": "obstructed", "is_adverse": True, "count": 1},
    ]


def test_complaints_have_their_injured_and_enquiries_are_no_events() -> None:
    load("hn_market/complaints")
    assert ask("""
        select product_name, injury_count from mart.risk_event where injury_count is not null order by 2
    """) == [
        {"product_name": "充电器", "injury_count": 1},
        {"product_name": "月饼", "injury_count": 2},
    ]
    assert ask("""
        select count(*) as n from core.complaint t join mart.risk_event e using (agency, record_uid)
        where t.kind_code = 'enquiry'
    """) == [{"n": 0}]


def test_opinion_counts_where_it_tells_of_a_hazard() -> None:
    load("cn_reviews/food_delivery", "gdelt/mentions", "hn_lab/reports")
    assert ask("""
        select agency, hazard_type_code, count(*) from mart.risk_event
        where record_type = 'public_opinion' group by 1, 2 order by 3 desc limit 1
    """) == [{"agency": "cn_reviews", "hazard_type_code": "foreign_body", "count": 10}]
    assert ask("select count(*) as n from mart.risk_event where agency = 'gdelt'") == [{"n": 0}]
    assert ask("select count(*) as n from mart.activity where record_type = 'lab_test_result'") == [{"n": 22}]
