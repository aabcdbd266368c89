"""Numbered submissions end alike in whatever order they arrive, and with whatever kill in between."""

from __future__ import annotations

import os
import shutil
import signal
from itertools import permutations
from typing import Any

import pytest

from hub.settings import settings
from pipeline.steps.recovery import sweep
from pipeline.steps.runner import run
from tests.support.emptied import forget_records
from tests.support.exchange import ask, batches, notes_in_core
from tests.support.forked import run_forked, start
from tests.support.killing import KILLER
from tests.support.partners.base import lay, send
from tests.support.small_source import SMALL, rows
from warehouse.connection import connect, owner_url

pytestmark = [pytest.mark.usefixtures("warehouse", "small"), pytest.mark.slow]


def clean_up() -> None:
    with connect(owner_url()) as conn:  # the loader may not empty a table
        forget_records(conn)
        conn.execute("truncate ledger.delivery, ledger.submission cascade")
    for name in ("exchange", "raw", "work"):
        shutil.rmtree(settings().home / name, ignore_errors=True)


SUBMISSIONS: dict[int, tuple[dict[str, bytes], dict[str, Any]]] = {
    1: ({"1.csv": rows(F1="one", F2="one", F3="one")}, {}),
    2: ({"2.csv": rows(F2="two", F4="two")}, {}),
    3: ({}, {"operation": "withdraw", "keys": [["F2"], ["F3"]]}),
    4: ({"4.csv": rows(F2="four", F5="four")}, {}),
}


@pytest.mark.parametrize("order", list(permutations(SUBMISSIONS)), ids=lambda order: "".join(map(str, order)))
def test_every_order_ends_alike(order: tuple[int, ...]) -> None:
    for number in order:
        files, said = SUBMISSIONS[number]
        send(files, sequence=number, **said)
    assert notes_in_core() == {"F1": "one", "F2": "four", "F4": "two", "F5": "four"}


def world() -> dict[str, Any]:
    out = settings().exchange / SMALL / "out"
    left = (settings().exchange / SMALL / "in").rglob("*")
    return {
        "core": ask("select source_record_no, narrative, record_version from core.fire_incident order by 1"),
        "history": ask("select source_record_no, narrative, record_version from history.fire_incident order by 1, 3"),
        "submissions": ask(
            "select operation, sequence, targets <> '{}' as aims from ledger.submission order by sequence"
        ),
        "batches": ask(
            "select state, read, new, changed, unchanged, skipped, ended from ledger.batch order by batch_id"
        ),
        "withdrawn": ask("select sum(cardinality(record_uids)) from ledger.withdrawn"),
        "receipts": len(list(out.glob("*.json"))),
        "left": [path.name for path in left if path.is_file()],
        "work": [path.name for path in (settings().home / "work").glob("*")],
    }


def lay_all() -> None:
    """Lay a first submission and run; then one of two files, a correction, and two withdrawals, all at once."""
    send({"1.csv": rows(F1="one", F2="one", F3="one")}, sequence=1)
    lay({"2.csv": rows(F2="two"), "3.csv": rows(F4="two")}, sequence=2)
    lay({"4.csv": rows(F3="three", F9="nobody")}, "correct", corrects=1, sequence=3)
    lay({}, "withdraw", keys=[["F1"]], sequence=4)


def then() -> None:
    """Withdraw what came second."""
    send({}, "withdraw", withdraws=2, sequence=5)


def test_killed_at_every_call() -> None:
    lay_all()
    run(SMALL)
    then()
    expected = world()
    assert {row["source_record_no"]: row["narrative"] for row in expected["core"]} == {"F2": "one", "F3": "three"}
    assert [row["state"] for row in expected["batches"]].count("withdrawn") == 2
    step, call, tried = (1 if os.environ.get("CRASH_EVERYWHERE") else 73), 1, 0
    while True:
        clean_up()
        lay_all()
        died = run_forked(KILLER, str(call), SMALL)
        assert died.returncode in {0, -signal.SIGKILL}, died.stderr[-2000:]
        run(SMALL)
        then()
        sweep()
        assert world() == expected, f"killed at call {call}"
        tried += 1
        if died.returncode == 0:
            break
        call += step
    assert tried > 3


def test_two_hubs_on_one_folder_of_manifests() -> None:
    lay_all()
    hubs = [start(KILLER, "1000000", SMALL) for _ in range(3)]
    for hub in hubs:
        hub.wait()
    run(SMALL)
    sweep()
    assert notes_in_core() == {"F2": "two", "F3": "three", "F4": "two"}
    assert {row["state"] for row in batches(SMALL)} == {"acknowledged"}
    assert len(batches(SMALL)) == 5
