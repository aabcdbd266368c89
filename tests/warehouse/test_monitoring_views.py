"""What analysts see of plans, tasks, points, control orders and trade measures: planned, done, failed, in force."""

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


def test_a_plan_with_its_tasks_and_their_results() -> None:
    load("hn_market/monitoring_plans", "hn_market/monitoring_tasks", "hn_lab/reports")
    assert ask("""
        select plan_no, planned_count, task_count, target_count, done_count, fail_count, done_rate, fail_rate,
               result_count, result_fail_count
        from mart.monitoring_plan
        where plan_year = 2026 and agency_text = '海南省市场监督管理局' and plan_no in ('JC-01', 'JC-02', 'JC-03')
        order by 1
    """) == [
        {
            "plan_no": "JC-01", "planned_count": 160, "task_count": 3, "target_count": 160, "done_count": 124,
            "fail_count": 7, "done_rate": Decimal("0.7750"), "fail_rate": Decimal("0.0565"), "result_count": 0,
            "result_fail_count": 0,
        },
        {
            "plan_no": "JC-02", "planned_count": 120, "task_count": 1, "target_count": 120, "done_count": 45,
            "fail_count": 3, "done_rate": Decimal("0.3750"), "fail_rate": Decimal("0.0667"), "result_count": 2,
            "result_fail_count": 1,
        },
        {
            "plan_no": "JC-03", "planned_count": 200, "task_count": 1, "target_count": 200, "done_count": 0,
            "fail_count": 0, "done_rate": Decimal("0.0000"), "fail_rate": None, "result_count": 0,
            "result_fail_count": 0,
        },
    ]  # fmt: skip
    others = ask("""
        select plan_year, agency_text, task_count, done_count from mart.monitoring_plan
        where plan_no = 'JC-01' and (plan_year, agency_text) <> (2026, '海南省市场监督管理局') order by 1
    """)
    assert others == [
        {"plan_year": 2025, "agency_text": "海南省市场监督管理局", "task_count": 0, "done_count": None},
        {"plan_year": 2026, "agency_text": "三亚市市场监督管理局", "task_count": 0, "done_count": None},
    ], "the tasks of one number belong to the plan that lists them, and are counted once"


def test_a_task_that_no_plan_lists_belongs_to_the_plan_in_force_on_its_day() -> None:
    load("hn_market/monitoring_plans", "hn_market/monitoring_tasks")
    assert ask("""
        select task_no, plan_year, plan_title is not null as known, status_en, is_done_lower
        from mart.monitoring_task where task_no in ('JC-01-SY', 'JC-04-01', 'JC-07-01', 'JC-09-05') order by 1
    """) == [
        {"task_no": "JC-01-SY", "plan_year": 2026, "known": True, "status_en": "Finished",
         "is_done_lower": False},
        {"task_no": "JC-04-01", "plan_year": 2026, "known": True, "status_en": "Assigned",
         "is_done_lower": False},
        {"task_no": "JC-07-01", "plan_year": None, "known": False, "status_en": "Finished",
         "is_done_lower": False},
        {"task_no": "JC-09-05", "plan_year": None, "known": False, "status_en": "Stopped",
         "is_done_lower": False},
    ]  # fmt: skip


def test_fewer_batches_done_than_an_earlier_version_stated_are_seen() -> None:
    sample = (SOURCES / "hn_market/monitoring_tasks/sample.csv").read_bytes().decode("gb18030").splitlines()
    head, row = sample[0], sample[3]
    assert row.startswith("3,JC-01-DZ")
    for done in ("12", "20", "15"):
        sent = row.replace("30,12,0", f"30,{done},0").replace("2026/11/30", "2026/4/30")
        submit("hn_market/monitoring_tasks", f"m{done}.csv", f"{head}\r\n{sent}\r\n".encode("gb18030"))
    assert ask("select done_count, done_rate, is_overdue, is_done_lower from mart.monitoring_task") == [
        {"done_count": 15, "done_rate": Decimal("0.5000"), "is_overdue": True, "is_done_lower": True}
    ]


def test_points_that_are_open_and_what_they_watch() -> None:
    load("hn_customs/monitoring_points")
    assert ask("""
        select point_no, kind_en, level_en, status_en, is_open, categories, hazard_classes
        from mart.monitoring_point where point_no in ('JCD001', 'JCD009') order by 1
    """) == [
        {
            "point_no": "JCD001", "kind_en": "Port", "level_en": "National", "status_en": "At work", "is_open": True,
            "categories": ["cosmetic", "toy"], "hazard_classes": ["chemical", "physical"],
        },
        {
            "point_no": "JCD009", "kind_en": "Enterprise", "level_en": "Provincial", "status_en": "Closed",
            "is_open": False, "categories": ["toy"], "hazard_classes": ["physical"],
        },
    ]  # fmt: skip


def test_orders_in_force_and_their_scope() -> None:
    load("hn_customs/control_orders")
    assert ask("""
        select order_no, action_en, sampling_rate, is_in_force, found_rate, scope_count, hs_codes, origins
        from mart.risk_control_order where right(order_no, 2) in ('01', '18', '24') order by 1
    """) == [
        {
            "order_no": "BK46002026000001", "action_en": "Samples taken and tested", "sampling_rate": Decimal("0.3000"),
            "is_in_force": False, "found_rate": Decimal("0.1538"), "scope_count": 2, "hs_codes": ["9503", "95030021"],
            "origins": ["VNM"],
        },
        {
            "order_no": "BK46002026000018", "action_en": "Treated", "sampling_rate": None, "is_in_force": True,
            "found_rate": None, "scope_count": 1, "hs_codes": None, "origins": ["IDN"],
        },
    ]  # fmt: skip
    assert ask("""
        select order_no, scope_no from mart.risk_control_scope where starts_with('9503002190', hs_code) order by 1, 2
    """) == [
        {"order_no": "BK46002026000001", "scope_no": "1"},
        {"order_no": "BK46002026000001", "scope_no": "2"},
        {"order_no": "BK46002026000008", "scope_no": "1"},
    ]


def test_what_a_trade_measure_costs() -> None:
    load("hn_commerce/tbt_measures")
    assert ask("""
        select notif_no, follows_no, country_code, objectives, hs_codes, enterprise_count, loss_cny, cost_cny,
               other_currency_count
        from mart.tbt_measure where notif_no ~ '/(2101|2101/Add.1|860|1180)$' order by 1
    """) == [
        {
            "notif_no": "G/TBT/N/EU/1180", "follows_no": None, "country_code": None,
            "objectives": ["environment", "health"], "hs_codes": ["2009"], "enterprise_count": 0, "loss_cny": None,
            "cost_cny": None, "other_currency_count": 0,
        },
        {
            "notif_no": "G/TBT/N/JPN/860", "follows_no": None, "country_code": "JPN",
            "objectives": ["consumer", "deception"], "hs_codes": ["0303"], "enterprise_count": 1, "loss_cny": None,
            "cost_cny": None, "other_currency_count": 1,
        },
        {
            "notif_no": "G/TBT/N/USA/2101", "follows_no": None, "country_code": "USA", "objectives": ["health"],
            "hs_codes": ["950300"], "enterprise_count": 2, "loss_cny": Decimal("355000.00"),
            "cost_cny": Decimal("152500.00"), "other_currency_count": 0,
        },
        {
            "notif_no": "G/TBT/N/USA/2101/Add.1", "follows_no": "G/TBT/N/USA/2101", "country_code": "USA",
            "objectives": ["health"], "hs_codes": ["9503"], "enterprise_count": 0, "loss_cny": None, "cost_cny": None,
            "other_currency_count": 0,
        },
    ]  # fmt: skip
