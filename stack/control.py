"""Starting and stopping the whole hub: PostgreSQL, the warehouse's tables, Airflow, the portal."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypedDict

from hub.errors import HubError
from hub.messages import sentence
from hub.settings import settings
from mappings.catalogue import source_headers
from stack import airflow, environment, health, portal, ports, postgres
from stack.home import only_one, silent

if TYPE_CHECKING:
    from pathlib import Path

    from stack.home import Progress


class PartStatus(TypedDict):
    """How one part is, as `riskhub status --json` prints it."""

    running: bool  # its process lives
    pid: int | None
    healthy: bool | None  # None where it cannot be known
    state: str  # of `health.State`
    evidence: str  # in the language of the command line


class ServerStatus(PartStatus):
    """How the embedded PostgreSQL is."""

    port: int | None


class StaffLogin(TypedDict):
    """One of Airflow's logins, with its role there: an admin or a user decides, a viewer looks."""

    login: str
    role: str
    password: str


class AirflowStatus(TypedDict):
    """How Airflow is; addresses and password are None, and `logins` empty, while none of its components runs."""

    running: bool  # all components
    address: str | None
    pages: str | None  # address of the staff's pages
    login: str
    password: str | None
    logins: list[StaffLogin]
    components: dict[str, PartStatus]


class PortalStatus(PartStatus):
    """How the partners' portal is; the address is None while it does not run."""

    address: str | None


class StackStatus(TypedDict):
    """How the hub on this machine is; `broken` names the parts that should run and do not."""

    home: str
    postgres: ServerStatus
    airflow: AirflowStatus
    portal: PortalStatus
    broken: list[str]


def up(on_progress: Progress = silent) -> StackStatus:
    """Start what does not run yet and return the status; running it twice is harmless.

    What a killed hub has left behind is removed first; a hub that runs in part is started anew.  When starting fails or
    is interrupted, nothing keeps running.

    Raises:
        HubError: A part did not start, or the warehouse could not be migrated.
    """
    home = settings().home
    with only_one(home, on_progress):
        if all(part.healthy or part.state is health.State.STARTING for part in health.parts(home)):
            return status()
        try:
            _start(home, on_progress)
        except BaseException:
            _stop(home, seconds=1.0)  # nothing has begun that would be worth waiting for
            raise
        return status()


def down(on_progress: Progress = silent, *, seconds: float = airflow.STEP_SECONDS) -> None:
    """Stop everything of this hub; nothing outlives this call.  Running it twice is harmless.

    Args:
        on_progress: Is told what happens.
        seconds: How long steps that run may take to end; what is cut goes on at the next start.
    """
    home = settings().home
    if not home.exists():
        return
    with only_one(home, on_progress):
        on_progress("stack.stopping")
        began = time.monotonic()
        _stop(home, seconds)
        on_progress("stack.stopped", seconds=round(time.monotonic() - began, 1))


def status() -> StackStatus:
    """Return what of this hub runs, where, and by what evidence."""
    return described(health.parts(settings().home))


def logins_text(logins: list[StaffLogin]) -> str:
    """Return the logins with what they may do and their passwords, in one line."""
    parts = (sentence(f"stack.login.{each['role']}", **each) for each in logins if each["login"] != environment.LOGIN)
    return sentence("list.separator").join(parts)


def described(found: list[health.Part]) -> StackStatus:
    """Return the status that these parts make: what `health.parts` has found."""
    home = settings().home
    by_name = {part.name: _status_of(part) for part in found}
    server, partners = by_name.pop(postgres.NAME), by_name.pop(portal.NAME)
    lives = any(part["running"] for part in by_name.values())
    return {
        "home": str(home),
        "postgres": {**server, "port": ports.remembered(home).get(postgres.NAME) if server["running"] else None},
        "airflow": {
            "running": all(part["running"] for part in by_name.values()),
            "address": airflow.address(home) if lives else None,
            "pages": airflow.pages_address(home) if lives else None,
            "login": environment.LOGIN,
            "password": environment.login_password(home) if lives else None,
            "logins": _logins(home) if lives else [],
            "components": by_name,
        },
        "portal": {**partners, "address": portal.address(home) if partners["running"] else None},
        "broken": [part.name for part in found if part.broken],
    }


def _logins(home: Path) -> list[StaffLogin]:
    return [
        {"login": login, "role": role, "password": environment.login_password(home, login)}
        for login, role in environment.LOGINS.items()
    ]


def _status_of(part: health.Part) -> PartStatus:
    return {
        "running": part.pid is not None,
        "pid": part.pid,
        "healthy": part.healthy,
        "state": part.state.value,
        "evidence": sentence(part.says, **part.values),
    }


def _start(home: Path, on_progress: Progress) -> None:
    from connectors.inbox.exchange import exchange_folder  # noqa: PLC0415 - these load much; `down` and `status` do not
    from stack.migrate import migrate  # noqa: PLC0415

    postgres.wake(home)
    portal.stop(home)
    airflow.stop(home)
    if health.database(home).broken:
        postgres.stop(home)
    postgres.start(home, on_progress=on_progress)
    with ports.free_port(home, "airflow", on_progress) as port:
        env = environment.environment(settings(), port)
        migration = airflow.begin_migration(home, env)
        on_progress("stack.warehouse")
        migrate()
        for head in source_headers():
            with suppress(HubError):  # its own DAG and `doctor` say what is wrong with it; the others start
                exchange_folder(head.name)  # a partner finds the place to put files, even before the first file
        if migration:
            on_progress("stack.airflow_database")
        airflow.finish_migration(home, migration)
        on_progress("stack.airflow_starting")
        with portal.starting(home, on_progress):  # it needs none of Airflow's parts
            airflow.start(home, env, on_progress)
        on_progress(
            "stack.airflow_ready",
            url=airflow.address(home),
            user=environment.LOGIN,
            password=environment.login_password(home),
        )
        on_progress("stack.pages_ready", url=airflow.pages_address(home), logins=logins_text(_logins(home)))
    on_progress("stack.portal_ready", url=portal.address(home))


def _stop(home: Path, seconds: float = airflow.STEP_SECONDS) -> None:
    postgres.wake(home)
    portal.stop(home, min(seconds, 5.0))
    airflow.stop(home, seconds)
    postgres.stop(home)
