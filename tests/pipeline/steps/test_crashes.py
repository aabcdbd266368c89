"""Kill the hub at every step it takes towards the outside, start it again, and find what an undisturbed run leaves.

The child process runs the real pipeline; the n-th system-facing call (a statement, a commit, a rename, an fsync, a file
written) ends it with SIGKILL, for every n until a run passes undisturbed.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import settings
from pipeline.steps.recovery import sweep
from pipeline.steps.runner import run
from tests.support.emptied import forget_records
from tests.support.exchange import ask, batches, drop, receipt
from tests.support.forked import run_forked, start
from tests.support.killing import KILLER
from tests.support.pittsburgh import PITTSBURGH, fires

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("warehouse"), pytest.mark.slow]


FIRST = fires(("F1", "2016-04-21T05:01:00"), ("F2", "2016-04-22T05:01:00"))
SECOND = fires(("F1", "2016-04-21T05:01:00"), ("F2", "2016-04-22T06:00:00"), ("F3", "2016-02-30T05:01:00"))


def world() -> dict[str, Any]:
    """Return all that must not depend on what died when."""
    out = settings().exchange / PITTSBURGH / "out"
    ledger = [{k: v for k, v in row.items() if k not in {"batch", "received_at", "loaded_at"}} for row in batches()]
    return {
        "core": ask("select source_record_no, event_at, record_version from core.fire_incident order by 1"),
        "history": ask("select source_record_no, event_at, record_version from history.fire_incident order by 1, 3"),
        "quarantine": ask("select source_line, original from quarantine.row order by 1"),
        "ledger": sorted(ledger, key=lambda row: row["sha256"]),
        "receipts": len(list(out.glob("*.json"))),
        "left in": [path.name for path in (settings().exchange / PITTSBURGH / "in").rglob("*.csv")],
        "work": [path.name for path in (settings().home / "work").glob("*")],
    }


def undisturbed() -> dict[str, Any]:
    for name, content in (("1.csv", FIRST), ("2.csv", SECOND)):
        drop(PITTSBURGH, name, content)
        run(PITTSBURGH)
    return world()


def killed_at(call: int) -> bool:
    """Run until call number `call`, which kills the process; return False when it ended before that."""
    done = run_forked(KILLER, str(call), PITTSBURGH)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr[-2000:]
    return done.returncode == -signal.SIGKILL


def no_receipt_speaks_too_early() -> None:
    """Look right after the kill: a receipt that can be seen is true, its batch is loaded and its rows are there."""
    for batch in batches():
        path = settings().exchange / PITTSBURGH / "out" / f"{batch['batch']}.receipt.json"
        if path.exists():
            assert receipt(batch)["counts"]["new"] == batch["new"]
            assert batch["state"] in {"loaded", "acknowledged"}


def test_killed_at_every_call(home: Path) -> None:
    expected = undisturbed()
    step, tried = (1, 0) if os.environ.get("CRASH_EVERYWHERE") else (31, 0)
    call = 1
    while True:
        clean_up(home)
        drop(PITTSBURGH, "1.csv", FIRST)
        run(PITTSBURGH)
        drop(PITTSBURGH, "2.csv", SECOND)
        died = killed_at(call)
        no_receipt_speaks_too_early()
        sweep()
        run(PITTSBURGH)
        sweep()
        assert world() == expected, f"killed at call {call}"
        tried += 1
        if not died:
            break
        call += step
    assert tried > 3


def clean_up(home: Path) -> None:
    """Empty the warehouse and the home for the next round."""
    import shutil  # noqa: PLC0415

    from warehouse.connection import connect, owner_url  # noqa: PLC0415

    with connect(owner_url()) as conn:  # the loader may not empty a table
        forget_records(conn)
        conn.execute("truncate ledger.delivery cascade")
    for name in ("exchange", "raw", "work"):
        shutil.rmtree(home / name, ignore_errors=True)


def test_two_hubs_on_one_folder() -> None:
    expected = undisturbed()
    clean_up(settings().home)
    drop(PITTSBURGH, "1.csv", FIRST)
    run(PITTSBURGH)
    drop(PITTSBURGH, "2.csv", SECOND)
    hubs = [start(KILLER, "1000000", PITTSBURGH) for _ in range(3)]
    for hub in hubs:
        hub.wait()
    sweep()
    assert world() == expected
