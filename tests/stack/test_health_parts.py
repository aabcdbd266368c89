"""The state of one part by its evidence, without a hub: a process that is recorded, and the heartbeat of its job."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stack import health, processes
from stack.health import JOBS, Part, State, parts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NAME = "scheduler"


def part(home: Path, beats: dict[str, float] | None, monkeypatch: pytest.MonkeyPatch) -> tuple[State, str]:
    """Return how the scheduler is while PostgreSQL answers and these are the seconds since the last heartbeats."""
    server = Part("postgres", State.RUNS, "health.answers", {"port": 1})
    monkeypatch.setattr(health, "database", lambda _: server)
    monkeypatch.setattr(health, "_beats", lambda _: beats)
    (found,) = [each for each in parts(home) if each.name == NAME]
    return found.state, found.says


def test_a_part_is_judged_by_its_process_and_its_heartbeat(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = JOBS[NAME]
    assert part(home, {}, monkeypatch) == (State.STOPPED, "health.stopped")
    child = processes.launch(home, NAME, ["sleep", "600"], env={}, log=home / "logs" / "x.log")
    try:
        time.sleep(0.5)
        assert part(home, {job: 0.0}, monkeypatch) == (State.RUNS, "health.beat")
        assert part(home, {}, monkeypatch) == (State.STARTING, "health.no_beat")
        assert part(home, {job: 900.0}, monkeypatch) == (State.STARTING, "health.no_beat"), "of the process before"
        assert part(home, None, monkeypatch) == (State.UNKNOWN, "health.no_database")
        monkeypatch.setattr(health, "LATE", 0.1)
        assert part(home, {job: 0.2}, monkeypatch) == (State.HANGS, "health.late_beat")
    finally:
        child.kill()
        child.wait()
    assert part(home, {job: 0.0}, monkeypatch) == (State.DEAD, "health.dead")
