"""Locks: nobody but the hub holds it up, who waits too long says for whom, and who dies lets go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from threading import Thread
from typing import Any

import psycopg
import pytest

from hub.errors import RetryLater
from hub.settings import settings
from pipeline.reports.waiting import sessions_that_wait
from pipeline.steps.runner import run
from tests.support.exchange import batches, drop
from tests.support.small_source import SMALL, fires
from warehouse import locks
from warehouse.connection import connect

pytestmark = [pytest.mark.usefixtures("warehouse", "small")]


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_LOCK_SECONDS", "1")
    settings.cache_clear()


def test_nothing_that_an_analyst_can_hold_stops_a_source() -> None:
    """Rows cannot be locked, functions not be called; what can be held, a table being read, is in nobody's way."""
    drop(SMALL, "1.csv", fires("F1"))
    run(SMALL)
    with psycopg.connect(str(settings().analyst_url)) as analyst:
        analyst.execute("set transaction read write")
        analyst.execute("select 1 from core.fire_incident, ledger.source, ledger.batch, ledger.delivery")
        analyst.execute("lock table ledger.source in access share mode")
        drop(SMALL, "2.csv", fires("F2"))
        run(SMALL)
    assert {batch["state"] for batch in batches(SMALL)} == {"acknowledged"}


@pytest.mark.parametrize("what", [f"source {SMALL}", f"inbox {SMALL}"])
def test_who_waits_too_long_says_for_whom_and_comes_again(what: str) -> None:
    run(SMALL)  # its locks are known from then on
    drop(SMALL, "1.csv", fires("F1"))
    with connect() as holder:
        locks.take(holder, what)
        with pytest.raises(RetryLater, match=what) as fault:
            run(SMALL)
        assert f"process {holder.info.backend_pid} of the database server, login riskhub_loader" in fault.value.why
        assert "F1" not in str(fault.value)
    run(SMALL)
    (batch,) = batches(SMALL)
    assert batch["state"] == "acknowledged"


def test_who_waits_for_whom_is_told() -> None:
    with connect() as first:
        locks.take(first, "source a/b")  # it is known from then on
    with connect() as holder, connect() as asking:
        locks.take(holder, "source a/b")
        pids, held_by = list[int](), holder.info.backend_pid

        def wait() -> None:
            with connect() as waiter:
                pids.append(waiter.info.backend_pid)
                with pytest.raises(RetryLater):
                    locks.take(waiter, "source a/b")

        waiting = Thread(target=wait)
        waiting.start()
        told: list[dict[str, Any]] = []
        end = time.monotonic() + 20
        while not told and time.monotonic() < end and waiting.is_alive():
            told = sessions_that_wait(asking)
            asking.rollback()
        waiting.join()
        (row,) = told
    assert (row["pid"], row["role"], row["waits_for"]) == (pids[0], "riskhub_loader", "source a/b")
    assert (row["holder_pid"], row["holder_role"]) == (held_by, "riskhub_loader")
    assert row["since"] is not None
    assert row["holder_since"] is not None


def test_a_process_that_dies_lets_go() -> None:
    program = (
        "import sys, time\nfrom warehouse import locks\nfrom warehouse.connection import connect\n"
        "conn = connect()\nlocks.take(conn, 'source a/b')\nprint('held', flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], env=os.environ, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with connect() as conn, pytest.raises(RetryLater):
            locks.take(conn, "source a/b")
        child.send_signal(signal.SIGKILL)
    with connect() as conn:
        locks.take(conn, "source a/b")


def test_one_of_many_makes_a_lock_and_all_hold_it_in_turn() -> None:
    held: list[str] = []

    def work(name: str) -> None:
        with connect() as conn:
            locks.take(conn, "link new")
            held.append(name)
            time.sleep(0.01)
            held.append(name)

    workers = [Thread(target=work, args=(str(number),)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(held) == 12
    assert all(held[at] == held[at + 1] for at in range(0, 12, 2))


def test_trying_is_for_one_at_a_time() -> None:
    with connect() as first, connect() as second:
        assert locks.try_to_take(first, "fetch a/b")
        assert not locks.try_to_take(second, "fetch a/b")
        first.rollback()
        assert locks.try_to_take(second, "fetch a/b")
