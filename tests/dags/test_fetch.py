"""Sources with a server: one task more, a connection of Airflow's, and a red run that still loads what came."""

from __future__ import annotations

import http.server
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from connectors.connection import Connection
from hub.errors import FixTheHub
from hub.settings import FETCH_POOL, settings
from tests.support.small_source import BARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Parse = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.airflow
MAPPING = BARE.replace("hn_small", "hn_away").replace(
    "{kind: folder, complete: rename}", "{kind: http, connection: away_api, path: /fires.csv}"
)
DAG_ID, ROWS = "intake__hn_away__fires", b"no,at\nF1,2026-05-01 10:00\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources" / "hn_away" / "fires"
    folder.mkdir(parents=True)
    (folder / "mapping.yml").write_text(MAPPING, "utf-8")
    (folder.parent / "agency.yml").write_text("name: {zh: 远方, en: Away}\nlanguage: en\n", "utf-8")
    return tmp_path / "sources"


@pytest.fixture
def server() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(ROWS)))
            self.end_headers()
            self.wfile.write(ROWS)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made.server_address[1]
    made.shutdown()
    made.server_close()


def states(run: Any) -> dict[str, str]:
    return {instance.task_id: str(instance.state) for instance in run.get_task_instances()}


def test_a_source_with_a_server_is_fetched_first(dags: Parse, sources: Path) -> None:
    dag = dags("intake.py", sources)[DAG_ID]
    assert dag.get_task("fetch").downstream_task_ids == {"receive", "fetched"}
    assert dag.get_task("fetch").execution_timeout.total_seconds() > settings().fetch_seconds
    assert dag.get_task("receive").trigger_rule == "all_done"
    assert {task.task_id for task in dag.tasks if task.pool == FETCH_POOL} == {"fetch"}


@pytest.mark.slow
@pytest.mark.usefixtures("warehouse")
def test_what_a_server_has_is_loaded(dags: Parse, sources: Path, server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWAY_API", f"http://127.0.0.1:{server}/http")
    run = dags("intake.py", sources)[DAG_ID].test()
    assert str(run.state) == "success"
    (path,) = (settings().exchange / "hn_away" / "fires" / "out").glob("*.receipt.json")
    assert json.loads(path.read_text("utf-8"))["counts"]["new"] == 1


@pytest.mark.slow
@pytest.mark.usefixtures("warehouse")
def test_a_server_that_cannot_be_asked_is_a_red_run_that_loads_what_is_here(dags: Parse, sources: Path) -> None:
    inbox = settings().exchange / "hn_away" / "fires" / "in"
    inbox.mkdir(parents=True)
    (inbox / "by hand.csv").write_bytes(ROWS)
    run = dags("intake.py", sources)[DAG_ID].test()
    assert str(run.state) == "failed"
    told = states(run)
    assert (told["fetch"], told["receive"], told["fetched"]) == ("failed", "success", "upstream_failed")
    assert list(inbox.with_name("out").glob("*.receipt.json"))


@pytest.mark.parametrize(
    "held",
    [
        {"conn_type": "sftp", "host": "h.example", "port": 2222, "login": "me", "password": "p@s/s:w?#ö"},
        {"conn_type": "http", "host": "https://h.example", "password": "t", "extra": {"headers": {"X": "y"}}},
        {"conn_type": "postgres", "host": "h", "login": "a", "password": "b", "schema": "db"},
        {"conn_type": "aws", "login": "AK", "password": "a/b+c=", "extra": {"endpoint_url": "http://127.0.0.1:1"}},
        {"conn_type": "sqlite", "host": "/tmp/a b.db"},  # noqa: S108 - not opened
    ],
)
def test_a_connection_arrives_as_it_was_entered(
    airflow: Path, held: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever form it was entered in: Airflow's URI of it is read as Airflow means it."""
    from airflow.sdk import Connection as OfAirflow  # noqa: PLC0415

    assert airflow
    entered = dict(held, extra=json.dumps(held.get("extra", {})))
    uri = OfAirflow(conn_id="theirs", **entered).get_uri()
    assert Connection.of("theirs", uri) == Connection.of("theirs", json.dumps(held))
    assert monkeypatch


def test_a_connection_that_nobody_made_is_told(airflow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Connection as OfAirflow  # noqa: PLC0415
    from airflow.sdk.exceptions import AirflowNotFoundException  # noqa: PLC0415

    from dags.connections import resolved  # noqa: PLC0415

    assert airflow

    def nothing(conn_id: str) -> None:
        raise AirflowNotFoundException(conn_id)

    monkeypatch.setattr(OfAirflow, "get", nothing)
    with pytest.raises(FixTheHub, match="There is no connection theirs"):
        resolved("theirs")
