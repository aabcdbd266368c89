"""Doctor: what would keep the hub from working, each with its cure."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub import ledger
from hub.errors import HubError
from hub.settings import FETCH_POOL, settings
from mappings.engine import find_sources, read_source
from pipeline.doctor_warehouse import logins, raw_store, waiting
from pipeline.modes import exchange, home_modes
from pipeline.stack import airflow, databases, environment
from pipeline.stack.account import make_home
from pipeline.warehouse import connect

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST = 150_000  # PostgreSQL 15, as the server numbers itself
DISK = 2 << 30  # bytes below which a day's deliveries may not fit


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    fine: bool
    says: str
    cure: str = ""


def diagnose() -> list[Check]:
    """Look at everything and return what was found; a check that fails to run is a finding too."""
    return [_careful(name, look) for name, look in CHECKS.items()]


def _careful(name: str, look: Callable[[], tuple[bool, str, str]]) -> Check:
    try:
        fine, says, cure = look()
    except HubError as fault:
        return Check(name, fine=False, says=str(fault).replace("\n", "; "), cure=fault.next_step)
    except OSError as fault:
        return Check(name, fine=False, says=fault.strerror or type(fault).__name__)
    return Check(name, fine, says, cure if not fine else "")


def _python() -> tuple[bool, str, str]:
    return sys.version_info >= (3, 11), sys.version.split()[0], "Install Python 3.11 or newer."


def _home() -> tuple[bool, str, str]:
    home = settings().home
    make_home(home)
    return os.access(home, os.W_OK), str(home), "Give the hub's user the right to write there, or set RISKHUB_HOME."


def _disk() -> tuple[bool, str, str]:
    free = shutil.disk_usage(settings().home).free
    return free > DISK, f"{free / (1 << 30):.1f} GiB free", "Make room: below 2 GiB the hub may have to stop."


def _zones() -> tuple[bool, str, str]:
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("s")), "Asia/Shanghai")
    except pa.ArrowInvalid:
        return False, "the system has no time zones", "apt-get install tzdata"
    return True, "the system knows them", ""


def _sources() -> tuple[bool, str, str]:
    folders = find_sources(settings().sources)
    broken = []
    for folder in folders:
        try:
            read_source(folder)
        except HubError as fault:
            broken.append(f"{folder.parent.name}/{folder.name}: {fault.what}")
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others are looked at
            broken.append(f"{folder.parent.name}/{folder.name}: {type(fault).__name__}")
    says = "; ".join(broken) if broken else f"{len(folders)} sources can be read"
    return not broken, says, "Mend the mappings; their files wait untouched in their folders."


def _warehouse() -> tuple[bool, str, str]:
    with connect() as conn:
        version = conn.info.server_version
        waiting = ledger.waiting(conn)
    says = f"PostgreSQL {version // 10_000}, {len(waiting)} batches waiting"
    return version >= OLDEST, says, "Use PostgreSQL 15 or newer."


def _airflow() -> tuple[bool, str, str]:
    """Look at the Airflow that `riskhub up` has started; another one is for those to look at who run it."""
    home = settings().home
    if not airflow.running(home):
        return True, "does not run here", ""
    slots = databases.fetch_slots(environment.database_url(home))
    says = f"the pool {FETCH_POOL} " + ("is missing" if slots is None else f"has {slots} slots")
    return (
        bool(slots),
        says,
        f"airflow pools set {FETCH_POOL} {environment.FETCHES} 'asking servers'; `up` does it too.",
    )


CHECKS: dict[str, Callable[[], tuple[bool, str, str]]] = {
    "python": _python,
    "home": _home,
    "rights": home_modes,
    "exchange": exchange,
    "disk": _disk,
    "time zones": _zones,
    "sources": _sources,
    "warehouse": _warehouse,
    "logins": logins,
    "raw store": raw_store,
    "waiting batches": waiting,
    "airflow": _airflow,
}
