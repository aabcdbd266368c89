"""The process that readers are forked from: Python and Arrow are imported once, and each delivery has its own process.

`client` alone starts it, without the hub's environment.  It reads no delivery itself: a hostile file reaches only the
fork that reads it.  The fork server of `multiprocessing` would inherit the hub's environment, secrets included, and
import the hub's main script.

A request is a working folder and five descriptors: the job, the rows, what is printed, the report, and where to write
the exit code when the fork has ended.  The reply is the fork's process id and a descriptor of the process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import socket
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from typing import NoReturn

from connectors.sandbox.client import DESCRIPTORS

REQUEST = 4096  # bytes; the folder's path
REPORT = 3  # the descriptor of the report, after standard input, output and error
# Imported once, before the first fork: the imports take longer than reading a small file.
PRELOADED = (
    "connectors.prefetch",
    "connectors.readers.format",
    "connectors.readers.rows",
    "connectors.readers.text.csv",
    "connectors.sandbox.worker",
)


class _WithoutPandas(MetaPathFinder):
    """Arrow looks for pandas at its first conversion; not finding it saves most of the start and 50 MB."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main() -> None:
    """Serve the hub, on the socket and for the process id that the command line names, until either is gone."""
    control, hub = socket.socket(fileno=int(sys.argv[2])), int(sys.argv[3])
    sys.meta_path.insert(0, _WithoutPandas())
    _load()
    with selectors.DefaultSelector() as waiting:
        waiting.register(os.pidfd_open(hub), selectors.EVENT_READ, "hub")
        if os.getppid() != hub:  # its process id may be another process's by now
            return
        waiting.register(control, selectors.EVENT_READ, "control")
        control.send(b"ready")
        while True:
            for key, _ in waiting.select():
                if key.data == "hub" or (key.data == "control" and not _serve(control, waiting)):
                    return  # the forks die with this process
                if isinstance(key.data, tuple):
                    waiting.unregister(key.fd)
                    _collect(key.fd, *key.data)


def _load() -> None:
    """Import what every reader needs; the rest is imported by the one that needs it."""
    for module in PRELOADED:
        import_module(module)


def _serve(control: socket.socket, waiting: selectors.BaseSelector) -> bool:
    """Fork once for the next request; return False when the socket is closed."""
    request, descriptors, _, _ = socket.recv_fds(control, REQUEST, len(DESCRIPTORS))
    if not request:
        return False
    *inherited, status = descriptors
    server = os.getpid()
    pid = os.fork()
    if not pid:
        _become_reader(os.fsdecode(request), inherited, server)
    for each in inherited:
        os.close(each)
    process = os.pidfd_open(pid)
    waiting.register(process, selectors.EVENT_READ, (pid, status))
    with contextlib.suppress(OSError):  # the hub is gone; the next event says so
        socket.send_fds(control, [str(pid).encode()], [process])
    return True


def _become_reader(folder: str, inherited: list[int], server: int) -> NoReturn:
    """Keep the four descriptors of the request, close all others, and read the delivery."""
    try:
        os.setsid()
        for at, each in enumerate([fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in inherited]):
            os.dup2(each, at)
        os.closerange(REPORT + 1, os.sysconf("SC_OPEN_MAX"))
        os.chdir(folder)
        from connectors.sandbox.worker import main as read_delivery  # noqa: PLC0415

        read_delivery(REPORT, server)
    except BaseException as fault:  # noqa: BLE001 - this process must not go on as the server
        sys.stderr.write(f"{type(fault).__name__}\n")  # its text may hold data
        sys.stderr.flush()
    finally:
        os._exit(1)


def _collect(process: int, pid: int, status: int) -> None:
    """Write the exit code of a fork that has ended: negative for the signal that ended it."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(BrokenPipeError):
        os.write(status, str(code).encode())
    os.close(status)
    os.close(process)
