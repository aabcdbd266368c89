"""What analysts see of alerts, measures and emergencies: threads, languages, evaluations, casualties, supplies."""

from __future__ import annotations

from decimal import Decimal
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


def test_a_thread_of_alerts_and_its_languages() -> None:
    load("intl_cap/alerts", "hn_market/alerts")
    ended = ask("""
        select alert_no, ended_by_relation_code as how, ended_by_alert_no as by
        from mart.alert where ended_by_alert_no is not null order by alert_no
    """)
    assert ended == [
        {"alert_no": "W-001", "how": "replaces", "by": "W-003"},
        {"alert_no": "W-003", "how": "cancels", "by": "W-004"},
        {"alert_no": "YJ2026001", "how": "replaces", "by": "YJ2026003"},
    ]
    assert ask("select languages, language, level_zh, areas from mart.alert where alert_no = 'W-001'") == [
        {
            "languages": ["en-GB", "fr-FR"],
            "language": "en-GB",
            "level_zh": "黄色（较重）",
            "areas": ["Isle", "North coast"],
        }
    ]
    (found,) = ask("""
        select count(*) as all, count(*) filter (where a.handling_code <> 'Actual') as no_event,
               count(*) filter (where e.record_uid is not null) as events
        from mart.alert a left join mart.risk_event e using (agency, record_uid)
    """)
    assert found["no_event"] == 2
    assert found["events"] == found["all"] - found["no_event"]


def test_a_measure_with_its_alert_and_the_evaluation_of_its_effect() -> None:
    load("hn_market/alerts", "hn_market/measures", "hn_market/evaluations")
    assert ask("""
        select type_en, alert_level_code, rating_code, done_rate
        from mart.response_measure where measure_no = 'CS2026002'
    """) == [
        {
            "type_en": "Withdrawn from the market",
            "alert_level_code": "yellow",
            "rating_code": "partial",
            "done_rate": Decimal("0.8"),
        }
    ]


def test_casualties_of_groups_are_added_up() -> None:
    load("us_epa/rmp_accidents", "hn_port/incidents", "hn_port/supplies", "hn_market/signals", "hn_market/assessments")
    assert ask("""
        select source_record_no as no, death_count, injury_count
        from mart.risk_event where source_record_no in ('900103', 'HNP2026003') order by 1
    """) == [
        {"no": "900103", "death_count": 3, "injury_count": 5},
        {"no": "HNP2026003", "death_count": 1, "injury_count": 3},
    ]
    assert ask("select count(*) as n from mart.emergency_resource where site_no = 'CB001'") == [{"n": 2}]
    assert ask("select distinct record_type as t from mart.risk_event order by 1") == [
        {"t": each} for each in ("emergency_incident", "risk_assessment", "risk_signal")
    ]
