"""The windows of mart.feed_health, as docs/quality.md says them: 31 days back from now, or now, or all time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

SOURCE = "h/w"
QUERY = """
select read_rows, quarantined_rows, quarantine_share::text, rejected_count, held_count, held_since = %s,
       newest_received_at = %s
from mart.feed_health where agency = 'h' and feed = 'w'
"""


def ago(ledger: LedgerRows, days: int) -> Any:
    return ledger.conn.execute("select now() - make_interval(days => %s)", [days]).fetchall()[0][0]


def test_batches_count_for_31_days_and_held_ones_until_they_are_decided(ledger: LedgerRows) -> None:
    ledger.source(SOURCE)
    for days in (30, 32):
        received = ago(ledger, days)
        ledger.batch(f"b{days}", SOURCE, received_at=received, new=6, quarantined=4, duplicate=5, skipped=7)
        ledger.batch(f"r{days}", SOURCE, "rejected", received_at=received)
    ledger.batch("replay", SOURCE, received_at=ago(ledger, 30), replay_of="b30", origin_number=1, new=4)
    ledger.batch("check", SOURCE, received_at=ago(ledger, 1), mode="check", new=9)
    ledger.batch("held", SOURCE, "held", received_at=ago(ledger, 400))
    found = ledger.conn.execute(QUERY, [ago(ledger, 400), ago(ledger, 30)]).fetchall()
    assert found == [(10, 4, "0.4000", 1, 1, True, True)]


def test_periods_count_by_their_end(ledger: LedgerRows) -> None:
    ledger.source(SOURCE)
    terms = "1" * 64
    ledger.insert("ledger.source_terms", SOURCE, terms=terms, every="P1D", zone="Asia/Shanghai", is_readable=True)
    ledger.insert("ledger.poll_window", SOURCE, since=ago(ledger, 90), until=ago(ledger, 0))
    for end in (40, 32, 30, 20):
        stated = {"starts_at": ago(ledger, end + 1), "ends_at": ago(ledger, end), "due_at": ago(ledger, end)}
        days = {"first_day": stated["starts_at"].date(), "last_day": stated["starts_at"].date()}
        ledger.insert(
            "ledger.due_period", SOURCE, terms=terms, late_at=ago(ledger, end), calendar_known=True, **stated, **days
        )
    query = "select silent_count, state_code, is_late from mart.feed_health where agency = 'h' and feed = 'w'"
    assert ledger.conn.execute(query).fetchall() == [(2, "silent", True)]
    every = "select count(*) from mart.feed_period where agency = 'h' and feed = 'w' and state_code = 'silent'"
    assert ledger.conn.execute(every).fetchall() == [(4,)]
