"""The partners' portal: a process of its own, with a port and a login to the warehouse of its own.

It gets neither the hub's login nor the owner's, and no setting of Airflow.
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hub.errors import FixTheHub
from hub.messages import error_of
from hub.settings import PROJECT, settings
from stack import ports, processes
from stack.environment import of_the_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psutil

    from stack.home import Progress

NAME = "portal"
PORT = "RISKHUB_PORTAL_PORT"  # on which `python -m pages.portal` listens
LONGEST_START = 120.0  # seconds
NOT_FOR_IT = ("RISKHUB_DATABASE_URL", "RISKHUB_OWNER_URL", "RISKHUB_ANALYST_URL")


def address(home: Path | None = None) -> str:
    """Return where partners find it: the configured address, else its port on this machine, or the usual one."""
    port = ports.remembered(home or settings().home).get(NAME, ports.FIRST[NAME])
    return settings().portal_address or f"http://{ports.HOST}:{port}"


def running(home: Path) -> psutil.Process | None:
    """Return its process, if it runs."""
    return processes.recorded(home, NAME)


@contextmanager
def starting(home: Path, on_progress: Progress) -> Iterator[None]:
    """Start it, let the block do something beside, and wait at its end until it answers.

    There is no thread: an interruption in one would leave the process to nobody.

    Raises:
        FixTheHub: It has ended, or does not answer; the error names its log.
    """
    began = time.monotonic()
    with ports.free_port(home, NAME, on_progress) as port:
        command = [sys.executable, "-m", "pages.portal"]
        child = processes.launch(home, NAME, command, env=_environment(port), log=log_of(home))
        yield
        while not responds(home):
            if (code := child.poll()) is not None or time.monotonic() - began > LONGEST_START:
                raise error_of(FixTheHub, "stack.portal_not_started", where=str(log_of(home)), code=code)
            time.sleep(0.1)
    on_progress("stack.component_ready", name=NAME, seconds=round(time.monotonic() - began, 1))


def stop(home: Path, seconds: float = 5.0) -> None:
    """Stop it; what is being uploaded may go on after the next start."""
    if (process := running(home)) is not None:
        processes.stop([process], seconds)
    processes.forget(home, NAME)


def responds(home: Path, seconds: float = 3.0) -> bool:
    """Return whether what listens at its port is the portal; this needs no database."""
    port = ports.remembered(home).get(NAME)
    if port is None:
        return False
    with suppress(OSError, ValueError):
        where = f"http://{ports.HOST}:{port}/health"
        with urllib.request.urlopen(where, timeout=seconds) as response:
            return bool(response.read(64) == b'{"portal":"riskhub"}')
    return False


def log_of(home: Path) -> Path:
    """Return the file of its log."""
    return home / "logs" / f"{NAME}.log"


def _environment(port: int) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in NOT_FOR_IT and not name.startswith(("AIRFLOW", "PYTHON"))
    }
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1", "PYTHONPATH": str(PROJECT)}
    return inherited | of_the_hub(settings()) | quiet | {PORT: str(port)}
