"""What a source owes, as a view says it without Python: the same as `riskhub source freshness`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hub import clock
from hub.settings import settings
from pipeline.reports.timeliness import expected_periods, terms_of
from pipeline.reports.timeliness.status import PollWindow, ReceivedDelivery
from pipeline.sources import source_named
from pipeline.steps.runner import run
from pipeline.terms.ledger_terms import HORIZON, sync_terms
from tests.support.exchange import ask, drop
from tests.support.ledger_rows import LedgerRows
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse import listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.expectation import Expect

START = datetime(2026, 5, 4, tzinfo=UTC)
TERMS: list[tuple[str, Expect]] = [
    ('expect: {every: P1D, by: "17:00", grace: PT2H}', {"every": "P1D", "by": "17:00", "grace": "PT2H"}),
    ("expect: {every: P1W}", {"every": "P1W"}),
    ("expect: {every: P1D, calendar: cn_working_days, tz: America/New_York}",
     {"every": "P1D", "calendar": "cn_working_days", "tz": "America/New_York"}),
]  # fmt: skip


@pytest.fixture
def small(small: SmallSource, warehouse: str) -> SmallSource:
    assert warehouse
    return small


def expect(small: SmallSource, text: str) -> None:
    small.map("mode: upsert", f"mode: upsert\n{text}" if text else "mode: upsert")


def sync() -> None:
    with connect() as conn:
        sync_terms(conn, source_named(SMALL))


def test_terms_are_written_down_once_and_renewed_before_they_end(small: SmallSource) -> None:
    expect(small, TERMS[0][0])
    run(SMALL)
    count = "select count(*) as n, max(ends_at) as until from ledger.due_period"
    (first,) = ask(count)
    assert first["n"] == pytest.approx(HORIZON.days + 1, abs=1)
    (before,) = ask("select synced_at, every, is_readable from ledger.source_terms")
    run(SMALL)
    assert ask("select synced_at, every, is_readable from ledger.source_terms") == [before], "nothing is written twice"
    with clock.fixed(clock.now() + HORIZON * 0.6):
        sync()
    (later,) = ask(count)
    assert later["until"] - first["until"] == timedelta(days=60)
    assert later["n"] == first["n"] + 60, "no period twice"


def test_new_terms_stand_beside_the_old_ones(small: SmallSource) -> None:
    expect(small, TERMS[0][0])
    run(SMALL)
    expect(small, TERMS[1][0])
    sync()
    assert [row["n"] > 10 for row in ask("select count(*) as n from ledger.due_period group by terms")] == [True, True]
    steps = ask("select distinct ends_at - starts_at as step from mart.feed_period")
    assert steps == [{"step": timedelta(days=7)}]
    expect(small, "")
    sync()
    assert ask("select state_code, is_late from mart.feed_health") == [{"state_code": "no_terms", "is_late": False}]
    assert ask("select * from mart.feed_period") == []


def test_terms_that_cannot_be_understood_stop_nothing(small: SmallSource) -> None:
    expect(small, "expect: {every: P9999Y}")
    drop(SMALL, "1.csv", fires("F1"))
    assert run(SMALL)
    assert ask("select state_code from mart.feed_health") == [{"state_code": "terms_unclear"}]


@pytest.mark.parametrize("seed", range(6))
def test_the_view_judges_as_the_command_does(small: SmallSource, warehouse: str, seed: int) -> None:
    """Deliveries, manifests, faults and outages at random: every period has the same state and the same batches."""
    text, agreed = TERMS[seed % len(TERMS)]
    expect(small, text)
    dice = Random(seed)
    with psycopg.connect(warehouse) as conn:
        rows = LedgerRows(conn)
        rows.source(SMALL)
        conn.commit()
        with clock.fixed(START):
            sync()
        at = START
        while at < START + timedelta(days=40):
            until = at + timedelta(hours=dice.randint(0, 90))
            fault = dice.choice([None, None, None, "no route"])
            rows.insert("ledger.poll_window", SMALL, since=at, until=until, fault=fault)
            at = until + timedelta(minutes=dice.choice([10, 40, 600, 4000]))
        for number in range(50):
            _delivery(rows, dice, number)
        conn.commit()
        for days in (12, 40, 47):
            now = START + timedelta(days=days, hours=dice.randint(0, 23))
            shown = conn.execute(
                "select starts_at, state_code, batches, unwatched_minutes, fault"
                " from mart.feed_period_at(%s) order by 1",
                [now],
            ).fetchall()
            assert [
                (at, state, sorted(batches), minutes, fault) for at, state, batches, minutes, fault in shown
            ] == list(_by_python(conn, agreed, now))
            since = now - timedelta(days=dice.randint(3, 20))
            query = "select * from mart.feed_period_at(%s, %s) where ends_at > %s order by starts_at"
            whole = "select * from mart.feed_period_at(%s) where ends_at > %s order by starts_at"
            assert conn.execute(query, [now, since, since]).fetchall() == conn.execute(whole, [now, since]).fetchall()
            assert len(shown) > (4 if days >= 40 else 0)
            assert days < 40 or len({state for _, state, *_ in shown}) > (2 if agreed["every"] == "P1D" else 0)


def _delivery(rows: LedgerRows, dice: Random, number: int) -> None:
    at = START + timedelta(minutes=dice.randint(0, 40 * 24 * 60))
    submission: dict[str, Any] | None = None
    if dice.random() < 0.5:
        day = (at - timedelta(days=dice.randint(0, 4))).date()
        operation = dice.choice(["new", "new", "zero", "zero", "correct", "withdraw"])
        last = day + timedelta(days=dice.choice([0, 0, 6, 9]))
        submission = {"operation": operation, "period_from": day, "period_to": last}
    state = dice.choice(["acknowledged"] * 4 + ["rejected", "duplicate", "withdrawn", "held", "received"])
    rows.batch(f"b{number}", SMALL, state, submission=submission, received_at=at)
    if state in ("held", "rejected") and dice.random() < 0.5:
        rows.batch(f"r{number}", SMALL, "acknowledged", replay_of=f"b{number}", origin_number=1, received_at=at)


def _by_python(conn: psycopg.Connection[Any], agreed: Expect, now: datetime) -> Iterator[tuple[Any, ...]]:
    terms = terms_of(agreed)
    assert terms is not None
    watches = listings.rows_of(conn, PollWindow, "status/poll_windows", source=SMALL)
    deliveries = listings.rows_of(conn, ReceivedDelivery, "status/received_deliveries", source=SMALL)
    for each in expected_periods(terms, deliveries, watches, watches[0].since, now):
        minutes = round(each.unwatched / timedelta(minutes=1))
        yield each.due.start, each.state, sorted(each.batches), minutes, each.fault


def test_an_analyst_reads_how_a_source_is(small: SmallSource, warehouse: str) -> None:
    expect(small, "expect: {every: P1D, rows: {min: 2, max: 9}}")
    drop(SMALL, "1.csv", fires("F1") + "F2,,短路,\n".encode())
    run(SMALL)
    with psycopg.connect(warehouse) as conn:
        conn.execute("update ledger.poll_window set since = since - interval '4 days'")
        conn.execute("delete from ledger.source_terms")
    with connect() as conn:
        sync_terms(conn, source_named(SMALL))
    query = """
        select state_code, is_late, delivered_count, silent_count, held_count, quarantine_share, is_row_count_unusual,
               records, newest_event_at is not null as dated, newest_loaded_at is not null as loaded
        from mart.feed_health where feed = 'fires'
    """
    with psycopg.connect(str(settings().analyst_url)) as conn:
        ((state, late, delivered, silent, held, share, unusual, records, dated, loaded),) = conn.execute(
            query
        ).fetchall()
    assert (state, late, delivered, silent) == ("delivered", False, 1, 4)
    assert (held, float(share), unusual, records, dated, loaded) == (0, 0.5, False, 1, True, True)
