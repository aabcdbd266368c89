"""The question about a held batch in real DAG runs: answered through Airflow's own API, or on the command line."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from hub.settings import settings
from pipeline.review.hold import decide, put_on_hold
from pipeline.steps.runner import run
from tests.support.small_source import BARE
from warehouse.connection import connect
from warehouse.ledger import entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Parse = Callable[..., dict[str, Any]]
    Answer = Callable[[], Any]

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.usefixtures("warehouse"), pytest.mark.timeout(120)]

SOURCE = "hn_small/fires"
RUNS = "/api/v2/dags/hold/dagRuns"
MAPPING = BARE.replace("mode: upsert\n", "mode: upsert\nexpect: {rows: {min: 2}}\n")


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the id of a batch that waits: its feed expects two rows at least."""
    folder = tmp_path / "sources" / SOURCE
    folder.mkdir(parents=True)
    (folder / "mapping.yml").write_text(MAPPING, "utf-8")
    (folder.parent / "agency.yml").write_text("name: {zh: 小队, en: Small}\nlanguage: en\n", "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    inbox = settings().exchange / SOURCE / "in"
    inbox.mkdir(parents=True)
    (inbox / "one.csv").write_text("no,at\nF1,2026-05-01 10:00\n", "utf-8")
    (batch,) = run(SOURCE)
    return batch


@pytest.fixture(scope="module")
def api(airflow: Path) -> Iterator[Any]:
    """Give a client of Airflow's API, logged in as `wang`."""
    from airflow.api_fastapi.app import create_app  # noqa: PLC0415 - after the fixture `airflow`
    from fastapi.testclient import TestClient  # noqa: PLC0415

    assert airflow
    with TestClient(create_app(apps="core")) as client:
        login = {"username": "wang", "password": "of-the-tests"}
        token = client.post("/auth/token", json=login).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def questions(api: Any, batch: str) -> list[dict[str, Any]]:
    found = api.get(f"{RUNS}/~/hitlDetails", params={"limit": 100}).json()["hitl_details"]
    return [each for each in found if batch in each["subject"]]


def pending(api: Any, batch: str) -> list[dict[str, Any]]:
    """Return the questions that a person sees as open."""
    return [each for each in questions(api, batch) if each["task_instance"]["state"] in {"awaiting_input", "deferred"}]


def woken(question: dict[str, Any]) -> str:
    """Let the time of waiting be over, as the scheduler sees it; return what the task does then."""
    from airflow.jobs.job import Job  # noqa: PLC0415
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner  # noqa: PLC0415
    from airflow.models.taskinstance import TaskInstance  # noqa: PLC0415
    from airflow.sdk import timezone  # noqa: PLC0415
    from airflow.utils.session import create_session  # noqa: PLC0415

    ti_id = UUID(question["task_instance"]["id"])
    until(ti_id, {"awaiting_input"})
    with create_session() as session:
        session.get(TaskInstance, ti_id).trigger_timeout = timezone.utcnow()
    SchedulerJobRunner(job=Job()).check_awaiting_input_timeouts()
    return until(ti_id, {"awaiting_input", "success", "failed"})


def until(ti_id: UUID, states: set[str]) -> str:
    """Wait until the task is in one of the states, and return it."""
    from airflow.models.taskinstance import TaskInstance  # noqa: PLC0415
    from airflow.utils.session import create_session  # noqa: PLC0415

    end = time.monotonic() + 30
    while time.monotonic() < end:
        with create_session() as session:
            state = str(session.get(TaskInstance, ti_id).state)
        if state in states:
            return state
        time.sleep(0.02)
    raise AssertionError(f"{state}, not {states}")


def answered(dag: Any, api: Any, batch: str, answer: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Run the DAG; when its question is open, answer it.  Returns what `answer` gave and the states of the tasks."""
    told: dict[str, Any] = {}

    def person() -> None:
        end = time.monotonic() + 60
        while not (found := pending(api, batch)) and time.monotonic() < end:
            time.sleep(0.1)
        told["question"] = found[0]
        try:
            told["answer"] = answer(found[0])
            until(UUID(found[0]["task_instance"]["id"]), {"success"})
        finally:  # whatever went wrong, the run must end
            for each in pending(api, batch):
                choose(api, "Reject")(each)

    thread = threading.Thread(target=person)
    thread.start()
    run = dag.test(run_conf={"batch": batch})
    thread.join()
    states = {each.task_id: str(each.state) for each in run.get_task_instances()}
    return told | {"states": states, "run": run.run_id}


def choose(api: Any, option: str, comment: str = "") -> Callable[[dict[str, Any]], Any]:
    def answer(question: dict[str, Any]) -> Any:
        where = question["task_instance"]
        url = f"{RUNS}/{where['dag_run_id']}/taskInstances/ask/-1/hitlDetails"
        return api.patch(url, json={"chosen_options": [option], "params_input": {"comment": comment}})

    return answer


def ledger(warehouse: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(warehouse, row_factory=dict_row) as conn:
        return conn.execute(query.encode()).fetchall()


AUDIT = "select who, what, batch_id, at, detail->>'comment' as comment from ledger.audit where what like 'hold%'"
HOLD = "select decision, decided_by, decided_at, comment from ledger.hold"
ALL_GREEN = {"describe": "success", "ask": "success", "decide": "success"}


def test_approved_in_airflow_it_is_loaded(dags: Parse, held: str, api: Any, warehouse: str) -> None:
    told = answered(dags("approval.py")["hold"], api, held, choose(api, "Approve", "one fire only"))
    assert told["answer"].status_code == 200, told["answer"].text
    assert told["states"] == ALL_GREEN
    assert "unusual number of rows" in told["question"]["body"]
    assert told["question"]["options"] == ["Approve", "Reject"]
    assert ledger(warehouse, "select source_record_no from core.fire_incident") == [{"source_record_no": "F1"}]
    (line,) = ledger(warehouse, AUDIT)
    (hold,) = ledger(warehouse, HOLD)
    assert (line["who"], line["what"], line["batch_id"]) == ("wang", "hold approve", held)
    assert (hold["decided_by"], hold["comment"]) == ("wang", "one fire only")
    responded = told["answer"].json()["responded_at"]
    assert hold["decided_at"].isoformat()[:19] == responded[:19], "when the person answered, not when a worker came"


def test_rejected_in_airflow_its_sender_reads_why(dags: Parse, held: str, api: Any, warehouse: str) -> None:
    told = answered(dags("approval.py")["hold"], api, held, choose(api, "Reject", "half a day is missing"))
    assert told["states"] == ALL_GREEN
    assert ledger(warehouse, "select 1 as one from core.fire_incident") == []
    assert [line["state"] for line in ledger(warehouse, "select state from ledger.batch")] == ["rejected"]
    assert [(line["who"], line["what"], line["comment"]) for line in ledger(warehouse, AUDIT)] == [
        ("wang", "hold reject", "half a day is missing")
    ]
    receipt = json.loads((settings().exchange / SOURCE / "out" / f"{held}.receipt.json").read_text("utf-8"))
    assert "half a day is missing" in receipt["findings"][0]["message"]


def test_decided_on_the_command_line_the_question_closes(dags: Parse, held: str, api: Any, warehouse: str) -> None:
    def elsewhere(question: dict[str, Any]) -> list[str]:
        seen = [woken(question)]  # nothing has been decided: it waits on
        seen.append(str(len(pending(api, held))))
        decide(held, "reject", "li", "sent twice")
        return [*seen, woken(question)]

    told = answered(dags("approval.py")["hold"], api, held, elsewhere)
    assert told["answer"][:2] == ["awaiting_input", "1"]
    assert told["answer"][2] == "success"
    assert told["states"] == ALL_GREEN
    assert pending(api, held) == [], "nobody is asked any longer"
    assert [line["who"] for line in ledger(warehouse, AUDIT)] == ["li"]


def test_a_batch_that_was_decided_before_the_question_is_not_asked_about(
    dags: Parse, held: str, api: Any, warehouse: str
) -> None:
    decide(held, "approve", "li")
    run = dags("approval.py")["hold"].test(run_conf={"batch": held})
    assert {each.task_id: str(each.state) for each in run.get_task_instances()} == ALL_GREEN
    assert questions(api, held) == []
    assert len(ledger(warehouse, "select 1 as one from core.fire_incident")) == 1, "and it goes on"


def test_an_answer_that_chooses_nothing_decides_nothing(dags: Parse, held: str, api: Any, warehouse: str) -> None:
    operator = dags("approval.py")["hold"].get_task("ask")
    with pytest.raises(ValueError, match="neither"):
        operator.execute_complete({}, {"chosen_options": [], "params_input": {}})
    assert questions(api, held) == []
    assert [line["decision"] for line in ledger(warehouse, HOLD)] == [None]


def test_the_sweep_names_each_held_batch_once(dags: Parse, held: str) -> None:
    sweep = dags("recovery.py")["sweep"]
    name = sweep.get_task("held").python_callable
    (named,) = name()
    assert named["conf"] == {"batch": held}
    assert name() == [named], "who was asked is not asked again"
    assert sweep.get_task("ask").partial_kwargs["skip_when_already_exists"] is True
    decide(held, "approve", "li")
    assert name() == []
    with connect() as conn:  # as loading does that finds out more
        put_on_hold(conn, entry(conn, held), [])
    (again,) = name()
    assert again["conf"] == {"batch": held}
    assert again["trigger_run_id"] != named["trigger_run_id"], "a new reason is a new question"
