"""Doctor: the faults that keep the hub from working, each with its cure.

The checks run side by side, each in a thread of its own and within one time limit.  A check that raises or never
returns is a finding about itself; the others report as usual.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox import reader
from hub.errors import HubError, RejectBatch
from hub.messages import sentence
from hub.personal import quoted
from hub.scratch import scratch
from hub.settings import FETCH_POOL, settings
from hub.zones import CHINA
from mappings.engine import find_sources, read_source
from stack import airflow, databases, environment, health
from stack.checks import Check, Found, failed, part_check
from stack.doctor_warehouse import logins, raw_store, waiting
from stack.file_modes import exchange, home_modes
from stack.home import make_home
from stack.time_limit import Begun
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST = 150_000  # PostgreSQL 15, as the server numbers itself
DISK = 2 << 30  # bytes below which a day's deliveries may not fit
INODES = 10_000
LONGEST = 20.0  # seconds for all checks together; they run side by side
MINUTE = 60.0
OF_DATABASE = ("raw store", "logins", "waiting batches", "airflow")  # checks that need PostgreSQL, besides its own
PROBE = b"number,day\n1,2026-01-02\n"


def diagnose(seconds: float = LONGEST) -> list[Check]:
    """Run every check and return one line for each, in the order of `CHECKS`, after `seconds` at most."""
    begun = {name: Begun(partial(_run, name, check)) for name, check in CHECKS.items()}
    end = time.monotonic() + seconds
    return [check for name, each in begun.items() for check in _collected(name, each, end)]


def _collected(name: str, begun: Begun[list[Check]], end: float) -> list[Check]:
    try:
        return begun.result(end - time.monotonic())
    except HubError:
        return [Check(name, fine=False, says=sentence("doctor.late"), cure=sentence("doctor.late.cure"))]


def _run(name: str, check: Callable[[], Found | list[Check]]) -> list[Check]:
    """Run one check; an exception becomes its finding."""
    try:
        found = check()
    except Exception as fault:  # noqa: BLE001 - a check that fails says so, with a cure, like all others
        return [failed(name, fault, of_database=name in OF_DATABASE)]
    if isinstance(found, list):
        return found
    return [Check(name, found.fine, found.says, "" if found.fine else found.cure)]


def _python() -> Found:
    return Found(sys.version_info >= (3, 11), sys.version.split()[0], sentence("doctor.python.cure"))


def _home() -> Found:
    home = settings().home
    make_home(home)
    with tempfile.NamedTemporaryFile(dir=home, prefix=".doctor-") as probe:
        probe.write(PROBE)
        probe.flush()
    return Found(fine=True, says=str(home))


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
        seen[device] = sentence("doctor.disk.free", name=name, free=f"{free / (1 << 30):.1f}")
        if free < DISK or (inodes.f_files and inodes.f_favail < INODES):
            short.append(name)
    return Found(not short, "; ".join(seen.values()), sentence("doctor.disk.cure"))


def _zones() -> Found:
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("s")), CHINA)
    except pa.ArrowInvalid:
        return Found(fine=False, says=sentence("doctor.zones.none"), cure="apt-get install tzdata")
    return Found(fine=True, says=sentence("doctor.zones.known"))


def _sources() -> Found:
    folders = find_sources(settings().sources)
    broken = []
    for folder in folders:
        try:
            read_source(folder)
        except HubError as fault:
            broken.append(f"{folder.parent.name}/{folder.name}: {fault.what}")
        except Exception as fault:  # noqa: BLE001 - one source must not hide the others
            broken.append(f"{folder.parent.name}/{folder.name}: {type(fault).__name__}")
    says = "; ".join(broken) if broken else sentence("doctor.sources.read", count=len(folders))
    return Found(not broken, says, sentence("doctor.sources.cure"))


def _reading() -> Found:
    """Read a small table in the process that parses deliveries."""
    with scratch("doctor") as folder:
        path = Path(folder) / "probe.csv"
        path.write_bytes(PROBE)
        try:
            with reader.read(path, {"kind": "csv", "encoding": "utf-8"}) as rows:
                read = sum(batch.num_rows for batch in rows)
        except RejectBatch as rejected:
            return Found(
                fine=False,
                says=sentence("doctor.reading.fails", why=str(rejected)),
                cure=sentence("doctor.reading.cure"),
            )
    return Found(read == 1, sentence("doctor.reading.reads"), sentence("doctor.reading.cure"))


def _store(url: str) -> Found:
    """Write into a store, read it back, and remove it."""
    system, root = fsspec.core.url_to_fs(url)
    if "://" not in url:
        Path(root).mkdir(parents=True, exist_ok=True, mode=0o700)
    probe = f"{root}/.doctor-{uuid.uuid4().hex}"
    try:
        system.pipe_file(probe, PROBE)
        same = system.cat_file(probe) == PROBE
    finally:
        with suppress(Exception):
            system.rm_file(probe)
    return Found(same, sentence("doctor.store.writes", place=root), sentence("doctor.store.cure"))


def _raw_store() -> Found:
    return _store(settings().raw_url)


def _work_store() -> Found:
    return _store(settings().work_url)


def _parts() -> list[Check]:
    """Look at PostgreSQL and Airflow's components as `riskhub up` has started them here."""
    return [part_check(part) for part in health.parts(settings().home)]


def _warehouse() -> Found:
    with connect() as conn:
        version = conn.info.server_version
        left = ledger.waiting(conn)
    says = sentence("doctor.warehouse", version=version // 10_000, waiting=len(left))
    return Found(version >= OLDEST, says, sentence("doctor.warehouse.cure"))


def _airflow() -> Found:
    """Look at the Airflow that `riskhub up` has started; one of your own is not looked at."""
    home = settings().home
    if not airflow.running(home):
        return Found(fine=True, says=sentence("doctor.airflow.elsewhere"))
    size = databases.fetch_pool_size(environment.database_url(home))
    says = sentence("doctor.pool" if size else "doctor.pool.none", pool=FETCH_POOL, slots=size)
    return Found(bool(size), says, sentence("doctor.pool.cure", pool=FETCH_POOL, slots=environment.FETCHES))


def _pages() -> Found:
    """Ask the API server that `riskhub up` has started whether it could import our plugins: one that fails hides."""
    home = settings().home
    if airflow.API not in airflow.running(home):
        return Found(fine=True, says=sentence("doctor.airflow.elsewhere"))
    try:
        faults = airflow.plugin_faults(home)
    except OSError:  # it hangs or refuses: the line about it says so
        return Found(None, sentence("doctor.pages.unknown"), sentence("doctor.pages.unknown.cure"))
    says = quoted("; ".join(faults)) or sentence("doctor.pages", address=airflow.pages_address(home))
    return Found(not faults, says, sentence("doctor.pages.cure"))


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
    "pages": _pages,
}
