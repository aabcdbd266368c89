"""What was registered later holds, whatever the clock says; a ledger from before keeps the order that it had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import clock
from pipeline.steps.replay import candidates, replay, wanted_of
from pipeline.steps.runner import run
from tests.support.emptied import forget_records
from tests.support.exchange import batches, drop, notes_in_core
from tests.support.partners.base import send
from tests.support.small_source import SMALL, rows
from warehouse.connection import owner_url

pytestmark = [pytest.mark.usefixtures("warehouse", "small")]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_clock_set_back_loses_no_correction() -> None:
    for name, back, note in (("1", 0, "first"), ("2", 2, "corrected"), ("3", 26, "once more")):
        with clock.fixed(NOW - timedelta(hours=back)):
            drop(SMALL, f"{name}.csv", rows(F1=note))
            run(SMALL)
    assert notes_in_core() == {"F1": "once more"}
    assert [batch["changed"] for batch in batches(SMALL)] == [1, 1, 0]  # the newest first
    ids = [batch["batch"] for batch in batches(SMALL)]
    assert ids == sorted(ids), "the ids show that the clock went back"
    # An old delivery, read again, stays the older word; so does what comes back when a later one is withdrawn.
    with clock.fixed(NOW + timedelta(days=1)):
        replay(candidates(wanted_of(batch=ids[2], force=True)))
        assert notes_in_core() == {"F1": "once more"}
        send({}, "withdraw", withdraws=ids[0])
    assert notes_in_core() == {"F1": "corrected"}


def test_files_that_wait_are_loaded_in_the_order_in_which_they_came() -> None:
    from pipeline.intake.receive import receive_ready  # noqa: PLC0415

    for name, back in (("1", 0), ("2", 5)):
        with clock.fixed(NOW - timedelta(hours=back)):
            drop(SMALL, f"{name}.csv", rows(F1=name))
            receive_ready(SMALL)
    run(SMALL)
    assert notes_in_core() == {"F1": "2"}


KEYS = st.sampled_from(["F1", "F2", "F3"])
DROP = st.dictionaries(KEYS, st.sampled_from("abcd"), min_size=1)
HOURS = st.integers(-100, 100)


@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(DROP, HOURS, st.booleans()), min_size=2, max_size=3))
def test_the_later_registered_wins(steps: list[tuple[dict[str, str], int, bool]]) -> None:
    """Any clock, any corrections, all read again in between: it ends as a plain dictionary would."""
    with psycopg.connect(owner_url()) as owner:
        forget_records(owner)
        owner.execute("truncate ledger.delivery, ledger.submission cascade")
    expected: dict[str, str] = {}
    for number, (notes, hours, again) in enumerate(steps):
        with clock.fixed(NOW + timedelta(hours=hours)):
            drop(SMALL, f"{number}.csv", rows(**{key: f"{note}{number}" for key, note in notes.items()}))
            run(SMALL)
            expected |= {key: f"{note}{number}" for key, note in notes.items()}
            if again:
                replay(candidates(wanted_of(source=SMALL, force=True)))
        assert notes_in_core() == expected
