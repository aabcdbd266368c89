"""Classifies faults: those of the machine, and those that may lie in a batch.

A full disk, a database that does not answer or a killed process is no fault of the file that was being read.  Such a
fault counts no attempt: the batch waits, `status` and `doctor` show the reason, and it goes on when the machine does.
A fault that is not named here may lie in the file; the step is tried three times (`pipeline.steps.runner`).
"""

from __future__ import annotations

import errno

from hub.errors import HubError, RetryLater
from hub.i18n import say
from hub.settings import settings

DISK_FULL, QUOTA, READ_ONLY, NO_ACCESS = "disk_full", "quota", "read_only", "no_access"
TOO_MANY_FILES, MEMORY, KILLED = "too_many_files", "memory", "killed"
STORE, FILES_GONE, RAW_DAMAGED = "store", "files_gone", "raw_damaged"
DATABASE, DATABASE_FULL, DATABASE_RIGHTS, LOCKED = "database", "database_full", "database_rights", "locked"
OUTDATED = "outdated"

# Each has a sentence and a cure in hub/text/sentences.yml: machine.<name> and machine.<name>.cure.
TROUBLES = (
    *(DISK_FULL, QUOTA, READ_ONLY, NO_ACCESS, TOO_MANY_FILES, MEMORY, KILLED),
    *(STORE, FILES_GONE, RAW_DAMAGED, DATABASE, DATABASE_FULL, DATABASE_RIGHTS, LOCKED, OUTDATED),
)

_BY_ERRNO = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: QUOTA,
    errno.EROFS: READ_ONLY,
    errno.EACCES: NO_ACCESS,
    errno.EPERM: NO_ACCESS,
    errno.EMFILE: TOO_MANY_FILES,
    errno.ENFILE: TOO_MANY_FILES,
    errno.ENOMEM: MEMORY,
    errno.EAGAIN: MEMORY,  # no more processes
    errno.ENOENT: FILES_GONE,
    errno.ENOTDIR: FILES_GONE,
    errno.EIO: STORE,
    errno.ESTALE: STORE,
    errno.ENXIO: STORE,
    errno.ENODEV: STORE,
    errno.ENOTCONN: STORE,
    errno.EPIPE: STORE,
    errno.ECONNREFUSED: STORE,
    errno.ECONNRESET: STORE,
    errno.ECONNABORTED: STORE,
    errno.ETIMEDOUT: STORE,
    errno.EHOSTDOWN: STORE,
    errno.EHOSTUNREACH: STORE,
    errno.ENETUNREACH: STORE,
}
# Classes of SQLSTATE, the longer ones first: PostgreSQL's manual, appendix A.
_BY_SQLSTATE = {
    "53100": DATABASE_FULL,
    "55P03": LOCKED,
    "57014": LOCKED,  # an administrator has ended the statement
    "25006": DATABASE,  # it is a standby by now
    "42501": DATABASE_RIGHTS,
    # A schema, table, column or function that this version of the hub knows is not there: it was not migrated.
    "3F000": OUTDATED,
    "42P01": OUTDATED,
    "42703": OUTDATED,
    "42883": OUTDATED,
    "08": DATABASE,
    "28": DATABASE_RIGHTS,
    "40": LOCKED,
    "53": DATABASE,
    "57": DATABASE,
    "58": DATABASE,
    "XX001": DATABASE,
    "XX002": DATABASE,
}
_STORES = ("botocore", "aiobotocore", "aiohttp", "s3fs", "paramiko", "asyncssh")  # the libraries of fsspec's stores


def trouble_of(fault: BaseException) -> str:
    """Return the machine's trouble behind a fault or its causes, one of TROUBLES; "" when it may lie in the data.

    >>> trouble_of(OSError(errno.ENOSPC, "No space left on device"))
    'disk_full'
    >>> trouble_of(ValueError("x"))
    ''
    """
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        found = _trouble(at)
        if found:
            return found
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return ""


def error_of_trouble(trouble: str, where: str = "") -> RetryLater:
    """Return the error for a trouble of the machine, in the language of the command line, with its cure."""
    language = settings().language
    return RetryLater(
        say(f"machine.{trouble}", language),
        where=where,
        next_step=say(f"machine.{trouble}.cure", language),
        trouble=trouble,
    )


def _trouble(fault: BaseException) -> str:
    if isinstance(fault, HubError):
        return fault.trouble
    if isinstance(fault, MemoryError):  # Arrow's own is one too
        return MEMORY
    library = type(fault).__module__.partition(".")[0]
    if library == "psycopg":
        return _of_database(fault)
    if library in {"duckdb", "_duckdb"}:
        return _of_duckdb(fault)
    if isinstance(fault, OSError):
        return _BY_ERRNO.get(fault.errno or 0, STORE if isinstance(fault, (ConnectionError, TimeoutError)) else "")
    return STORE if library in _STORES else ""


def _of_database(fault: BaseException) -> str:
    state = getattr(fault, "sqlstate", None)
    if state is None:  # no answer at all: the connection has gone
        return DATABASE if type(fault).__name__ in {"OperationalError", "ConnectionTimeout"} else ""
    return next((name for start, name in _BY_SQLSTATE.items() if state.startswith(start)), "")


def _of_duckdb(fault: BaseException) -> str:
    """DuckDB's faults have a class and no number; it spills to the disk only what it cannot hold."""
    kind = type(fault).__name__
    if kind == "OutOfMemoryException":
        return MEMORY
    return (DISK_FULL if "space" in str(fault).lower() else STORE) if kind == "IOException" else ""
