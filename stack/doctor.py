"""Doctor: what would keep the hub from working, each with its cure.

Every check runs by itself, at the same time as the others, and within a time limit.  Whatever is raised inside of one,
or never comes back, is a finding about that one, and the others are told all the same.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
import psycopg
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox import reader
from hub.errors import HubError, RejectBatch, described
from hub.i18n import say
from hub.machine import DATABASE, trouble_of
from hub.scratch import scratch
from hub.settings import FETCH_POOL, settings
from mappings.engine import find_sources, read_source
from stack import airflow, databases, environment, health, postgres
from stack.account import make_home
from stack.doctor_warehouse import logins, raw_store, waiting
from stack.file_modes import exchange, home_modes
from stack.health import State
from stack.time_limit import Begun
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
OLDEST = 150_000  # PostgreSQL 15, as the server numbers itself
DISK = 2 << 30  # bytes below which a day's deliveries may not fit
INODES = 10_000
LONGEST = 20.0  # seconds for all checks together; they run side by side
MINUTE = 60.0
DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
ASKS = ("raw store", "logins", "waiting batches", "airflow")  # checks that ask PostgreSQL, besides the one about it
PROBE = b"number,day\n1,2026-01-02\n"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `fine` is None where nothing can be said about it now."""

    name: str
    fine: bool | None
    says: str
    cure: str = ""


Found = tuple[bool | None, str, str]


def diagnose(seconds: float = LONGEST) -> list[Check]:
    """Look at everything, for `seconds` at most, and return what was found."""
    begun = {name: Begun(partial(_look, name, look)) for name, look in CHECKS.items()}
    end = time.monotonic() + seconds
    return [check for name, each in begun.items() for check in _collected(name, each, end)]


def _collected(name: str, begun: Begun[list[Check]], end: float) -> list[Check]:
    try:
        return begun.result(end - time.monotonic())
    except HubError:
        return [Check(name, fine=False, says=_word("doctor.late"), cure=_word("doctor.late.cure"))]


def _look(name: str, look: Callable[[], Found | list[Check]]) -> list[Check]:
    """Run one check; whatever it raises is what it has found."""
    try:
        found = look()
    except Exception as fault:  # noqa: BLE001 - a check that fails says so, with a cure, like all others
        return [_failed(name, fault)]
    if isinstance(found, list):
        return found
    fine, says, cure = found
    return [Check(name, fine, says, "" if fine else cure)]


def _failed(name: str, fault: Exception) -> Check:
    """Return what a check says that could not be done; only the one about PostgreSQL tells that it does not answer."""
    if name in ASKS and trouble_of(fault) == DATABASE:
        return Check(name, fine=None, says=_word("doctor.unknown"), cure=_word("doctor.unknown.cure"))
    if isinstance(fault, HubError):
        says = " ".join(part for part in (fault.what, fault.where and f"({fault.where})", fault.why) if part)
        return Check(name, fine=False, says=says, cure=_cure(fault.next_step))
    if isinstance(fault, OSError):
        return Check(name, fine=False, says=_place(fault), cure=_cure_of(fault))
    if isinstance(fault, psycopg.Error):
        return Check(name, fine=False, says=_word("doctor.database", kind=type(fault).__name__), cure=_cure(""))
    log.error("the check %s failed: %s", name, described(fault))
    says = _word("doctor.check_failed", kind=type(fault).__name__)
    return Check(name, fine=False, says=says, cure=_word("doctor.check_failed.cure"))


def _word(key: str, **values: Any) -> str:
    return say(key, settings().language, **values)


def _cure(known: str) -> str:
    return known or _word("doctor.any.cure")


def _place(fault: OSError) -> str:
    return ": ".join(str(part) for part in (fault.strerror or type(fault).__name__, fault.filename) if part)


def _cure_of(fault: OSError) -> str:
    if fault.errno in DISK_FAULTS:
        return _word("doctor.disk.cure")
    return _word("doctor.write.cure" if fault.errno in NOT_ALLOWED else "doctor.any.cure")


def _python() -> Found:
    return sys.version_info >= (3, 11), sys.version.split()[0], _word("doctor.python.cure")


def _home() -> Found:
    home = settings().home
    make_home(home)
    with tempfile.NamedTemporaryFile(dir=home, prefix=".doctor-") as probe:
        probe.write(PROBE)
        probe.flush()
    return True, str(home), ""


def _disk() -> Found:
    """Look at each file system that the hub writes to."""
    named = {"home": settings().home, "exchange": settings().exchange, "postgres": settings().home / "postgres"}
    named |= {"temporary files": Path(tempfile.gettempdir())}
    for name, url in (("raw store", settings().raw_url), ("work store", settings().work_url)):
        if "://" not in url:
            named[name] = Path(url)
    seen: dict[int, str] = {}
    short = []
    for name, path in named.items():
        there = next((each for each in (path, *path.parents) if each.exists()), path)
        device = there.stat().st_dev
        if device in seen:
            continue
        free, inodes = shutil.disk_usage(there).free, os.statvfs(there)
        seen[device] = _word("doctor.disk.free", name=name, free=f"{free / (1 << 30):.1f}")
        if free < DISK or (inodes.f_files and inodes.f_favail < INODES):
            short.append(name)
    return not short, "; ".join(seen.values()), _word("doctor.disk.cure")


def _zones() -> Found:
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("s")), "Asia/Shanghai")
    except pa.ArrowInvalid:
        return False, _word("doctor.zones.none"), "apt-get install tzdata"
    return True, _word("doctor.zones.known"), ""


def _sources() -> Found:
    folders = find_sources(settings().sources)
    broken = []
    for folder in folders:
        try:
            read_source(folder)
        except HubError as fault:
            broken.append(f"{folder.parent.name}/{folder.name}: {fault.what}")
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others are looked at
            broken.append(f"{folder.parent.name}/{folder.name}: {type(fault).__name__}")
    says = "; ".join(broken) if broken else _word("doctor.sources.read", count=len(folders))
    return not broken, says, _word("doctor.sources.cure")


def _reading() -> Found:
    """Have the process that parses what partners send read a small table."""
    with scratch("doctor") as folder:
        path = Path(folder) / "probe.csv"
        path.write_bytes(PROBE)
        try:
            with reader.read(path, {"kind": "csv", "encoding": "utf-8"}) as rows:
                read = sum(batch.num_rows for batch in rows)
        except RejectBatch as rejected:
            return False, _word("doctor.reading.fails", why=str(rejected)), _word("doctor.reading.cure")
    return read == 1, _word("doctor.reading.reads"), _word("doctor.reading.cure")


def _store(url: str) -> Found:
    """Write into a store, read it back, and remove it."""
    system, root = fsspec.core.url_to_fs(url)
    if "://" not in url:
        Path(root).mkdir(parents=True, exist_ok=True, mode=0o700)
    probe = f"{root}/.doctor-{uuid.uuid4().hex}"
    try:
        system.pipe_file(probe, PROBE)
        kept = system.cat_file(probe) == PROBE
    finally:
        with suppress(Exception):
            system.rm_file(probe)
    return kept, _word("doctor.store.writes", place=root), _word("doctor.store.cure")


def _raw_store() -> Found:
    return _store(settings().raw_url)


def _work_store() -> Found:
    return _store(settings().work_url)


def _parts() -> list[Check]:
    """Look at PostgreSQL and Airflow's components as `riskhub up` has started them here."""
    return [part_check(part) for part in health.parts(settings().home)]


def part_check(part: health.Part) -> Check:
    """Return what there is to say of one part, and its cure."""
    says = _word(f"status.state.{part.state}") + _word("doctor.because", why=_word(part.says, **part.values))
    # Where somebody brings a PostgreSQL of their own, this one need not run; the line `warehouse` is about theirs.
    needed = part.name == postgres.NAME and settings().database_url is None
    if part.state is State.RUNS or (part.state is State.STOPPED and not needed):
        return Check(part.name, fine=True, says=says)
    log_file = settings().home / "logs" / ("postgres.log" if part.name == postgres.NAME else f"airflow-{part.name}.log")
    cure = _word(f"health.cure.{part.state}", log=log_file, **part.values)
    return Check(part.name, fine=False if part.broken or needed else None, says=says, cure=cure)


def _warehouse() -> Found:
    with connect() as conn:
        version = conn.info.server_version
        left = ledger.waiting(conn)
    says = _word("doctor.warehouse", version=version // 10_000, waiting=len(left))
    return version >= OLDEST, says, _word("doctor.warehouse.cure")


def _airflow() -> Found:
    """Look at the Airflow that `riskhub up` has started; another one is for those to look at who run it."""
    home = settings().home
    if not airflow.running(home):
        return True, _word("doctor.airflow.elsewhere"), ""
    slots = databases.fetch_slots(environment.database_url(home))
    says = _word("doctor.pool" if slots else "doctor.pool.none", pool=FETCH_POOL, slots=slots)
    return bool(slots), says, _word("doctor.pool.cure", pool=FETCH_POOL, slots=environment.FETCHES)


CHECKS: dict[str, Callable[[], Found | list[Check]]] = {
    "python": _python,
    "home": _home,
    "rights": home_modes,
    "exchange": exchange,
    "disk": _disk,
    "time zones": _zones,
    "sources": _sources,
    "reading": _reading,
    "raw writes": _raw_store,
    "raw store": raw_store,
    "work store": _work_store,
    "parts": _parts,
    "warehouse": _warehouse,
    "logins": logins,
    "waiting batches": waiting,
    "airflow": _airflow,
}
