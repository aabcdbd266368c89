"""What analysts see of enterprises, their stays on lists, their grades and their penalties."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import mappings
from tests.support.exchange import ask, counts, submit

pytestmark = pytest.mark.usefixtures("warehouse")
SOURCES = Path(mappings.__file__).with_name("sources")


def load(name: str) -> dict[str, int]:
    sample = next((SOURCES / name).glob("sample.*"))
    return counts(submit(name, sample.name, sample.read_bytes()))


def test_an_enterprise_with_words_for_its_codes() -> None:
    load("hn_market/enterprises")
    assert ask("""
        select legal_form_zh, capital_amount, capital_currency_code, region_code
        from mart.enterprise where name = '洋浦样例物流有限公司'
    """) == [
        {
            "legal_form_zh": "有限责任公司",
            "capital_amount": Decimal("300000.00"),
            "capital_currency_code": "USD",
            "region_code": "460003",
        }
    ]


def test_stays_on_a_list_are_rows_of_their_own() -> None:
    load("cn_gsxt/abnormal_operations")
    load("js_tax/arrears")
    assert ask("""
        select valid_from::text as put_on, valid_to::text as taken_off, is_listed, list_kind_en
        from mart.credit_event where name = '海口样例电子科技有限公司' order by 1, 2, reason_text
    """) == [
        {"put_on": "2023-07-06", "taken_off": "2023-12-06", "is_listed": False, "list_kind_en": "Abnormal operation"},
        {"put_on": "2024-07-05", "taken_off": None, "is_listed": True, "list_kind_en": "Abnormal operation"},
        {"put_on": "2024-07-05", "taken_off": None, "is_listed": True, "list_kind_en": "Abnormal operation"},
    ]
    assert ask("select sum(arrears_amount) as owed from mart.credit_event where name = '泗阳样例1号有限公司'") == [
        {"owed": Decimal("38.50")}
    ]


def test_a_list_without_days_says_that_the_beginning_is_unknown() -> None:
    load("cn_credit/transport_dishonest")
    load("cn_mofcom/control_lists")
    assert ask("""
        select valid_from, is_start_unknown, is_listed, list_kind_en from mart.credit_event
        where name = '海口样例货运有限公司'
    """) == [
        {"valid_from": None, "is_start_unknown": True, "is_listed": True, "list_kind_en": "Dishonest in transport"}
    ]
    assert ask("""
        select name_en, home_country_code, valid_from::text as put_on, is_start_unknown
        from mart.credit_event where name = '样例造船株式会社'
    """) == [
        {
            "name_en": "Example Shipyard Co., Ltd.",
            "home_country_code": "JPN",
            "put_on": "2026-02-24",
            "is_start_unknown": False,
        }
    ]


def test_grades_in_force() -> None:
    load("hn_customs/credit_ratings")
    assert ask("""
        select grade_en, is_valid from mart.credit_rating where name = '海口样例玩具有限公司' order by valid_from
    """) == [
        {"grade_en": "General certified", "is_valid": False},
        {"grade_en": "Advanced certified (AEO)", "is_valid": True},
    ]


def test_a_penalty_is_an_event_about_risk() -> None:
    assert load("cn_credit/penalties")["new"] == 13
    assert ask("""
        select e.event_date::text as day, e.summary, p.fine_amount, p.confiscated_amount
        from mart.risk_event e join core.penalty p using (agency, record_uid)
        where e.record_type = 'penalty' and p.doc_no = '(样例)食药监食罚〔2026〕5号'
    """) == [
        {
            "day": "2026-01-09",
            "summary": "样例违法案",
            "fine_amount": Decimal("70000.00"),
            "confiscated_amount": Decimal("1800.00"),
        }
    ]
