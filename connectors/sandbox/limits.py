"""Limits for a process that parses bytes from outside: memory, processor time, files, network, and its parent."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

from hub.errors import FixTheHub
from hub.messages import error_of

CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
OPEN_FILES = 64
CPU_GRACE = 5  # seconds


def enter(*, memory: int, seconds: int, file_bytes: int, parent: int) -> None:
    """Limit this process irrevocably; it dies with its parent from now on.  Call it before any thread starts.

    Args:
        memory: Address space in bytes.
        seconds: Processor time.
        file_bytes: The size of the largest file that it may write.
        parent: The process id of the parent; when that has died already, this process ends.

    Raises:
        FixTheHub: The system refuses what every Linux gives; that is no fault of what is to be read.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    _prctl(libc, PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the signal was requested
        os._exit(1)
    _prctl(libc, PR_SET_NO_NEW_PRIVS, 1)
    # Root may leave the network at once, others only within a user namespace of their own, where that is permitted.
    if libc.unshare(CLONE_NEWNET):
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        ceiling = resource.getrlimit(kind)[1]
        value = limit if ceiling == resource.RLIM_INFINITY else min(limit, ceiling)
        # At its limit of processor time a process gets SIGXCPU and not SIGKILL, which comes from outside only.
        hard = value + CPU_GRACE if kind == resource.RLIMIT_CPU else value
        resource.setrlimit(kind, (value, hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)))


def _prctl(libc: ctypes.CDLL, option: int, value: int) -> None:
    if libc.prctl(option, value, 0, 0, 0):
        why = os.strerror(ctypes.get_errno())
        raise error_of(FixTheHub, "reader.unlimited", where=f"prctl({option})", why=why)
