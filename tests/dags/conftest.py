"""Airflow for tests: its own home and database, ready before anything imports it, in this process only."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import PROJECT, settings
from stack.home import secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def airflow() -> Iterator[Path]:
    """Give the home of an Airflow whose database is migrated; its settings are in the environment from here on."""
    assert "airflow" not in sys.modules, "Airflow reads its settings when it is first imported"
    home = Path(tempfile.mkdtemp(prefix="riskhub-airflow-"))
    logins = home / "logins.json"
    logins.write_text(json.dumps({"wang": "of-the-tests"}), "utf-8")
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "dags" / "plugins"),
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "AIRFLOW__CORE__FERNET_KEY": secret(home, "fernet.key"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "wang:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(logins),
        "AIRFLOW__API_AUTH__JWT_SECRET": secret(home, "jwt.key"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    yield home
    shutil.rmtree(home)


@pytest.fixture
def told(airflow: Path) -> Callable[[str], set[str]]:
    """Return a function that says of which assets a DAG has told."""
    assert airflow

    def of(dag_id: str) -> set[str]:
        from airflow.models.asset import AssetEvent  # noqa: PLC0415 - after the fixture `airflow`
        from airflow.utils.session import create_session  # noqa: PLC0415

        with create_session() as session:
            return {event.asset.uri for event in session.query(AssetEvent).filter_by(source_dag_id=dag_id)}

    return of


@pytest.fixture
def dags(airflow: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return a function that reads a file of `dags/`, for the source folders given, and returns its DAGs by id."""
    assert airflow

    def parse(name: str, *sources: Path) -> dict[str, Any]:
        from airflow.sdk import DAG  # noqa: PLC0415 - after the fixture `airflow`

        if sources:
            monkeypatch.setenv("RISKHUB_SOURCES", os.pathsep.join(map(str, sources)))
            settings.cache_clear()
        found = runpy.run_path(str(PROJECT / "dags" / name)).values()
        return {dag.dag_id: dag for dag in found if isinstance(dag, DAG)}

    return parse
