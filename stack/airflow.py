"""Airflow's four components: each in its own session with its own log, started together, stopped in order."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from hub import clock
from hub.durable import write_durable
from hub.errors import FixTheHub
from hub.messages import error_of
from stack import databases, environment, postgres, processes
from stack.home import secret
from stack.ports import HOST, remembered

if TYPE_CHECKING:
    import subprocess

    import psutil

    from hub.json_types import JsonObject
    from stack.home import Progress

API = "api-server"
# Steps that run need the API server to report to, so it is stopped last.
COMPONENTS = {
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    API: ["api-server"],
}
LONGEST_START = 180.0  # seconds
STEP_SECONDS = 15.0  # seconds that running steps may take to end when the hub stops


def running(home: Path) -> dict[str, psutil.Process]:
    """Return the components that run, by name."""
    found = {name: processes.recorded(home, name) for name in COMPONENTS}
    return {name: process for name, process in found.items() if process}


def address(home: Path) -> str | None:
    """Return the address of Airflow's pages; None before the first start."""
    port = remembered(home).get("airflow")
    return f"http://{HOST}:{port}" if port else None


def pages_address(home: Path) -> str | None:
    """Return the address of the staff's pages within Airflow; None before the first start."""
    return f"{address(home)}/plugin/riskhub" if address(home) else None


def plugin_faults(home: Path) -> list[str]:
    """Return the plugins that the API server could not import, each with the reason.

    Raises OSError when the server does not answer.
    """
    login = {"username": environment.LOGIN, "password": environment.login_password(home)}
    token = _ask(home, "/auth/token", login)["access_token"]
    found = _ask(home, "/api/v2/plugins/importErrors", token=token)["import_errors"]
    return [f"{Path(each['source']).name}: {each['error']}" for each in found]


def _ask(home: Path, path: str, about: dict[str, str] | None = None, token: str = "") -> JsonObject:
    """Return the JSON that the API server answers; what is asked `about` something is sent to it as JSON."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = json.dumps(about).encode() if about else None
    request = urllib.request.Request(f"{address(home)}{path}", body, headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        report: JsonObject = json.load(response)
        return report


def begin_migration(home: Path, env: dict[str, str]) -> subprocess.Popen[bytes] | None:
    """Make Airflow's database if there is none; start bringing its tables up to date unless they are known to be."""
    own = environment.database_url(home)
    password = secret(home, "airflow-database.password")
    databases.ensure(postgres.url(home, "postgres"), environment.DATABASE, environment.DATABASE, password)
    if databases.schema_version(own) == _known_schema(home):
        return None
    return processes.launch(home, "airflow-migrate", _command("db", "migrate"), env=env, log=_log(home, "migrate"))


def finish_migration(home: Path, child: subprocess.Popen[bytes] | None) -> None:
    """Wait until the tables are up to date; raise FixTheHub, with the log's place, if that failed."""
    if child is None:
        return
    code = child.wait()
    processes.forget(home, "airflow-migrate")
    if code:
        raise error_of(FixTheHub, "airflow.not_migrated", where=str(_log(home, "migrate")), code=code)
    revision = databases.schema_version(environment.database_url(home))
    note = {"airflow": version("apache-airflow"), "revision": revision}
    write_durable(_schema_note(home), json.dumps(note).encode())


def start(home: Path, env: dict[str, str], on_progress: Progress) -> None:
    """Start all components and wait until each reports that it is healthy; none may run before."""
    databases.end_dead_jobs(environment.database_url(home))
    databases.make_fetch_pool(environment.database_url(home), environment.FETCHES)
    began, ticks = clock.seconds(), time.monotonic()
    children = {
        name: processes.launch(home, name, _command(*arguments), env=env, log=_log(home, name))
        for name, arguments in COMPONENTS.items()
    }
    waiting = set(COMPONENTS)
    while waiting:
        for name in sorted(waiting & _well(home, since=began)):
            waiting.remove(name)
            on_progress("stack.component_ready", name=name, seconds=round(time.monotonic() - ticks, 1))
        _check(home, children, waiting, late=time.monotonic() - ticks > LONGEST_START)
        time.sleep(0.1)


def stop(home: Path, seconds: float = STEP_SECONDS) -> None:
    """Wait up to `seconds` for running steps to end; then stop every component and whatever it has left behind."""
    parts = running(home)
    api, scheduler = parts.pop(API, None), parts.pop("scheduler", None)
    processes.terminate(parts.values())
    processes.stop([scheduler] if scheduler else [], seconds)
    # The others hold nothing that could be lost: hints are made anew, files are parsed anew.
    processes.stop(parts.values(), min(seconds, 2.0))
    processes.stop([api] if api else [], min(seconds, 2.0))
    server = postgres.running(home)
    spared = {server.process.pid, *(child.pid for child in server.process.children())} if server else set()
    processes.stop([p for p in processes.leftovers(home) if p.pid not in spared], min(seconds, 2.0))
    for name in (*COMPONENTS, "airflow-migrate"):
        processes.forget(home, name)


def health(home: Path) -> JsonObject:
    """Return the API server's report on the components, by their names there; empty when it does not answer."""
    with suppress(OSError, ValueError):
        request = urllib.request.Request(f"{address(home)}/api/v2/monitor/health")  # noqa: S310 - our own address
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            report: JsonObject = json.load(response)
            return report
    return {}


def _well(home: Path, since: float) -> set[str]:
    """Return the names of the components that have given a sign of life after `since` (seconds of the epoch)."""
    report = health(home)
    well = {API} if report else set()
    for name in set(COMPONENTS) - {API}:
        key = name.replace("-", "_")
        beat = report.get(key, {}).get(f"latest_{key}_heartbeat")
        if beat and datetime.fromisoformat(beat).timestamp() >= since and report[key]["status"] == "healthy":
            well.add(name)
    return well


def _check(home: Path, children: dict[str, subprocess.Popen[bytes]], waiting: set[str], *, late: bool) -> None:
    dead = [name for name, child in children.items() if child.poll() is not None]
    for name in dead:
        raise error_of(FixTheHub, "airflow.ended", where=str(_log(home, name)), name=name, code=children[name].poll())
    for name in sorted(waiting) if late else ():
        raise error_of(
            FixTheHub, "airflow.no_heartbeat", where=str(_log(home, name)), name=name, seconds=round(LONGEST_START)
        )


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *arguments]


def _log(home: Path, name: str) -> Path:
    return home / "logs" / f"airflow-{name}.log"


def _schema_note(home: Path) -> Path:
    return home / "airflow" / "schema.json"


def _known_schema(home: Path) -> str:
    """Return the version of the tables as the installed Airflow left them; nothing's version if it never did."""
    try:
        note = json.loads(_schema_note(home).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return ""
    return str(note["revision"]) if note["airflow"] == version("apache-airflow") else ""
