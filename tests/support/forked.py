"""Programs in processes of their own, forked from one that has already imported the hub.

A fresh interpreter takes seconds to import what the pipeline needs.  Tests that kill the hub at call after call start
hundreds of them; here each begins in a few milliseconds, and dies as truly.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hub.settings import settings

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, ForkServerProcess

IMPORTED = ["asyncssh", "great_expectations", "pipeline.checks.inbox", "pipeline.intake.fetch", "pipeline.steps.replay"]
PATIENCE = 300  # seconds after which a program is taken to hang


@dataclass(frozen=True)
class Ended:
    """What is left of a program.

    Attributes:
        returncode: As `subprocess` says it: negative for a signal.
        stderr: What it wrote there.
    """

    returncode: int
    stderr: str


class Running:
    """A program that runs in a process of its own."""

    def __init__(self, program: str, arguments: tuple[str, ...]) -> None:
        """Start it; `sys.argv[1:]` are its arguments, and its environment is that of this process."""
        self._folder = Path(tempfile.mkdtemp(prefix="forked-"))
        told = str(self._folder / "stderr")
        self._process: ForkServerProcess = _context().Process(
            target=_execute, args=(program, arguments, dict(os.environ), told, str(Path.cwd()))
        )
        self._process.start()

    def wait(self) -> Ended:
        """Return how it ended."""
        self._process.join(PATIENCE)
        code = self._process.exitcode
        if code is None:
            self._process.kill()
            raise TimeoutError(f"the program did not end within {PATIENCE} s")
        told = self._folder / "stderr"
        text = told.read_text("utf-8", "replace") if told.exists() else ""
        shutil.rmtree(self._folder)
        return Ended(code, text)


def start(program: str, *arguments: str) -> Running:
    """Start Python source text as a program of its own; `sys.argv[1:]` are the arguments."""
    return Running(program, arguments)


def run_forked(program: str, *arguments: str) -> Ended:
    """Run Python source text to its end as a program of its own; `sys.argv[1:]` are the arguments."""
    return start(program, *arguments).wait()


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


def _execute(program: str, arguments: tuple[str, ...], environment: dict[str, str], told: str, folder: str) -> None:
    written = os.open(told, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(written, 2)
    os.close(written)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    settings.cache_clear()
    sys.argv = ["-c", *arguments]
    exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})  # noqa: S102 - the test's own text
