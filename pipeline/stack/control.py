"""Starting and stopping the whole hub: PostgreSQL, the warehouse's tables, Airflow."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hub.errors import HubError
from hub.settings import settings
from mappings.catalogue import heads
from pipeline.stack import airflow, environment, ports, postgres
from pipeline.stack.lock import only_one
from pipeline.stack.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.stack.progress import Progress


def up(on_progress: Progress = silent) -> dict[str, Any]:
    """Start what does not run yet and return the status.

    A hub that was killed is first cleared of what it left behind; one that is partly there is started anew.  When
    starting fails or is interrupted, nothing of it stays.  Raises HubError.
    """
    home = settings().home
    with only_one(home, on_progress):
        if len(airflow.running(home)) == len(airflow.COMPONENTS) and postgres.running(home):
            return status()
        try:
            _start(home, on_progress)
        except BaseException:
            _stop(home, patience=1.0)  # nothing has begun that would be worth waiting for
            raise
        return status()


def down(on_progress: Progress = silent) -> None:
    """Stop everything of this hub; nothing outlives this call.  Running it twice is harmless."""
    home = settings().home
    if not home.exists():
        return
    with only_one(home, on_progress):
        on_progress("stack.stopping")
        began = time.monotonic()
        _stop(home)
        on_progress("stack.stopped", seconds=round(time.monotonic() - began, 1))


def status() -> dict[str, Any]:
    """Return what runs: `postgres` {running, port, pid}, `airflow` {running, address, login, components}.

    `components` has `{running, pid, healthy}` per name; `healthy` is what the component itself last reported.
    """
    home = settings().home
    server, parts = postgres.running(home), airflow.running(home)
    told = airflow.health(home) if parts else {}
    return {
        "home": str(home),
        "postgres": {
            "running": server is not None,
            "port": server.port if server else None,
            "pid": server.process.pid if server else None,
        },
        "airflow": {
            "running": len(parts) == len(airflow.COMPONENTS),
            "address": airflow.address(home) if parts else None,
            "login": environment.LOGIN,
            "password": environment.login_password(home) if parts else None,
            "components": {name: _component(name, parts.get(name), told) for name in airflow.COMPONENTS},
        },
    }


def _component(name: str, process: Any, told: dict[str, Any]) -> dict[str, Any]:
    says = bool(told) if name == airflow.API else told.get(name.replace("-", "_"), {}).get("status") == "healthy"
    return {"running": process is not None, "pid": process.pid if process else None, "healthy": says}


def _start(home: Path, on_progress: Progress) -> None:
    from pipeline.exchange import exchange_folder  # noqa: PLC0415 - these load much; `down` and `status` do not
    from pipeline.warehouse import migrate  # noqa: PLC0415

    airflow.stop(home)
    postgres.start(home, on_progress=on_progress)
    with ports.free_port(home, "airflow", on_progress) as port:
        env = environment.environment(settings(), port)
        migration = airflow.begin_migration(home, env)
        on_progress("stack.warehouse")
        migrate()
        for head in heads():
            with suppress(HubError):  # its own DAG and `doctor` say what is wrong with it; the others start
                exchange_folder(head.name)  # a partner finds the place to put files, even before the first file
        if migration:
            on_progress("stack.airflow_database")
        airflow.finish_migration(home, migration)
        on_progress("stack.airflow_starting")
        airflow.start(home, env, on_progress)
        on_progress(
            "stack.airflow_ready",
            url=airflow.address(home),
            user=environment.LOGIN,
            password=environment.login_password(home),
        )


def _stop(home: Path, patience: float = airflow.STEP_PATIENCE) -> None:
    airflow.stop(home, patience)
    postgres.stop(home)
