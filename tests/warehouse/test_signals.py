"""Signals on counts: the tail of the prediction against figures of another path, and what is counted and awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.ledger_rows import LedgerRows

DAY = "2026-10-05"
SOURCE = "h/i"
COUNTS = """
select observed, round(expected::numeric, 3)::text, round(dispersion::numeric, 2)::text,
       round(p_value::numeric, 5)::text, is_signal, sources_awaited
from mart.signal_on(%s)
where region_code = %s and product_category_code is null and hazard_type_code is null and window_days = %s
"""


@pytest.fixture
def injuries(ledger: LedgerRows) -> Iterator[LedgerRows]:
    """Give a warehouse with a source of injuries; nothing stays of what is written."""
    ledger.source(SOURCE, "injury_case")
    yield ledger
    ledger.conn.rollback()


def injure(ledger: LedgerRows, first: int, times: int, day: str, region: str = "460106", **columns: Any) -> None:
    """Write injuries of one day, numbered from `first`."""
    for number in range(first, first + times):
        ledger.record(
            "core.injury_case", SOURCE, number, source_record_no=f"I{number}", event_date=day,
            event_at=f"{day} 12:00+08", event_tz="Asia/Shanghai", region_code=region, **columns,
        )  # fmt: skip


def counted(ledger: LedgerRows, region: str = "460106", days: int = 1) -> list[tuple[Any, ...]]:
    ledger.fill_marts()
    ledger.conn.execute("select mart.refresh_quality()")
    return ledger.conn.execute(COUNTS, [DAY, region, days]).fetchall()


@pytest.mark.parametrize(  # of 28 days: events, variance; the probability of as many on the next day
    ("total", "variance", "count", "expected"),
    [
        (28, 1, 4, 0.02233371),
        (28, 2, 4, 0.06615403),
        (28, 2, 6, 0.01741754),
        (140, 10, 16, 0.00679364),
        (140, 5, 12, 0.00652845),
        (15, 0.5, 4, 0.00326230),
        (0, 0, 1, 0.01739263),
        (0, 0, 2, 0.00045112),
        (84, 1, 10, 0.00147137),
    ],
)
def test_the_tail_of_the_prediction(
    ledger: LedgerRows, total: int, variance: float, count: int, expected: float
) -> None:
    factor = (max(1, variance / (total / 28)) if total else 1) * (1 + 1 / 28)
    size = (total + 0.5) / 28 / (factor - 1)
    ((found,),) = ledger.conn.execute("select mart.nb_tail(%s, %s, %s)", [size, 1 / factor, count]).fetchall()
    assert found == pytest.approx(expected, abs=1e-8)


def test_many_events_do_not_underflow(ledger: LedgerRows) -> None:
    ((found,),) = ledger.conn.execute("select mart.nb_tail(2000.5 * 28, 28.0 / 29, 2000)").fetchall()
    assert found == pytest.approx(0.50719946, abs=1e-6)


@pytest.mark.parametrize("call", ["0, 0.5, 1", "1, 0, 1", "1, 1, 1", "-1, 0.5, 3", "1, 0.5, null", "null, 0.5, 1"])
def test_what_is_no_distribution_has_no_tail(ledger: LedgerRows, call: str) -> None:
    assert ledger.conn.execute(f"select mart.nb_tail({call})".encode()).fetchall() == [(None,)]


def test_none_or_more_is_certain(ledger: LedgerRows) -> None:
    assert ledger.conn.execute("select mart.nb_tail(1.5, 0.5, 0)").fetchall() == [(1,)]


def test_what_comes_in_clusters_is_expected_in_clusters(injuries: LedgerRows) -> None:
    """Ten on one of 28 days: variance 10 times the mean.  Three are then no signal; were they spread, they would be."""
    injure(injuries, 1, 1, "2026-06-01")
    injure(injuries, 2, 10, "2026-09-10")
    injure(injuries, 12, 3, DAY)
    assert counted(injuries) == [(3, "0.375", "10.00", "0.04097", False, 0)]


def test_the_two_days_before_are_in_no_baseline(injuries: LedgerRows) -> None:
    injure(injuries, 1, 1, "2026-06-01")
    injure(injuries, 2, 5, "2026-10-03")
    injure(injuries, 7, 5, "2026-10-04")
    injure(injuries, 12, 2, DAY)
    assert counted(injuries) == [(2, "0.018", "1.00", "0.00045", True, 0)]
    assert counted(injuries, days=7)[0][:2] == (12, "0.063")


def test_a_type_younger_than_its_baseline_is_not_judged(injuries: LedgerRows) -> None:
    injure(injuries, 1, 9, DAY)
    assert counted(injuries) == [(9, "0.018", "1.00", None, None, 0)]


def test_what_is_not_adverse_is_not_counted(injuries: LedgerRows) -> None:
    injure(injuries, 1, 1, "2026-06-01")
    injure(injuries, 2, 3, DAY, disposition_code="0")
    assert counted(injuries) == []


def test_a_county_counts_for_its_city_and_the_province(injuries: LedgerRows) -> None:
    injure(injuries, 1, 1, "2026-06-01")
    injure(injuries, 2, 2, DAY)
    assert [counted(injuries, region)[0][0] for region in ("460106", "460100", "460000")] == [2, 2, 2]
    assert counted(injuries, "460200") == []


def test_an_ended_code_counts_where_it_went(injuries: LedgerRows) -> None:
    injure(injuries, 1, 1, "2026-06-01")
    injure(injuries, 2, 2, DAY, region="469003")
    assert counted(injuries, "460400")[0][0] == 2


def test_a_source_that_owes_the_day_is_awaited(injuries: LedgerRows) -> None:
    injure(injuries, 1, 1, "2026-06-01")
    injure(injuries, 2, 1, DAY)
    terms = "0" * 64
    period = {  # it has begun, whatever day the test runs on
        "terms": terms, "starts_at": "2020-01-05", "ends_at": "2020-01-06", "due_at": "2026-10-06 12:00+08",
        "late_at": "2026-10-06 12:00+08", "first_day": DAY, "last_day": DAY, "calendar_known": True,
    }  # fmt: skip
    injuries.insert("ledger.source_terms", SOURCE, terms=terms, every="P1D", zone="Asia/Shanghai", is_readable=True)
    injuries.insert("ledger.due_period", SOURCE, **period)
    injuries.insert("ledger.poll_window", SOURCE, since="2020-01-01", until="2020-01-02")
    assert counted(injuries)[0][5] == 1
    assert counted(injuries, days=7)[0][5] == 1
    earlier = "update ledger.due_period set first_day = '2026-09-20', last_day = '2026-09-20' where agency = 'h'"
    injuries.conn.execute(earlier.encode())
    assert counted(injuries)[0][5] == 0


def test_the_view_is_of_today_in_china(injuries: LedgerRows) -> None:
    today = injuries.conn.execute("select ((now() at time zone 'Asia/Shanghai')::date)::text").fetchall()[0][0]
    injure(injuries, 1, 2, today)
    injuries.fill_marts()
    query = "select observed from mart.signal_today where region_code = '460106' and window_days = 1"
    assert injuries.conn.execute(query).fetchall() == [(2,)]
