"""Starts processes for readers: one fork server for each process of the hub, started when it is first needed."""

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
from hub.messages import error_of
from hub.personal import quoted
from hub.settings import PROJECT

# The server imports the same code as this process, whatever environment and working folder are.
START = "import sys; sys.path.insert(0, sys.argv[1]); from connectors.sandbox.server import main; main()"
# The environment of the server: nothing of the hub's, and one thread per library (each would reserve memory, and none
# may run while it forks).
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
DESCRIPTORS = ("job", "rows", "printed", "report", "status")  # of a request, in this order
REPLY = 64  # bytes: a process id


class ForkedProcess:
    """A process that the fork server has forked for this one: its id, a way to end it, and its exit code."""

    def __init__(self, pid: int, process: int, status: int) -> None:
        self.pid = pid
        self._process, self._status = process, status
        self._open = threading.Lock()
        self._code: int | None = None
        self._collected = False

    def kill(self) -> None:
        """Kill the process, if it has not ended."""
        with self._open:  # a descriptor that was closed may be another process by now
            if not self._collected:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def wait(self) -> int | None:
        """Wait for the end of the process.

        Returns:
            The exit code, negative for a signal; None when the fork server has died too.
        """
        if not self._collected:
            reply = os.read(self._status, REPLY)
            with self._open:
                self._code, self._collected = int(reply) if reply else None, True
                os.close(self._status)
                os.close(self._process)
        return self._code


class _Server:
    """A running fork server."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryFile() as printed:
            arguments = [str(PROJECT), str(theirs.fileno()), str(os.getpid())]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", START, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=printed,
                cwd="/",
                env=ENVIRONMENT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
            self.pid = self._process.pid
            theirs.close()
            self._control = ours
            with contextlib.suppress(ConnectionError):
                if ours.recv(REPLY):
                    return
            self.stop()
            printed.seek(0)
            raise error_of(
                FixTheHub,
                "reader.not_started",
                where=f"{sys.executable} -m connectors.sandbox.server",
                why=quoted(printed.read(10_000).decode("utf-8", "replace")[-500:], 500),
            )

    def fork(self, folder: str, descriptors: list[int]) -> tuple[int, int] | None:
        """Return process id and process descriptor of a new reader; None when the server has died."""
        try:
            socket.send_fds(self._control, [os.fsencode(folder)], descriptors)
            reply, processes, _, _ = socket.recv_fds(self._control, REPLY, 1)
        except ConnectionError:
            return None
        return (int(reply), processes[0]) if reply else None

    def stop(self) -> None:
        """End the server and its forks."""
        self._control.close()
        self._process.wait()

    def forget(self) -> None:
        """Close the connection to a server that belongs to the process that this one was forked from."""
        self._control.close()
        self._process.returncode = 0  # not a child of this process


def forked(folder: str, job: IO[bytes], rows: IO[bytes], printed: IO[bytes], report: IO[bytes]) -> ForkedProcess:
    """Fork a reader.

    Args:
        folder: Its working folder.
        job: Where it reads its job from.
        rows: Where it writes its rows.
        printed: What else it, or a library, prints.
        report: Where it writes its report.

    Raises:
        FixTheHub: No reader starts.
    """
    status, status_end = os.pipe()
    try:
        descriptors = dict(
            zip(DESCRIPTORS, (job.fileno(), rows.fileno(), printed.fileno(), report.fileno(), status_end), strict=True)
        )
        pid, process = _forked_by_server(folder, list(descriptors.values()))
    except BaseException:
        os.close(status)
        raise
    finally:
        os.close(status_end)
    return ForkedProcess(pid, process, status)


def server_pid() -> int | None:
    """Return the process id of the fork server of this process; None when none runs."""
    return _server.pid if _server is not None else None


def _forked_by_server(folder: str, descriptors: list[int]) -> tuple[int, int]:
    """Have the server fork; if it has died, a new one."""
    global _server  # noqa: PLW0603 - one for each process
    with _server_lock:
        for _ in range(2):
            _server = _server or _Server()
            reader = _server.fork(folder, descriptors)
            if reader is not None:
                return reader
            _server.stop()
            _server = None
    raise error_of(FixTheHub, "reader.ended", where=f"{sys.executable} -m connectors.sandbox.server")


def _forget_server() -> None:
    """Begin without a server in a process that was forked from one that has it."""
    global _server, _server_lock
    if _server is not None:
        _server.forget()
    _server, _server_lock = None, threading.Lock()


_server: _Server | None = None
_server_lock = threading.Lock()
os.register_at_fork(after_in_child=_forget_server)
