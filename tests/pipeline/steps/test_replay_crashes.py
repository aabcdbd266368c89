"""Kill a replay at every step it takes, start it again, and find what an undisturbed one leaves."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.steps.replay import Wanted, candidates, replay
from tests.support.emptied import forget_records
from tests.support.exchange import ask, submit
from tests.support.forked import run_forked
from tests.support.killing import KILLER
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires
from warehouse.connection import connect, owner_url

if TYPE_CHECKING:
    from pathlib import Path

REPLAYER = KILLER.replace("run(sys.argv[2])", "replay(candidates(Wanted(changed=True)))").replace(
    "from pipeline.steps.runner import run", "from pipeline.steps.replay import Wanted, candidates, replay"
)
pytestmark = [pytest.mark.usefixtures("warehouse"), pytest.mark.slow]


def world() -> dict[str, Any]:
    versions = "select source_record_no, cause_code, narrative, record_version from {}.fire_incident order by 1, 4"
    return {
        "core": ask(versions.format("core")),
        "history": ask(versions.format("history")),
        "quarantine": ask("select source_line, state from quarantine.row order by batch_id, row"),
        "batches": ask(
            "select state, new, changed, unchanged, quarantined, skipped, ended from ledger.batch order by batch_id"
        ),
        "receipts": ask("select count(*) as n, count(published_at) as out from ledger.receipt"),
    }


def yesterday(small: SmallSource, home: Path) -> None:
    """Begin anew: two deliveries that were read with yesterday's mapping, and today's mapping."""
    with connect(owner_url()) as conn:  # the loader may not empty a table
        forget_records(conn)
        conn.execute("truncate ledger.delivery cascade")
    for name in ("exchange", "raw", "work"):
        shutil.rmtree(home / name, ignore_errors=True)
    small.translate(CAUSES)
    submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,抽烟,a", "F2,2026-05-01 10:00,雷击", "F3"))
    submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,b", "F4,2026-05-01 10:00,雷击"))
    small.translate({"短路": "arson", "雷击": "lightning"})


def test_a_replay_killed_at_every_call(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    small = SmallSource(tmp_path / "sources")
    yesterday(small, home)
    replay(candidates(Wanted(changed=True)))
    expected = world()
    assert [row["state"] for row in expected["quarantine"]] == ["replayed", "replayed", "corrected"]
    step = 1 if os.environ.get("CRASH_EVERYWHERE") else 47
    call, tried = 1, 0
    while True:
        yesterday(small, home)
        died = run_forked(REPLAYER, str(call))
        assert died.returncode in {0, -signal.SIGKILL}, died.stderr[-2000:]
        replay(candidates(Wanted(changed=True)))
        assert candidates(Wanted(changed=True)) == []
        assert world() == expected, f"killed at call {call}"
        tried += 1
        if died.returncode == 0:
            break
        call += step
    assert tried > 3
