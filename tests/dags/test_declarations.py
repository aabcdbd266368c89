"""What each DAG declares, compared whole: when it runs, how often at once, what it asks for, when its tasks run.

Every one of these is a promise to who schedules runs, and none of them fails on its own when it changes.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from hub.settings import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    Parse = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.airflow

SETTINGS = PROJECT / "dags" / "plugins" / "airflow_local_settings.py"
OPTIONAL = {"type": ["null", "string"]}
SWITCH = {"type": "boolean"}
MOMENT = {**OPTIONAL, "format": "date-time"}
SOURCE = "intake__hn_fire__incidents"


def declared(dag: Any) -> dict[str, Any]:
    """Return what a DAG declares of its runs."""
    timed = getattr(dag.timetable, "timetable", dag.timetable)
    return {
        "minutes": getattr(timed, "expression", None),
        "at_once": bool(getattr(timed, "run_immediately", False)),
        "assets": [asset.uri for asset in (getattr(dag.timetable, "asset_condition", None) or Nothing).objects],
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "paused": dag.is_paused_upon_creation,
        "timeout": dag.dagrun_timeout,
        "tags": sorted(dag.tags),
    }


class Nothing:
    """The assets of a DAG that none starts."""

    objects: tuple[Any, ...] = ()


def runs(dag: Any) -> dict[str, tuple[str, list[str], list[str]]]:
    """Return by task when it runs: the trigger rule, the tasks before it, and the assets that it tells of."""
    return {
        task.task_id: (
            str(task.trigger_rule.value),
            sorted(task.upstream_task_ids),
            [getattr(asset, "uri", None) or asset.name for asset in task.outlets],
        )
        for task in dag.tasks
    }


PLAIN = {"at_once": False, "max_active_runs": 1, "catchup": False, "paused": False, "timeout": None}
DECLARED: dict[tuple[str, str], tuple[dict[str, Any], dict[str, tuple[str, list[str], list[str]]]]] = {
    ("intake.py", SOURCE): (
        {
            "minutes": f"{crc32(b'hn_fire/incidents') % 30}-59/30 * * * *",
            "assets": ["hub://arrival/hn_fire/incidents"],
            "tags": ["hn_fire", "intake"],
        },
        {
            "receive": ("all_success", [], ["core"]),
            "steps.map": ("all_success", ["receive"], []),
            "steps.validate": ("all_success", ["steps.map"], []),
            "load": ("all_done_min_one_success", ["steps.validate"], ["hub://core/fire_incident"]),
            "acknowledge": ("all_done", ["load", "receive"], ["hub://ledger/batches"]),
            "done": ("all_success", ["acknowledge", "load", "steps.validate"], []),
            "check": ("all_success", [], []),
        },
    ),
    ("recovery.py", "sweep"): (
        {"minutes": "*/5 * * * *", "assets": ["hub://start/"], "tags": ["hub"]},
        {
            "sweep": ("all_success", [], ["core"]),
            "held": ("all_success", [], []),
            "ask": ("all_success", ["held", "sweep"], []),
        },
    ),
    ("approval.py", "hold"): (
        {"minutes": None, "assets": [], "tags": ["hold", "hub"], "max_active_runs": 50},
        {
            "describe": ("all_success", [], []),
            "ask": ("all_success", ["describe"], []),
            "decide": ("all_success", ["ask", "describe"], ["core", "hub://ledger/batches"]),
        },
    ),
    ("data_docs.py", "docs"): (
        {"minutes": "*/10 * * * *", "assets": ["hub://ledger/batches"], "tags": ["hub"]},
        {"build": ("all_success", [], [])},
    ),
    ("marts.py", "marts"): (
        {"minutes": "*/10 * * * *", "assets": ["hub://ledger/batches"], "tags": ["hub"]},
        {"refresh": ("all_success", [], [])},
    ),
    ("replay.py", "replay"): (
        {"minutes": None, "assets": [], "tags": ["hub", "repair"], "timeout": timedelta(days=1)},
        {
            "choose": ("all_success", [], []),
            "read_again": ("all_success", ["choose"], []),
            "add_events": ("all_done", ["choose", "read_again"], ["core", "hub://ledger/batches"]),
            "done": ("all_success", ["add_events", "read_again"], []),
        },
    ),
}
PARAMETERS: dict[str, dict[str, tuple[Any, dict[str, Any], str | None]]] = {
    "hold": {"batch": ("", {"type": "string", "title": "Batch"}, "the id of a held batch")},
    "replay": {
        "source": (None, {**OPTIONAL, "title": "Source"}, "agency/feed"),
        "batch": (None, {**OPTIONAL, "title": "Batches"}, "ids, separated by blanks"),
        "since": (None, {**MOMENT, "title": "Received at or after"}, None),
        "until": (None, {**MOMENT, "title": "Received before"}, None),
        "code": (None, {**OPTIONAL, "title": "Finding"}, "the last reading had it"),
        "changed": (False, {**SWITCH, "title": "All that another mapping or standard has read"}, None),
        "force": (False, {**SWITCH, "title": "Also where neither has changed"}, None),
        "dry_run": (True, {**SWITCH, "title": "Only name what would be read"}, None),
    },
}


@pytest.mark.parametrize(("file", "dag_id"), DECLARED)
def test_a_dag_declares_this_and_nothing_else(file: str, dag_id: str, dags: Parse) -> None:
    dag = dags(file)[dag_id]
    of_runs, of_tasks = DECLARED[file, dag_id]
    assert declared(dag) == PLAIN | of_runs
    assert runs(dag) == of_tasks
    found = {name: dag.params.get_param(name) for name in dag.params}
    assert {name: (each.value, each.schema, each.description) for name, each in found.items()} == PARAMETERS.get(
        dag_id, {}
    )


@pytest.mark.parametrize(("file", "dag_id"), DECLARED)
def test_every_task_is_tried_again_for_half_an_hour(file: str, dag_id: str, dags: Parse) -> None:
    for task in dags(file)[dag_id].tasks:
        assert task.retries == (50 if task.task_id == "decide" and dag_id == "hold" else 5)
        assert task.retry_delay == timedelta(seconds=5)
        assert task.retry_exponential_backoff == 2.0
        assert task.max_retry_delay == timedelta(minutes=5)
        assert task.max_active_tis_per_dagrun == (1 if task.task_id == "read_again" else None)
        assert [rule.exception for rule in task.retry_policy.rules] == [
            "hub.errors.FixTheHub",
            "hub.errors.WrongUsage",
        ]


def test_a_question_is_asked_again_every_ten_minutes(dags: Parse) -> None:
    ask = dags("approval.py")["hold"].get_task("ask")
    assert ask.response_timeout == timedelta(minutes=10)
    assert ask.options == ["Approve", "Reject"]


@pytest.mark.parametrize(("component", "loaded"), [("scheduler", True), ("triggerer", False), ("dag-processor", False)])
def test_only_the_scheduler_imports_what_steps_need(component: str, loaded: bool) -> None:  # noqa: FBT001 - a case
    code = f"import runpy, sys; sys.argv = ['airflow', {component!r}]; runpy.run_path({str(SETTINGS)!r});"
    code += "print(sorted(n for n in ('duckdb', 'pandas', 'pyarrow.parquet', 'psycopg', 'yaml') if n in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(["duckdb", "pandas", "psycopg", "pyarrow.parquet", "yaml"] if loaded else [])
