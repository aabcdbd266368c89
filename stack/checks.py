"""What a check of `riskhub doctor` finds, and how an exception becomes such a finding."""

from __future__ import annotations

import errno
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from hub.errors import HubError, described
from hub.machine import DATABASE, trouble_of
from hub.messages import sentence
from hub.settings import settings
from stack import portal, postgres
from stack.health import State

if TYPE_CHECKING:
    from stack.health import Part

log = logging.getLogger(__name__)
DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class Found(NamedTuple):
    """What one check found: whether it is fine (None: cannot be known), what it is like, and the cure if it is not."""

    fine: bool | None
    says: str
    cure: str = ""


@dataclass(frozen=True)
class Check:
    """One line of `riskhub doctor`; `fine` is None where nothing can be said now."""

    name: str
    fine: bool | None
    says: str
    cure: str = ""


def failed(name: str, fault: Exception, *, of_database: bool) -> Check:
    """Return the line of a check that raised `fault`; its text is left out unless it is ours, since it may hold data.

    Args:
        name: The check.
        fault: What it raised.
        of_database: Whether the check needs PostgreSQL; then a server that does not answer makes it unknown, not
            wrong, because the line about PostgreSQL reports it already.
    """
    if of_database and trouble_of(fault) == DATABASE:
        return Check(name, fine=None, says=sentence("doctor.unknown"), cure=sentence("doctor.unknown.cure"))
    if isinstance(fault, HubError):
        says = " ".join(part for part in (fault.what, fault.where and f"({fault.where})", fault.why) if part)
        return Check(name, fine=False, says=says, cure=fault.next_step or sentence("doctor.any.cure"))
    if isinstance(fault, OSError):
        says = ": ".join(str(part) for part in (fault.strerror or type(fault).__name__, fault.filename) if part)
        return Check(name, fine=False, says=says, cure=_cure_of(fault))
    if isinstance(fault, psycopg.Error):
        says = sentence("doctor.database", kind=type(fault).__name__)
        return Check(name, fine=False, says=says, cure=sentence("doctor.any.cure"))
    log.error("the check %s failed: %s", name, described(fault))
    says = sentence("doctor.check_failed", kind=type(fault).__name__)
    return Check(name, fine=False, says=says, cure=sentence("doctor.check_failed.cure"))


def _cure_of(fault: OSError) -> str:
    if fault.errno in DISK_FAULTS:
        return sentence("doctor.disk.cure")
    return sentence("doctor.write.cure" if fault.errno in NOT_ALLOWED else "doctor.any.cure")


def part_check(part: Part) -> Check:
    """Return the line about one part of the hub: its state with the evidence, and the cure where it needs one."""
    says = sentence(f"status.state.{part.state}") + sentence("doctor.because", why=sentence(part.says, **part.values))
    # Where somebody brings a PostgreSQL of their own, this one need not run; the line `warehouse` is about theirs.
    needed = part.name == postgres.NAME and settings().database_url is None
    if part.state is State.RUNS or (part.state is State.STOPPED and not needed):
        return Check(part.name, fine=True, says=says)
    own = part.name in (postgres.NAME, portal.NAME)
    log_file = settings().home / "logs" / (f"{part.name}.log" if own else f"airflow-{part.name}.log")
    cure = sentence(f"health.cure.{part.state}", log=log_file, **part.values)
    return Check(part.name, fine=False if part.broken or needed else None, says=says, cure=cure)
