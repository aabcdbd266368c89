"""Processes that outlive the command which started them, and are found again by the next one.

Each is the leader of its own session, is recorded in `<home>/run/<name>.pid.json` with the time it started and the
boot it belongs to (a process id alone is soon somebody else's), and carries `RISKHUB_STACK=<home>` in its environment,
which its children inherit.  So `down` finds all of them even if the record was never written.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from hub.durable import write_durable
from hub.settings import PRIVATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stack.account import ProcessUser

MARKER = "RISKHUB_STACK"
STOP_TIMEOUT = 20.0  # seconds between SIGTERM and SIGKILL
LARGE_LOG = 10 << 20  # bytes; a longer log is set aside when its component starts
SAME_START = 2.0  # seconds; the clock may be corrected while a process runs


def launch(  # noqa: PLR0913 - what starts, where it writes, as whom
    home: Path, name: str, command: list[str], *, env: dict[str, str], log: Path, as_user: ProcessUser | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output appended to `log`, and record it as `name`."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LARGE_LOG:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env | {MARKER: str(home)},
            cwd="/",
            start_new_session=True,
            umask=PRIVATE,
            user=as_user.get("user") if as_user else None,
            group=as_user.get("group") if as_user else None,
            extra_groups=as_user.get("extra_groups") if as_user else None,
        )
    _record(home, name, psutil.Process(started.pid))
    return started


def recorded(home: Path, name: str) -> psutil.Process | None:
    """Return the process started as `name`, if it still runs."""
    try:
        known = json.loads(_record_of(home, name).read_text("utf-8"))
        process = psutil.Process(known["pid"])
        same = abs(process.create_time() - known["created"]) < SAME_START and known["boot"] == _boot()
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    return process if same and alive(process) else None


def left_record(home: Path, name: str) -> int | None:
    """Return the process id of `name` as it was recorded at its start; None after it was stopped. It may be dead."""
    try:
        return int(json.loads(_record_of(home, name).read_text("utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        return None


def forget(home: Path, name: str) -> None:
    """Drop the record of `name`."""
    _record_of(home, name).unlink(missing_ok=True)


def alive(process: psutil.Process) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def works_in(process: psutil.Process, folder: str) -> bool:
    """Whether `folder` is the process's working directory."""
    try:
        return bool(process.cwd() == folder)
    except (psutil.Error, OSError):
        return False


def leftovers(home: Path) -> list[psutil.Process]:
    """Return every living process of this hub: with MARKER in its environment, or in the session of a recorded one.

    The session counts only where a process hides its environment, as tasks of Airflow do from other users.
    """
    me = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    sessions = _sessions(home)
    return [p for p in psutil.process_iter() if p.pid not in me and alive(p) and _is_ours(p, str(home), sessions)]


def is_listener(processes: Iterable[psutil.Process], port: int) -> bool:
    """Whether one of the processes listens at `port`: what is left of a component that was killed may do so."""
    for process in processes:
        with suppress(psutil.Error):
            if any(each.laddr.port == port for each in process.net_connections("inet") if each.laddr):
                return True
    return False


def terminate(processes: Iterable[psutil.Process]) -> None:
    """Send SIGTERM, then SIGCONT: a process that was paused would not receive the first."""
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
            process.send_signal(signal.SIGCONT)


def stop(processes: Iterable[psutil.Process], timeout: float = STOP_TIMEOUT) -> list[psutil.Process]:
    """Terminate the processes, wait `timeout` seconds, kill those that are left; return the killed ones."""
    wanted = list(processes)
    terminate(wanted)
    _, left = psutil.wait_procs(wanted, timeout=timeout)
    stubborn = [process for process in left if alive(process)]
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    return stubborn


def _record(home: Path, name: str, process: psutil.Process) -> None:
    record = {"pid": process.pid, "created": process.create_time(), "boot": _boot()}
    path = _record_of(home, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_durable(path, (json.dumps(record) + "\n").encode())  # half a record would be no record of what runs


def _record_of(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.pid.json"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
    except OSError:
        return str(round(psutil.boot_time()))


def _sessions(home: Path) -> set[int]:
    known = set()
    for path in (home / "run").glob("*.pid.json"):
        with suppress(ValueError, KeyError):
            record = json.loads(path.read_text("utf-8"))
            if record["boot"] == _boot():
                known.add(int(record["pid"]))
    return known


def _is_ours(process: psutil.Process, home: str, sessions: set[int]) -> bool:
    try:
        environment = process.environ()
    except psutil.AccessDenied:
        environment = {}
    except (psutil.Error, OSError):
        return False
    if not environment:  # hidden from us, or the process is just becoming what it was started as
        return _session_of(process.pid) in sessions
    return bool(environment.get(MARKER) == home)


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None
