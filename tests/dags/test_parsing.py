"""DAG files are cheap to parse, one source is one DAG, and a broken one hides no other."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import PROJECT
from mappings.catalogue import source_headers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Parse = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.airflow

STEPS = ["receive", "steps.map", "steps.validate", "load", "acknowledge", "done", "check"]
HEAVY = {"pyarrow", "pandas", "numpy", "duckdb", "psycopg", "great_expectations", "lxml", "jsonschema", "pipeline"}
FIRE = "agency: {agency}\nfeed: {feed}\ntitle: {{zh: 火灾, en: Fires}}\nrecord_type: fire_incident\n"
TIMED = """
import json, runpy, sys, time
import airflow.sdk, airflow.triggers.base, airflow.providers.standard.operators.empty
import airflow.providers.standard.operators.hitl
before = set(sys.modules)
began = time.process_time()  # of the processor: others may be at work beside us
runpy.run_path(sys.argv[1])
took = time.process_time() - began
print(json.dumps([took, sorted({name.partition(".")[0] for name in set(sys.modules) - before})]))
"""


def source(root: Path, name: str, text: str = FIRE) -> Path:
    agency, feed = name.split("/")
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "mapping.yml").write_text(text.format(agency=agency, feed=feed), "utf-8")
    return root


@pytest.mark.parametrize("name", ["intake.py", "recovery.py", "approval.py", "data_docs.py"])
def test_a_file_is_parsed_soon_and_loads_nothing_heavy(name: str, airflow: Path) -> None:
    assert airflow
    ran = subprocess.run(
        [sys.executable, "-c", TIMED, str(PROJECT / "dags" / name)], capture_output=True, text=True, check=True
    )
    seconds, modules = json.loads(ran.stdout.splitlines()[-1])
    assert seconds < 10
    assert not HEAVY & set(modules)


def test_every_source_of_the_project_is_a_dag(dags: Parse) -> None:
    known = source_headers()
    assert known
    assert [head.error for head in known if head.error] == []
    found = dags("intake.py")
    assert sorted(found) == sorted(f"intake__{head.agency}__{head.feed}" for head in known)
    for dag in found.values():
        assert dag.task_ids == STEPS
        assert dag.max_active_runs == 1
        assert dag.is_paused_upon_creation is False
        assert {task.retries for task in dag.tasks} == {5}


def test_a_broken_source_is_one_red_dag(dags: Parse, tmp_path: Path) -> None:
    source(tmp_path, "a/good")
    source(tmp_path, "b/no_yaml", "agency: [")
    source(tmp_path, "c/no_mapping", "only words")
    source(tmp_path, "d/strange name!")
    found = dags("intake.py", tmp_path)
    assert sorted(found) == [
        "intake__a__good",
        "intake__b__no_yaml",
        "intake__c__no_mapping",
        "intake__d__strange_name_",
    ]
    red = {dag_id for dag_id, dag in found.items() if dag.task_ids == ["mapping_does_not_load"]}
    assert red == {"intake__b__no_yaml", "intake__c__no_mapping"}
    assert "not a mapping of keys to values" in found["intake__c__no_mapping"].doc_md
    assert "broken" in found["intake__b__no_yaml"].tags


def test_two_sources_with_one_id_do_not_hide_the_others(dags: Parse, tmp_path: Path) -> None:
    found = dags("intake.py", source(tmp_path / "one", "a/x"), source(tmp_path / "two", "b/y"))
    assert sorted(found) == ["intake__a__x", "intake__b__y"]


def test_a_task_parses_its_own_dag_only(dags: Parse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source(tmp_path, "a/one")
    source(tmp_path, "a/two")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "intake__a__two")
    assert list(dags("intake.py", tmp_path)) == ["intake__a__two"]


def test_files_and_loads_are_assets(dags: Parse, tmp_path: Path) -> None:
    dag = dags("intake.py", source(tmp_path, "a/one"))["intake__a__one"]
    assert [asset.uri for asset in dag.timetable.asset_condition.objects] == ["hub://arrival/a/one"]
    assert [asset.uri for asset in dag.get_task("load").outlets] == ["hub://core/fire_incident"]
    assert [asset.uri for asset in dag.get_task("acknowledge").outlets] == ["hub://ledger/batches"], (
        "the Data Docs wait for it"
    )


def test_sweep_runs_at_the_start_and_every_five_minutes(dags: Parse) -> None:
    dag = dags("recovery.py")["sweep"]
    assert dag.timetable.timetable.expression == "*/5 * * * *"
    assert [asset.uri for asset in dag.timetable.asset_condition.objects] == ["hub://start/"]
