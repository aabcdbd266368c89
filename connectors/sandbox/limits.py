"""The fence around a process that parses outside bytes: memory, processor time, files, network, parent."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
OPEN_FILES = 64
CPU_GRACE = 5  # seconds


def enter(*, memory: int, seconds: int, file_bytes: int, parent: int) -> None:
    """Limit this process for good; must be called before any thread starts.

    `memory` is address space in bytes, `seconds` processor time, `file_bytes` the longest file that it may write.
    The process dies with its parent.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask to be told
        os._exit(1)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
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
        # At its limit of processor time a process is told so (SIGXCPU) before it is killed: a kill comes from outside.
        hard = value + CPU_GRACE if kind == resource.RLIMIT_CPU else value
        resource.setrlimit(kind, (value, hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)))
