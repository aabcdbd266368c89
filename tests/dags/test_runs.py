"""Real DAG runs, in this process, over the real pipeline and a real PostgreSQL."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hub.errors import FixTheHub, RetryLater
from hub.settings import PROJECT, settings
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Parse = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.usefixtures("warehouse")]

SOURCE = "hn_fire/incidents"
DAG_ID = "intake__hn_fire__incidents"


def drop(name: str, content: bytes | None = None, folder: str = "in") -> Path:
    """Put a file, the source's sample by default, into the exchange folder; return the `out` folder beside it."""
    inbox = settings().exchange / SOURCE / folder
    inbox.mkdir(parents=True, exist_ok=True)
    if content is None:
        content = next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*")).read_bytes()
    (inbox / f".{name}.part").write_bytes(content)
    (inbox / f".{name}.part").rename(inbox / name)
    return inbox.with_name("out")


def states(run: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for instance in run.get_task_instances():
        found.setdefault(instance.task_id, []).append(str(instance.state))
    return found


def receipts(out: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("*.receipt.json"))]


@pytest.fixture
def in_tasks(airflow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No delivery is small: each step is a task."""
    assert airflow
    from pipeline.steps import runner  # noqa: PLC0415 - after the fixture `airflow`

    monkeypatch.setattr(runner, "SMALL", 0)


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_file_becomes_rows_and_a_receipt(
    size: str, dags: Parse, warehouse: str, told: Callable[[str], set[str]], request: pytest.FixtureRequest
) -> None:
    if size == "large":
        request.getfixturevalue("in_tasks")
    out = drop("fires.csv")
    run = dags("intake.py")[DAG_ID].test()
    assert str(run.state) == "success"
    by_tasks = ["success" if size == "large" else "skipped"]
    assert states(run) == {
        "receive": ["success"],
        **dict.fromkeys(("steps.map", "steps.validate", "load", "acknowledge", "done"), by_tasks),
        "check": ["success"],
    }
    assert told(DAG_ID) == {"hub://core/fire_incident", "hub://ledger/batches"}
    (receipt,) = receipts(out)
    counts = receipt["counts"]
    assert receipt["state"] == "loaded"
    assert counts["read"] == sum(counts.values()) - counts["read"] > 0
    with psycopg.connect(warehouse) as conn:
        assert conn.execute("select count(*) from core.fire_incident").fetchone() == (counts["new"],)


@pytest.mark.usefixtures("in_tasks")
def test_many_files_are_one_group(dags: Parse) -> None:
    first = drop("fires.csv")
    for number in range(3):
        drop(f"broken{number}.csv", b"\x00\x01 not a table %d" % number)
    run = dags("intake.py")[DAG_ID].test()
    assert str(run.state) == "success", "a fault of the data is no fault of the run"
    assert [len(found) for found in states(run).values()] == [1, 1, 1, 1, 1, 1, 1]
    assert sorted(receipt["state"] for receipt in receipts(first)).count("rejected") == 3
    assert len(receipts(first)) == 4


@pytest.mark.usefixtures("in_tasks")
def test_what_comes_after_a_batch_that_waits_is_judged_and_loaded_after_it(
    dags: Parse, warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.steps import runner as running  # noqa: PLC0415 - after the fixture `dags`

    content = next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*")).read_bytes()
    for number in range(4):
        out = drop(f"{number}.csv", content.replace(b"2026-1", b"202%d-1" % number))
    full = {"1.csv"}  # by name: groups are mapped in any order

    def map_batch(batch_id: str) -> None:
        with connect() as conn:
            name = ledger.entry(conn, batch_id).file_name
        if name in full:
            raise RetryLater("The disk is full.", where="a test")
        ordinary(batch_id)

    ordinary = running.STEPS["map"]
    monkeypatch.setitem(running.STEPS, "map", map_batch)
    dag = dags("intake.py")[DAG_ID]
    monkeypatch.setitem(dag.get_task("receive").python_callable.__wrapped__.__globals__, "GROUP", 2)
    for task in dag.tasks:
        task.retries = 0
    run = dag.test()
    found = states(run)
    assert str(run.state) == "failed"
    assert (sorted(found["steps.map"]), found["load"]) == (["failed", "success"], ["failed"])
    assert not receipts(out)
    with psycopg.connect(warehouse) as conn:
        waiting = conn.execute("select state from ledger.batch order by batch_id").fetchall()
    assert waiting == [("mapped",), ("received",), ("validated",), ("validated",)]
    full.clear()  # the disk has room again
    run = dags("intake.py")[DAG_ID].test()
    assert str(run.state) == "success"
    assert [receipt["file"]["name"] for receipt in receipts(out)] == [f"{number}.csv" for number in range(4)]
    with psycopg.connect(warehouse) as conn:
        order = conn.execute("select batch_id from ledger.batch order by loaded_at").fetchall()
    assert order == sorted(order), "loaded as they came"


def test_a_file_whose_bytes_are_damaged_is_red_and_the_others_are_loaded(dags: Parse) -> None:
    from pipeline.intake.receive import receive_ready  # noqa: PLC0415 - after the fixture `dags`

    content = next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*")).read_bytes()
    drop("1.csv", content)
    receive_ready(SOURCE)
    (kept,) = (path for path in (settings().home / "raw").rglob("*") if path.is_file())
    kept.unlink()
    out = drop("2.csv", content.replace(b"2026-1", b"2025-1"))
    dag = dags("intake.py")[DAG_ID]
    for task in dag.tasks:
        task.retries = 0
    run = dag.test()
    found = states(run)
    assert str(run.state) == "failed"
    assert (found["steps.map"], found["load"], found["acknowledge"]) == (["success"], ["success"], ["failed"])
    assert [receipt["file"]["name"] for receipt in receipts(out)] == ["2.csv"]


def test_what_lies_in_check_is_answered_and_its_notice_goes(dags: Parse) -> None:
    inbox = settings().exchange / SOURCE / "check"
    (inbox / "a folder.csv").mkdir(parents=True)
    drop("one.csv", folder="check")
    out = inbox.with_name("out")
    dags("intake.py")[DAG_ID].test()
    assert len(list(out.glob("*.check.json"))) == 1
    assert (out / "check.notice.json").exists()
    (inbox / "a folder.csv").rmdir()
    dags("intake.py")[DAG_ID].test()
    assert not (out / "check.notice.json").exists(), "a look at an empty folder takes it away"


def test_small_files_after_a_large_one_wait_for_it(dags: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.intake.receive import receive_ready  # noqa: PLC0415 - after the fixture `dags`
    from pipeline.steps import runner  # noqa: PLC0415 - after the fixture `dags`

    content = next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*")).read_bytes()
    for name, body in (("1.csv", content + b"\n" * 100), ("2.csv", content)):
        out = drop(name, body)
        receive_ready(SOURCE)
    monkeypatch.setattr(runner, "SMALL", len(content) + 50)
    run = dags("intake.py")[DAG_ID].test()
    assert str(run.state) == "success"
    assert states(run)["steps.map"] == ["success"], "both, in one group"
    with connect() as conn:
        order = conn.execute("select batch_id from ledger.batch order by loaded_at").fetchall()
    assert len(order) == len(receipts(out)) == 2
    assert order == sorted(order), "loaded as they came"


def test_nothing_to_do_is_fine(dags: Parse, told: Callable[[str], set[str]]) -> None:
    run = dags("intake.py")["intake__hn_fire__investigations"].test()
    assert str(run.state) == "success"
    assert states(run)["receive"] == ["success"]
    assert set(states(run)["load"]) == {"skipped"}
    assert told("intake__hn_fire__investigations") == set(), "nobody is woken for a look that found nothing"


def test_a_mapping_that_does_not_load_is_a_red_run_and_loses_nothing(dags: Parse, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "mappings" / "sources" / "hn_fire", tmp_path / "sources" / "hn_fire")
    mapping = tmp_path / "sources" / SOURCE / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8") + "\nno_such_key: 1\n", "utf-8")
    out = drop("fires.csv")
    run = dags("intake.py", tmp_path / "sources")[DAG_ID].test()
    assert str(run.state) == "failed"
    assert (out.with_name("in") / "fires.csv").exists()


def test_a_red_dag_fails_saying_why(dags: Parse, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "mapping.yml").write_text("agency: [", "utf-8")
    run = dags("intake.py", tmp_path)["intake__a__b"].test()
    assert str(run.state) == "failed"
    told = capfd.readouterr()
    assert "The mapping of this source does not load" in told.out + told.err


def test_the_sweep_runs(dags: Parse) -> None:
    assert str(dags("recovery.py")["sweep"].test().state) == "success"


def test_the_docs_are_built_and_a_second_run_makes_nothing(dags: Parse) -> None:
    drop("fires.csv")
    dags("intake.py")[DAG_ID].test()
    made = [dags("data_docs.py")["docs"].test() for _ in range(2)]
    assert [str(run.state) for run in made] == ["success", "success"]
    assert [instance.xcom_pull(task_ids="build") for run in made for instance in run.get_task_instances()] == [2, 0]
    assert (settings().home / "data-docs" / "index.html").exists()


def test_a_replay_reads_again_what_a_mended_mapping_reads_otherwise(
    dags: Parse, tmp_path: Path, told: Callable[[str], set[str]]
) -> None:
    shutil.copytree(PROJECT / "mappings" / "sources" / "hn_fire", tmp_path / "sources" / "hn_fire")
    drop("fires.csv")
    dags("intake.py", tmp_path / "sources")[DAG_ID].test()
    with (tmp_path / "sources" / SOURCE / "crosswalks" / "cause.csv").open("a", encoding="utf-8") as crosswalk:
        crosswalk.write("从未见过的原因,other,\n")
    replays = dags("replay.py", tmp_path / "sources")["replay"]
    dry = replays.test(run_conf={"source": SOURCE})
    assert states(dry)["read_again"] == ["skipped"], "a dry run is what happens unless it is asked for"
    run = replays.test(run_conf={"source": SOURCE, "dry_run": False})
    assert states(run) == {name: ["success"] for name in ("choose", "read_again", "add_events", "done")}
    again = [receipt for receipt in receipts(settings().exchange / SOURCE / "out") if receipt["replay_of"]]
    assert [receipt["counts"]["new"] for receipt in again] == [0]
    assert told("replay") == told(DAG_ID) == {"hub://core/fire_incident", "hub://ledger/batches"}, (
        "whoever waits for the table hears of both"
    )


def test_a_replay_that_fails_has_told_what_it_had_loaded(dags: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    drop("one.csv")
    drop("two.csv", next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*")).read_bytes() + b"\r\n")
    dags("intake.py")[DAG_ID].test()
    from pipeline.steps import replay  # noqa: PLC0415 - heavy, as in the tasks
    from pipeline.steps import runner as run  # noqa: PLC0415 - heavy, as in the tasks

    load, calls = run.STEPS["load"], []

    def only_once(batch_id: str) -> None:
        calls.append(batch_id)
        if len(calls) > 1:
            raise FixTheHub("The second one fails.")
        load(batch_id)

    monkeypatch.setitem(run.STEPS, "load", only_once)
    failed = dags("replay.py")["replay"].test(run_conf={"source": SOURCE, "force": True, "dry_run": False})
    assert str(failed.state) == "failed"
    assert states(failed) == {
        "choose": ["success"], "read_again": ["failed"], "add_events": ["success"], "done": ["upstream_failed"],
    }  # fmt: skip
    from airflow.models.asset import AssetEvent  # noqa: PLC0415 - after the fixture `airflow`
    from airflow.utils.session import create_session  # noqa: PLC0415

    with create_session() as session:
        told = [each.asset.uri for each in session.query(AssetEvent).filter_by(source_run_id=failed.run_id)]
    assert sorted(told) == ["hub://core/fire_incident", "hub://ledger/batches"]
    assert list(replay.read_since(_origins(), failed.start_date)) == calls[:1]


def _origins() -> list[str]:
    return [receipt["batch"] for receipt in receipts(settings().exchange / SOURCE / "out") if not receipt["replay_of"]]
