"""The environment that Airflow's components run in: every setting that differs from Airflow's own, with its reason."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.durable import write_private
from hub.settings import PROJECT
from stack import postgres
from stack.home import private_folder, secret
from stack.ports import HOST

if TYPE_CHECKING:
    from hub.settings import Settings

LOGIN = "admin"
LOGINS = {LOGIN: "admin", "duty": "user", "eye": "viewer"}  # of Airflow, with its roles: a user decides, a viewer looks
# Airflow's tasks load: they migrate nothing, ask nothing, and are no portal.
OF_PEOPLE = ("RISKHUB_OWNER_URL", "RISKHUB_ANALYST_URL", "RISKHUB_PORTAL_URL")
DATABASE = "airflow"
AT_ONCE = 6  # tasks
FETCHES = 3  # of those, at most: a task that asks a server mostly waits, and what hangs leaves the others half


def login_password(home: Path, login: str = LOGIN) -> str:
    """Return the password of one of `LOGINS`: made once, short enough to be typed."""
    return secret(home, "airflow.login" if login == LOGIN else f"airflow.login.{login}")[:12]


def database_url(home: Path, driver: str = "") -> str:
    """Return the URL of Airflow's own database, in the same server as the warehouse and closed to it."""
    server = postgres.url(home, DATABASE).partition("@")[2]
    return f"postgresql{driver}://{DATABASE}:{secret(home, 'airflow-database.password')}@{server}"


def environment(installation: Settings, port: int) -> dict[str, str]:
    """Return the whole environment of a component whose API server listens on `port`.

    Settings of another Airflow on this machine (AIRFLOW__...) are left out; connections and variables
    (AIRFLOW_CONN_..., AIRFLOW_VAR_...) are kept.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW__", "AIRFLOW_HOME", "AIRFLOW_CONFIG")) and name not in OF_PEOPLE
    }
    inherited["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)))
    return inherited | of_the_hub(installation) | _of_airflow(installation.home, port) | _quiet()


def of_the_hub(installation: Settings) -> dict[str, str]:
    """Return our settings, resolved: components do not run where the command did."""
    return {
        "RISKHUB_HOME": str(installation.home),
        "RISKHUB_EXCHANGE": str(installation.exchange),
        "RISKHUB_SOURCES": os.pathsep.join(str(folder) for folder in installation.sources),
        "RISKHUB_WORK_URL": installation.work_url,
        "RISKHUB_RAW_URL": installation.raw_url,
    }


def _of_airflow(home: Path, port: int) -> dict[str, str]:
    address = f"http://{HOST}:{port}"
    settings: dict[str, dict[str, Any]] = {
        "core": {
            "dags_folder": PROJECT / "dags",
            "plugins_folder": PROJECT / "dags" / "plugins",
            "load_examples": False,
            "dags_are_paused_at_creation": False,
            "executor": "LocalExecutor",
            "parallelism": AT_ONCE,
            "execution_api_server_url": f"{address}/execution/",
            "fernet_key": secret(home, "airflow-fernet.key"),
            "simple_auth_manager_users": ",".join(f"{login}:{role}" for login, role in LOGINS.items()),
            "simple_auth_manager_passwords_file": _passwords_file(home),
            "hostname_callable": "socket.gethostname",  # the default asks a name server
        },
        "database": {"sql_alchemy_conn": database_url(home, "+psycopg2")},
        "api": {
            "host": HOST,
            "port": port,
            "base_url": address,
            "workers": 1,
            "instance_name": "riskhub",
            "secret_key": secret(home, "airflow-api.key"),
        },
        "api_auth": {"jwt_secret": secret(home, "airflow-jwt.key")},
        "scheduler": {
            "scheduler_idle_sleep_time": 0.2,  # a step starts this much sooner; costs a few per cent of one core
            "orphaned_tasks_check_interval": 30,
            "task_instance_heartbeat_timeout": 120,  # a killed step is taken up after this, not after five minutes
        },
        # With the default of 5 a slot may stay taken for 5 seconds after its step has ended.
        "workers": {"min_heartbeat_interval": 1},
        "dag_processor": {
            "parsing_processes": 1,
            "min_file_process_interval": 30,
            "refresh_interval": 60,
        },
        "logging": {
            "base_log_folder": home / "logs" / "airflow",
            "dag_processor_child_process_log_directory": home / "logs" / "airflow" / "dag_processor",
            "colored_console_log": False,
            "file_task_handler_new_folder_permissions": "0o700",  # the defaults open them to the group and to all
            "file_task_handler_new_file_permissions": "0o600",
            # These two log the next run of every DAG at every parse.
            "namespace_levels": "airflow.models.dag=WARNING airflow.serialization.definitions.dag=WARNING",
        },
    }
    named = {
        f"AIRFLOW__{section.upper()}__{name.upper()}": str(value)
        for section, values in settings.items()
        for name, value in values.items()
    }
    return named | {"AIRFLOW_HOME": str(home / "airflow")}


def _quiet() -> dict[str, str]:
    """Return the settings that switch off telemetry, needless output, and setproctitle's hiding of the environment."""
    return {
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "SPT_NOENV": "1",
        "OPENBLAS_NUM_THREADS": "1",  # the scheduler forks: it must have no threads that a fork would lack
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _passwords_file(home: Path) -> Path:
    path = private_folder(home) / "airflow-logins.json"
    write_private(path, json.dumps({login: login_password(home, login) for login in LOGINS}).encode())
    return path
