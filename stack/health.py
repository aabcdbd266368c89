"""The state of each part of this hub, with the evidence: its process, its heartbeat, the answer at its port.

Each kind of evidence stands by itself.  A process that was started and is gone is dead, whatever the database still
says of it.  Heartbeats are read from Airflow's own table of jobs and not from its API server, so that a dead API server
says nothing about the others; and a dead database says nothing about processes.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import psutil
import psycopg

from hub import clock
from hub.errors import HubError
from stack import airflow, databases, environment, portal, ports, postgres, processes
from stack.time_limit import Begun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

QUICK = 3.0  # seconds that a part which is well needs at most to answer
LOADING = 15.0  # the same for the API server: it loads much when the first step reports to it; measured 8, busy machine
# Airflow calls a component unhealthy after as many seconds (`scheduler_health_check_threshold` and its like).
LATE = 30.0
JOBS = {"scheduler": "SchedulerJob", "triggerer": "TriggererJob", "dag-processor": "DagProcessorJob"}
ASLEEP = (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)


class State(StrEnum):
    """What a part is found to be."""

    RUNS = "runs"
    STARTING = "starting"  # its process is young and has not given a sign of life yet
    STOPPED = "stopped"  # never started here, or stopped by `down`
    DEAD = "dead"  # it was started, and its process is gone
    TAKEN = "taken"  # dead, and another program listens at its port
    HANGS = "hangs"  # its process is there and does nothing
    SILENT = "silent"  # its process runs, and it does not answer
    UNKNOWN = "unknown"  # its process runs; its heartbeat cannot be read


@dataclass(frozen=True)
class Part:
    """One part of the hub; `says` is a key of `hub/text/sentences.yml`, `values` fill its places."""

    name: str
    state: State
    says: str
    values: Mapping[str, object] = field(default_factory=dict)
    pid: int | None = None

    @property
    def broken(self) -> bool:
        """Whether it should run, and does not."""
        return self.state in (State.DEAD, State.TAKEN, State.HANGS, State.SILENT)

    @property
    def healthy(self) -> bool | None:
        """True and False as found; None where nothing can be said."""
        return None if self.state is State.UNKNOWN else self.state is State.RUNS


def parts(home: Path) -> list[Part]:
    """Return how each part is, after `LOADING` seconds at most: what is asked over HTTP is asked side by side."""
    begun = [Begun(partial(ask, home)) for ask in (api_server, partner_portal)]
    server = database(home)
    beats = _beats(home) if server.state is State.RUNS else None
    return [
        server,
        *(_component(home, name, beats) for name in JOBS),
        *(each.result(LOADING + QUICK) for each in begun),
    ]


def database(home: Path) -> Part:
    """Return how the embedded PostgreSQL is."""
    name, server = postgres.NAME, postgres.running(home)
    port = ports.remembered(home).get(name)
    if server is None:
        return _gone(home, name, port)
    if server.process.status() in ASLEEP:
        return Part(name, State.HANGS, "health.asleep", {"pid": server.process.pid}, server.process.pid)
    if not server.ready:
        return Part(name, State.STARTING, "health.starting", {"pid": server.process.pid}, server.process.pid)
    try:
        databases.ping(postgres.url(home, "postgres"), int(QUICK))
    except HubError:
        return Part(name, State.SILENT, "health.silent", {"port": server.port}, server.process.pid)
    return Part(name, State.RUNS, "health.answers", {"port": server.port}, server.process.pid)


def api_server(home: Path) -> Part:
    """Return how Airflow's API server is: by its version page, which needs no database."""
    name, process = airflow.API, processes.recorded(home, airflow.API)
    port = ports.remembered(home).get("airflow")
    if process is None:
        return _gone(home, name, port)
    if (asleep := _asleep(name, process)) is not None:
        return asleep
    try:
        with urllib.request.urlopen(f"{airflow.address(home)}/api/v2/version", timeout=LOADING) as response:  # noqa: S310
            is_airflow = isinstance(json.load(response), dict)
    except urllib.error.HTTPError:
        is_airflow = False
    except (OSError, ValueError):
        if clock.seconds() - process.create_time() < airflow.LONGEST_START and not _listens(port):
            return Part(name, State.STARTING, "health.starting", {"pid": process.pid}, process.pid)
        is_airflow = False
    if is_airflow:
        return Part(name, State.RUNS, "health.answers", {"port": port}, process.pid)
    return Part(name, State.SILENT, "health.silent", {"port": port}, process.pid)


def partner_portal(home: Path) -> Part:
    """Return how the partners' portal is: by its page of health, which needs no database."""
    name, process = portal.NAME, portal.running(home)
    port = ports.remembered(home).get(name)
    if process is None:
        return _gone(home, name, port)
    if (asleep := _asleep(name, process)) is not None:
        return asleep
    if portal.responds(home, QUICK):
        return Part(name, State.RUNS, "health.answers", {"port": port}, process.pid)
    if clock.seconds() - process.create_time() < portal.LONGEST_START and not _listens(port):
        return Part(name, State.STARTING, "health.starting", {"pid": process.pid}, process.pid)
    return Part(name, State.SILENT, "health.silent", {"port": port}, process.pid)


def _component(home: Path, name: str, beats: dict[str, float] | None) -> Part:
    process = processes.recorded(home, name)
    if process is None:
        return _gone(home, name, None)
    if (asleep := _asleep(name, process)) is not None:
        return asleep
    if beats is None:
        return Part(name, State.UNKNOWN, "health.no_database", {"pid": process.pid}, process.pid)
    age, beat = clock.seconds() - process.create_time(), beats.get(JOBS[name])
    values = {"pid": process.pid, "seconds": round(beat or age)}
    if beat is not None and beat < min(age, LATE):
        return Part(name, State.RUNS, "health.beat", values, process.pid)
    if beat is None or beat > age:  # that heartbeat was of the process before
        state = State.STARTING if age < airflow.LONGEST_START else State.HANGS
        return Part(name, state, "health.no_beat", values | {"seconds": round(age)}, process.pid)
    return Part(name, State.HANGS, "health.late_beat", values, process.pid)


def _asleep(name: str, process: psutil.Process) -> Part | None:
    try:
        asleep = process.status() in ASLEEP
    except psutil.Error:
        return None
    return Part(name, State.HANGS, "health.asleep", {"pid": process.pid}, process.pid) if asleep else None


def _gone(home: Path, name: str, port: int | None) -> Part:
    """Return a part whose process does not run: stopped on purpose, or dead."""
    if (pid := processes.left_record(home, name)) is None:
        return Part(name, State.STOPPED, "health.stopped")
    if port is not None and _listens(port) and not processes.is_listener(processes.leftovers(home), port):
        return Part(name, State.TAKEN, "health.taken", {"pid": pid, "port": port})
    return Part(name, State.DEAD, "health.dead", {"pid": pid})


def _listens(port: int | None) -> bool:
    return port is not None and not ports.is_free(port)


def _beats(home: Path) -> dict[str, float] | None:
    """Return the seconds since the last heartbeat by kind of job; None when they cannot be read."""
    try:
        return databases.heartbeats(environment.database_url(home), int(QUICK))
    except (HubError, psycopg.Error):
        return None
