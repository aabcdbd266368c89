"""Processes for readers, quickly: one fork server for each process of the hub, started when it is first needed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from typing import IO

from hub.errors import FixTheHub
from hub.personal import quoted
from hub.settings import PROJECT

# The same code as ours, wherever it was imported from: nothing in the environment or the working folder decides.
START = "import sys; sys.path.insert(0, sys.argv[1]); from connectors.sandbox.server import main; main()"
# What the server may know: nothing of ours, and one thread per library (each would reserve memory; none may be about
# when it forks).
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
HANDED = ("job", "rows", "said", "report", "status")  # what a request hands over, in this order
ANSWER = 64  # bytes of an answer: a process id


class ForkedProcess:
    """A process that somebody else has forked for us: its id, a way to end it, and its exit code."""

    def __init__(self, pid: int, process: int, status: int) -> None:
        self.pid = pid
        self._process, self._status = process, status
        self._open = threading.Lock()
        self._code: int | None = None
        self._collected = False

    def kill(self) -> None:
        """End the process, if it has not ended."""
        with self._open:  # a descriptor that was closed may be another process by now
            if not self._collected:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def wait(self) -> int | None:
        """Wait for the end; return the exit code, negative for a signal, None if its server has gone with it."""
        if not self._collected:
            told = os.read(self._status, ANSWER)
            with self._open:
                self._code, self._collected = int(told) if told else None, True
                os.close(self._status)
                os.close(self._process)
        return self._code


class _Server:
    """A fork server that runs."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryFile() as said:
            arguments = [str(PROJECT), str(theirs.fileno()), str(os.getpid())]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", START, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd="/",
                env=ENVIRONMENT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
            self.pid = self._process.pid
            theirs.close()
            self._control = ours
            with contextlib.suppress(ConnectionError):
                if ours.recv(ANSWER):
                    return
            self.stop()
            said.seek(0)
            raise FixTheHub(
                "The reader does not start.",
                where=f"{sys.executable} -m connectors.sandbox.server",
                why=quoted(said.read(10_000).decode("utf-8", "replace")[-500:], 500),
                next_step="Install riskhub into this Python.",
            )

    def fork(self, folder: str, handed: list[int]) -> tuple[int, int] | None:
        """Return process id and process descriptor of a new reader; None when the server has gone."""
        try:
            socket.send_fds(self._control, [os.fsencode(folder)], handed)
            told, processes, _, _ = socket.recv_fds(self._control, ANSWER, 1)
        except ConnectionError:
            return None
        return (int(told), processes[0]) if told else None

    def stop(self) -> None:
        """End the server and its forks."""
        self._control.close()
        self._process.wait()

    def forget(self) -> None:
        """Let go of a server that belongs to the process that this one was forked from."""
        self._control.close()
        self._process.returncode = 0  # not ours to wait for


def forked(folder: str, job: IO[bytes], rows: IO[bytes], said: IO[bytes], report: IO[bytes]) -> ForkedProcess:
    """Fork a reader that works in `folder`; it takes its job, and gives its rows, over the descriptors of those files.

    Raises FixTheHub when no reader starts.
    """
    status, told = os.pipe()
    try:
        handed = dict(zip(HANDED, (job.fileno(), rows.fileno(), said.fileno(), report.fileno(), told), strict=True))
        pid, process = _asked(folder, list(handed.values()))
    except BaseException:
        os.close(status)
        raise
    finally:
        os.close(told)
    return ForkedProcess(pid, process, status)


def server_pid() -> int | None:
    """Return the process id of this process's fork server; None where none runs."""
    return _server.pid if _server is not None else None


def _asked(folder: str, handed: list[int]) -> tuple[int, int]:
    """Ask the server, and once more a new one if it has gone."""
    global _server  # noqa: PLW0603 - one for each process
    with _asking:
        for _ in range(2):
            _server = _server or _Server()
            answer = _server.fork(folder, handed)
            if answer is not None:
                return answer
            _server.stop()
            _server = None
    raise FixTheHub(
        "The reader does not start.",
        where=f"{sys.executable} -m connectors.sandbox.server",
        why="It ends before it answers.",
        next_step="Look at the system's log: memory, or the number of processes, may be at its limit.",
    )


def _begin_anew() -> None:
    """Have no server, in a process that was forked from one that has."""
    global _server, _asking
    if _server is not None:
        _server.forget()
    _server, _asking = None, threading.Lock()


_server: _Server | None = None
_asking = threading.Lock()
os.register_at_fork(after_in_child=_begin_anew)
