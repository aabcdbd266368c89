"""What analysts see of emission tests, transferred cases, clues and accepted results."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappings
from tests.support.exchange import ask, counts, submit

pytestmark = pytest.mark.usefixtures("warehouse")
SOURCES = Path(mappings.__file__).with_name("sources")


def load(name: str) -> dict[str, int]:
    sample = next((SOURCES / name).glob("sample.*"))
    return counts(submit(name, sample.name, sample.read_bytes()))


def test_a_cancelled_test_stays_and_is_no_event() -> None:
    load("hn_env/emission_tests")
    assert ask("""
        select test_no, verdict_en, is_cancelled, item_count, failed_count, model from mart.vehicle_emission_test
        where test_no in ('HJ20260005', 'HJ20260006') order by test_no
    """) == [
        {
            "test_no": "HJ20260005",
            "verdict_en": "Does not meet the requirements",
            "is_cancelled": False,
            "item_count": 3,
            "failed_count": 1,
            "model": "YL1500",
        },
        {
            "test_no": "HJ20260006",
            "verdict_en": "Not judged",
            "is_cancelled": True,
            "item_count": 3,
            "failed_count": 0,
            "model": "YL1500",
        },
    ]
    assert ask("""
        select source_record_no, product_name from mart.activity
        where record_type = 'vehicle_emission_test' and source_record_no in ('HJ20260005', 'HJ20260006')
    """) == [{"source_record_no": "HJ20260005", "product_name": "样例牌 YL1500"}]


def test_a_case_and_its_stages() -> None:
    load("hn_procuratorate/case_transfers")
    assert ask("""
        select stage_en, outcome_en, days_to_filed, court_case_no from mart.case_transfer
        where case_no = '琼市监移送〔2025〕18号'
    """) == [
        {
            "stage_en": "Judged",
            "outcome_en": "Convicted",
            "days_to_filed": 9,
            "court_case_no": "（2025）琼0105刑初88号",
        }
    ]


def test_a_clue_and_whether_the_time_limit_was_kept() -> None:
    load("hn_procuratorate/litigation_clues")
    assert ask("""
        select clue_no, rectification_en, is_overdue, document_count from mart.litigation_clue
        where clue_no in ('GY2026-001', 'GY2026-004', 'GY2026-005') order by clue_no
    """) == [
        {"clue_no": "GY2026-001", "rectification_en": None, "is_overdue": None, "document_count": 0},
        {"clue_no": "GY2026-004", "rectification_en": "Done", "is_overdue": False, "document_count": 1},
        {"clue_no": "GY2026-005", "rectification_en": "Done", "is_overdue": True, "document_count": 1},
    ]
    assert ask("""
        select hazard_class_code, product_name from mart.risk_event
        where record_type = 'litigation_clue' and source_record_no = 'GY2026-011'
    """) == [{"hazard_class_code": "chemical", "product_name": "进口儿童首饰"}]


def test_a_result_that_was_accepted_and_a_sanction() -> None:
    load("hn_customs/acceptance_results")
    assert ask("""
        select decision_en, violation_en, sanction_en, disclosed_date::text from mart.acceptance_result
        where report_no in ('CX-2026-0001', 'CX-2026-0007') order by report_no
    """) == [
        {"decision_en": "Accepted", "violation_en": None, "sanction_en": None, "disclosed_date": None},
        {
            "decision_en": "Acceptance withdrawn",
            "violation_en": "False report",
            "sanction_en": "Removed from the list",
            "disclosed_date": "2026-04-03",
        },
    ]
