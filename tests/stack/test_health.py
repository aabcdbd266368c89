"""What the operator is told when a part of the hub is dead, hangs, or somebody else has its port.

One real hub; its processes are killed and stopped.  What is told is compared with what was done to them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from cli.screen import FAULT, FINE, guarded
from hub.settings import settings
from stack import airflow, control, ports, processes
from stack.health import JOBS, State
from warehouse.reused_connection import close_waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

pytestmark = [pytest.mark.airflow, pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(600)]

OWN = ("postgres", "portal")  # parts that are not Airflow's
PARTS = (*OWN, *airflow.COMPONENTS)
ASKS = ("raw store", "logins", "waiting batches", "airflow")
WITHOUT_POSTGRES = (*JOBS, *ASKS)  # what nobody can know while it does not answer


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="riskhub-health-"))
    folder.chmod(0o711)  # the account of the embedded server passes through it
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKHUB_HOME", str(folder))
        settings.cache_clear()
        control.up()
        yield folder
        control.down()
    settings.cache_clear()
    shutil.rmtree(folder)


def pid_of(name: str) -> int:
    running = control.status()
    pid: int = (running[name] if name in OWN else running["airflow"]["components"][name])["pid"]
    return pid


def told(capsys: pytest.CaptureFixture[str], command: str) -> tuple[int, Any]:
    capsys.readouterr()
    began = time.monotonic()
    code = guarded([command, "--json"])
    assert time.monotonic() - began < 100
    return code, json.loads(capsys.readouterr().out)


def states(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str], dict[str, bool | None]]:
    """Return the exit code of `status`, and by name the state and the health of each part."""
    code, document = told(capsys, "status")
    stack = document["stack"]
    parts = {**{name: stack[name] for name in OWN}, **stack["airflow"]["components"]}
    warehouse_known = document["warehouse"]["healthy"]
    assert (document["sources"] is not None) == (document["expected"] is not None) == warehouse_known
    assert sorted(stack["broken"]) == sorted(name for name, part in parts.items() if part["healthy"] is False)
    return code, {n: p["state"] for n, p in parts.items()}, {n: p["healthy"] for n, p in parts.items()}


def wrong(capsys: pytest.CaptureFixture[str], *unknown: str, dying: Iterable[str] = ()) -> dict[str, str]:
    """Return the lines of `doctor` that are not fine, with their cures; every one has a cure.

    Of those named as `unknown`, and of no others, it says that nothing can be said; of those that are `dying` it may.
    An API server that hangs, or whose database is gone, may still answer for its pages or not.
    """
    code, checks = told(capsys, "doctor")
    checks = [check for check in checks if check["name"] != "pages" or check["fine"] is not None]
    nothing_said = {check["name"] for check in checks if check["fine"] is None}
    assert set(unknown) <= nothing_said <= {*unknown, *dying}, checks
    found = {check["name"]: check["cure"] for check in checks if not check["fine"]}
    assert all(found.values()), checks
    assert code == (FAULT if found else FINE), checks
    assert {check["name"] for check in checks} >= {*PARTS, "warehouse", "sources", "disk", "reading"}
    return found


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stop a process as a debugger or a terminal does: it is there and does nothing."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(0.2)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def stranger(port: int) -> Iterator[None]:
    """Another program at a port of ours: it answers whatever is asked, but not as ours does."""

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        block_on_close = False  # what is left of the hub may keep its connection open

    server = Server((ports.HOST, port), Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def kill(name: str) -> None:
    pid = pid_of(name)
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while pid_of(name) == pid and time.monotonic() < end:
        time.sleep(0.1)


def test_all_is_well(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert place
    code, found, healthy = states(capsys)
    assert (code, set(found.values()), set(healthy.values())) == (FINE, {State.RUNS}, {True})
    assert wrong(capsys) == {}


@pytest.mark.parametrize("name", PARTS)
def test_what_hangs_is_named_and_nothing_else(place: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert place
    with stopped(pid_of(name)):
        close_waiting()  # as in a process of its own: what is connected already is still served
        code, found, healthy = states(capsys)
        lines = wrong(capsys, *(WITHOUT_POSTGRES if name == "postgres" else ()))
    assert (code, found.pop(name), healthy.pop(name)) == (FAULT, State.HANGS, False)
    assert "riskhub up" in lines[name]
    if name == "postgres":  # without it nobody can say how those are that beat into it
        assert {each for each in JOBS if healthy[each] is None} == set(JOBS)
        assert set(lines) == {"postgres", "warehouse", *WITHOUT_POSTGRES}
    else:
        assert (set(found.values()), set(lines)) == ({State.RUNS}, {name})


def test_what_was_killed_is_dead_and_the_others_are_not(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The API server goes first: that nobody serves Airflow's pages says nothing about the scheduler."""
    dead: list[str] = []
    for name in (airflow.API, *JOBS):
        kill(name)
        dead.append(name)
        code, found, healthy = states(capsys)
        assert code == FAULT
        assert {each: found[each] for each in PARTS} == {
            each: State.DEAD if each in dead else State.RUNS for each in PARTS
        }
        assert all(healthy[each] == (each not in dead) for each in PARTS)
        lines = wrong(capsys)
        assert set(lines) == set(dead)
        assert str(place / "logs") in lines[name]
    with stranger(ports.remembered(place)["airflow"]):
        _, found, _ = states(capsys)
        assert found[airflow.API] == State.TAKEN
        assert "another port" in wrong(capsys)[airflow.API]


def test_up_brings_back_what_is_dead_and_what_hangs(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    control.up()
    code, found, _ = states(capsys)
    assert (code, set(found.values())) == (FINE, {State.RUNS})
    os.kill(pid_of("triggerer"), signal.SIGSTOP)
    os.kill(pid_of("postgres"), signal.SIGSTOP)
    began = time.monotonic()
    control.up()
    assert time.monotonic() - began < 400
    code, found, _ = states(capsys)
    assert (code, set(found.values())) == (FINE, {State.RUNS})
    assert len(processes.leftovers(place)) < 20


def test_without_postgresql_every_other_check_still_speaks(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kill("postgres")
    port = ports.remembered(place)["postgres"]
    code, found, healthy = states(capsys)
    assert (code, found["postgres"]) == (FAULT, State.DEAD)
    assert all(healthy[name] is not True for name in JOBS)
    lines = wrong(capsys, *ASKS, dying=JOBS)  # Airflow's parts may die with it
    assert {"postgres", "warehouse", *JOBS} <= set(lines)
    assert "riskhub up" in lines["postgres"]
    assert all("warehouse" in lines[name] for name in ASKS)
    with stranger(port):
        code, found, healthy = states(capsys)
        assert (code, found["postgres"]) == (FAULT, State.TAKEN)
        assert {"postgres", "warehouse"} <= set(wrong(capsys, *ASKS, dying=JOBS))
    for words in (["batches"], ["status"], ["sql", "-c", "select 1"]):
        capsys.readouterr()
        assert guarded(words) == FAULT
        said = "".join(capsys.readouterr())
        assert "riskhub up" in said
        assert "does not know" not in said


def test_a_server_that_breaks_off_is_no_unknown_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("cli.batch.connect", break_off)
    assert guarded(["batches"]) == FAULT
    said = capsys.readouterr().err
    assert "riskhub status" in said
    assert "does not know" not in said
