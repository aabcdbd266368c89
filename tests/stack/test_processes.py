"""Whatever the hub has started is found again and stopped, and nothing else is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from stack import processes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A parent that starts a child which leaves its group and will not be asked, and then lives on.
STUBBORN = """
import os, signal, subprocess, sys, time
os.environ["SEEN"] = "yes"
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
started = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, process_group=0)
started.stdout.readline()
print("ready", flush=True)
time.sleep(60)
"""


def launch(home: Path, name: str, command: list[str]) -> subprocess.Popen[bytes]:
    return processes.launch(home, name, command, env=dict(os.environ), log=home / "logs" / f"{name}.log")


@pytest.fixture
def clean(home: Path) -> Iterator[Path]:
    yield home
    for process in processes.leftovers(home):
        process.kill()


def wait_for(path: Path, text: str) -> None:
    end = time.monotonic() + 10
    while text not in path.read_text("utf-8"):
        assert time.monotonic() < end, path.read_text("utf-8")
        time.sleep(0.05)


def test_a_process_is_found_again_and_leads_its_session(clean: Path) -> None:
    child = launch(clean, "sleeper", SLEEP)
    found = processes.recorded(clean, "sleeper")
    assert found
    assert found.pid == child.pid == os.getsid(child.pid)
    assert processes.recorded(clean, "other") is None
    assert [process.pid for process in processes.leftovers(clean)] == [child.pid]
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.recorded(clean, "sleeper") is None, "a zombie does not run"


def test_a_number_that_now_belongs_to_another_is_not_ours(clean: Path) -> None:
    launch(clean, "sleeper", SLEEP)
    path = clean / "run" / "sleeper.pid.json"
    record = json.loads(path.read_text("utf-8"))
    for wrong in ({"created": record["created"] - 60}, {"boot": "an earlier one"}, {"pid": 2**30}):
        path.write_text(json.dumps(record | wrong), "utf-8")
        assert processes.recorded(clean, "sleeper") is None


def test_orphans_are_found_by_their_mark_and_killed_if_they_do_not_listen(clean: Path) -> None:
    child = launch(clean, "parent", [sys.executable, "-c", STUBBORN])
    wait_for(clean / "logs" / "parent.log", "ready")
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    processes.forget(clean, "parent")
    orphans = processes.leftovers(clean)
    assert len(orphans) == 1
    assert processes.stop(orphans, timeout=0.3) == orphans
    assert processes.leftovers(clean) == []


def test_another_home_is_left_alone(clean: Path, tmp_path: Path) -> None:
    other = tmp_path / "home2"  # begins with the same words
    child = launch(other, "sleeper", SLEEP)
    assert processes.leftovers(clean) == []
    assert processes.recorded(other, "sleeper") == psutil.Process(child.pid)
    processes.stop(processes.leftovers(other))
    assert processes.leftovers(other) == []


def test_the_command_that_looks_never_finds_itself(clean: Path) -> None:
    look = (
        "import sys; from pathlib import Path; from stack.processes import leftovers;"
        "print([p.pid for p in leftovers(Path(sys.argv[1]))])"
    )
    seen = subprocess.run(
        [sys.executable, "-c", look, str(clean)],
        env=os.environ | {processes.MARKER: str(clean)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.strip() == "[]"


def test_a_long_log_is_set_aside(clean: Path) -> None:
    log = clean / "logs" / "sleeper.log"
    log.parent.mkdir()
    log.write_bytes(b"x" * (processes.LARGE_LOG + 1))
    launch(clean, "sleeper", SLEEP)
    assert log.stat().st_size == 0
    assert log.with_suffix(".log.1").stat().st_size == processes.LARGE_LOG + 1
