"""Whose fault it is: what the machine does counts no attempt, the batch waits; what lies in a file ends after three."""

from __future__ import annotations

import errno
import shutil
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pytest

from cli.screen import FAULT, FINE, guarded
from hub import machine
from hub.errors import FixTheHub, HubError, RetryLater
from hub.i18n import say
from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.steps import runner as running
from pipeline.steps.runner import run
from stack.doctor_warehouse import waiting
from tests.support.exchange import ask, batches, codes, drop
from tests.support.forked import run_forked
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse.connection import owner_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STEPS = ("map", "validate", "load")
OF_THE_MACHINE: list[tuple[Callable[[], BaseException], str]] = [
    (lambda: OSError(errno.ENOSPC, "x"), machine.DISK_FULL),
    (lambda: OSError(errno.EDQUOT, "x"), machine.QUOTA),
    (lambda: OSError(errno.EROFS, "x"), machine.READ_ONLY),
    (lambda: PermissionError(errno.EACCES, "x"), machine.NO_ACCESS),
    (lambda: OSError(errno.EMFILE, "x"), machine.TOO_MANY_FILES),
    (lambda: OSError(errno.EIO, "x"), machine.STORE),
    (lambda: ConnectionResetError(errno.ECONNRESET, "x"), machine.STORE),
    (lambda: TimeoutError("x"), machine.STORE),
    (MemoryError, machine.MEMORY),
    (lambda: pa.ArrowMemoryError("x"), machine.MEMORY),
    (lambda: psycopg.OperationalError("the connection is closed"), machine.DATABASE),
    (lambda: psycopg.errors.AdminShutdown("x"), machine.DATABASE),
    (lambda: psycopg.errors.DiskFull("x"), machine.DATABASE_FULL),
    (lambda: psycopg.errors.TooManyConnections("x"), machine.DATABASE),
    (lambda: psycopg.errors.InsufficientPrivilege("x"), machine.DATABASE_RIGHTS),
    (lambda: psycopg.errors.UndefinedTable("x"), machine.OUTDATED),
    (lambda: psycopg.errors.UndefinedColumn("x"), machine.OUTDATED),
    (lambda: psycopg.errors.UndefinedFunction("x"), machine.OUTDATED),
    (lambda: psycopg.errors.InvalidSchemaName("x"), machine.OUTDATED),
    (lambda: psycopg.errors.LockNotAvailable("x"), machine.LOCKED),
    (lambda: psycopg.errors.DeadlockDetected("x"), machine.LOCKED),
    (lambda: RetryLater("x", trouble=machine.KILLED), machine.KILLED),
]
IN_THE_FILE: list[Callable[[], BaseException]] = [
    ValueError,
    KeyError,
    lambda: pa.ArrowInvalid("x"),
    lambda: psycopg.errors.NumericValueOutOfRange("x"),
    lambda: psycopg.errors.NotNullViolation("x"),
    lambda: UnicodeDecodeError("utf-8", b"x", 0, 1, "x"),
    RecursionError,
    lambda: OSError("no number"),
]


@pytest.fixture
def small(small: SmallSource, warehouse: str) -> SmallSource:
    assert warehouse
    return small


@pytest.mark.parametrize(("fault", "trouble"), OF_THE_MACHINE)
def test_a_fault_of_the_machine_is_known_also_behind_another(fault: Callable[[], BaseException], trouble: str) -> None:
    assert machine.trouble_of(fault()) == trouble
    for behind in (RuntimeError("x"), FixTheHub("x")):
        behind.__cause__ = fault()
        assert machine.trouble_of(behind) == trouble


@pytest.mark.parametrize("fault", IN_THE_FILE)
def test_what_may_lie_in_the_file_is_not_the_machines(fault: Callable[[], BaseException]) -> None:
    assert machine.trouble_of(fault()) == ""


def test_each_trouble_has_its_words_in_both_languages() -> None:
    for trouble in machine.TROUBLES:
        for language in ("en", "zh"):
            assert say(f"machine.{trouble}", language)
            assert say(f"machine.{trouble}.cure", language)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("fault", "trouble"), OF_THE_MACHINE)
def test_the_machine_counts_no_attempt_and_the_batch_goes_on(
    fault: Callable[[], BaseException], trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(SMALL, "1.csv", fires("F1"))

    def ill(_batch: str) -> None:
        raise fault()

    verb = STEPS[len(trouble) % 3]
    with monkeypatch.context() as patch:
        patch.setitem(running.STEPS, verb, ill)
        for _ in range(5):
            with pytest.raises(HubError):
                run(SMALL)
    assert ask("select attempt, waits_for from ledger.batch") == [{"attempt": 0, "waits_for": trouble}]
    fine, says, cure = waiting()
    assert not fine
    assert say(f"machine.{trouble}", "en") in says
    assert cure == say(f"machine.{trouble}.cure", "en")
    run(SMALL)
    assert [batch["state"] for batch in batches(SMALL)] == ["acknowledged"]
    assert waiting()[0]


@pytest.mark.usefixtures("small")
def test_a_warehouse_behind_its_code_says_how_to_bring_it_up(
    warehouse: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(warehouse) as owner:
        owner.execute("alter table core.fire_incident drop column alarm_level cascade")
    drop(SMALL, "1.csv", fires("F1"))
    assert guarded(["run", "--source", SMALL]) == FAULT
    assert "riskhub warehouse migrate" in " ".join(capsys.readouterr().err.split())
    assert guarded(["warehouse", "migrate"]) == FINE
    assert guarded(["run", "--source", SMALL]) == FINE
    assert batches(SMALL)[0]["state"] == "acknowledged"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("fault", IN_THE_FILE[:3])
def test_what_lies_in_the_file_ends_after_three(
    fault: Callable[[], BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(SMALL, "1.csv", fires("F1"))

    def odd(_batch: str) -> None:
        raise fault()

    monkeypatch.setitem(running.STEPS, "map", odd)
    for left in (2, 1, 0):
        with suppress(RetryLater):
            run(SMALL)
        assert batches(SMALL)[0]["state"] == ("received" if left else "rejected")
    assert codes(batches(SMALL)[0]) == {"HUB_FAULT": 1}


# A worker that ends itself in the middle of a step, as the signal that is its first argument would end it.
DYING = """
import os, sys
from pipeline.steps import runner as run
def die(batch):
    os.kill(os.getpid(), int(sys.argv[1]))
run.STEPS[sys.argv[3]] = die
run.run(sys.argv[2])
"""


def worker_dies(sign: signal.Signals, verb: str) -> None:
    done = run_forked(DYING, str(int(sign)), SMALL, verb)
    assert done.returncode in {0, -sign}, done.stderr[-2000:]


@pytest.mark.usefixtures("small")
def test_a_worker_that_is_killed_costs_its_batch_nothing() -> None:
    drop(SMALL, "1.csv", fires("F1"))
    for _ in range(4):
        worker_dies(signal.SIGKILL, "load")
    assert batches(SMALL)[0]["state"] == "validated"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(running.STEPS, "load", lambda _batch: None)  # it is looked at, and does not go on
        run(SMALL)
    assert ask("select attempt, waits_for from ledger.batch") == [{"attempt": 0, "waits_for": "killed"}]
    run(SMALL)
    assert batches(SMALL)[0]["state"] == "acknowledged"
    assert not list((settings().home / "crashes").iterdir())


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("sign", [signal.SIGSEGV, signal.SIGABRT])
def test_a_library_that_crashes_on_what_it_reads_ends_the_batch(sign: signal.Signals) -> None:
    drop(SMALL, "1.csv", fires("F1"))
    for _ in range(3):
        worker_dies(sign, "validate")
        assert batches(SMALL)[0]["state"] == "mapped"
    run(SMALL)
    assert batches(SMALL)[0]["state"] == "rejected"
    assert codes(batches(SMALL)[0]) == {"HUB_FAULT": 1}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("before", ["validate", "load"])
def test_what_was_lost_with_the_work_store_is_made_again(before: str) -> None:
    drop(SMALL, "1.csv", fires("F1"))
    ids = receive_ready(SMALL)
    for verb in STEPS[: STEPS.index(before)]:
        running.step(verb, ids)
    shutil.rmtree(settings().home / "work")
    with pytest.raises(RetryLater):
        running.step(before, ids)
    run(SMALL)
    assert batches(SMALL)[0]["state"] == "acknowledged"
    assert ask("select count(*) as n from core.fire_incident") == [{"n": 1}]


@pytest.mark.usefixtures("small")
def test_a_database_that_goes_away_in_the_middle_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    drop(SMALL, "1.csv", fires("F1"))
    load = running.STEPS["load"]

    def cut_off(batch_id: str) -> None:
        with psycopg.connect(owner_url(), autocommit=True) as owner:
            owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        load(batch_id)

    with monkeypatch.context() as patch:
        patch.setitem(running.STEPS, "load", cut_off)
        for _ in range(4):
            with suppress(HubError):
                run(SMALL)
    run(SMALL)
    assert batches(SMALL)[0]["state"] == "acknowledged"
    assert ask("select attempt from ledger.batch") == [{"attempt": 0}]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 4 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.usefixtures("small")
def test_a_full_disk_rejects_nothing(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_WORK_URL", str(small_disk / "work"))
    settings.cache_clear()
    (small_disk / "work").mkdir()
    with suppress(OSError), (small_disk / "filling").open("wb") as filling:
        while True:
            filling.write(bytes(1 << 16))
            filling.flush()
    drop(SMALL, "1.csv", fires("F1"))
    for _ in range(4):
        with pytest.raises(RetryLater, match="disk is full"):
            run(SMALL)
    assert ask("select state, attempt, waits_for from ledger.batch") == [
        {"state": "received", "attempt": 0, "waits_for": "disk_full"}
    ]
    (small_disk / "filling").unlink()
    run(SMALL)
    assert batches(SMALL)[0]["state"] == "acknowledged"


@pytest.mark.usefixtures("small")
def test_what_kills_its_worker_each_time_keeps_no_other_batch_waiting() -> None:
    drop(SMALL, "1.csv", fires("F1"))
    receive_ready(SMALL)
    drop(SMALL, "2.csv", fires("F2"))
    ids = receive_ready(SMALL)
    for _ in range(2):
        done = run_forked(DEADLY, SMALL, ids[0])
        assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    assert [batch["state"] for batch in batches(SMALL)] == ["mapped", "received"]


DEADLY = """
import os, sys
from pipeline.steps import runner as run
from pipeline.intake.receive import receive_ready
real = run.STEPS["map"]
def deadly(batch):
    if batch == sys.argv[2]:
        os.kill(os.getpid(), 9)
    real(batch)
run.STEPS["map"] = deadly
run.step("map", receive_ready(sys.argv[1]))
"""
