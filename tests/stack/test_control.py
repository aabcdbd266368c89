"""The whole hub by `up` and `down`: a dropped file is answered, a killed part comes back, nothing outlives it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest

from cli.screen import FINE, guarded
from hub.i18n import say
from hub.settings import PROJECT, settings
from stack import airflow, control, databases, environment, ports, postgres, processes
from stack.doctor import diagnose
from tests.support.telling import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.airflow, pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(900)]

SOURCE = "hn_fire/incidents"
# `up` in a process of its own, which a signal can end at any moment.
UP = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from stack import control
control.up(lambda key, /, **values: print(key, flush=True))
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Give a home that the server's user can reach; the tests of this file use one hub, one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="riskhub-hub-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKHUB_HOME", str(folder))
        settings.cache_clear()
        yield folder
        control.down()
    settings.cache_clear()
    shutil.rmtree(folder)


@pytest.fixture
def hub(place: Path) -> dict[str, Any]:
    """Give the status of a hub that runs."""
    assert place
    return control.up()


def pids(status: dict[str, Any]) -> dict[str, int | None]:
    parts = status["airflow"]["components"]
    own = {name: status[name]["pid"] for name in ("postgres", "portal")}
    return own | {name: part["pid"] for name, part in parts.items()}


def ours(place: Path) -> list[psutil.Process]:
    server = postgres.running(place)
    return processes.leftovers(place) + ([server.process] if server else [])


def until(condition: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)
    return found


def test_up_starts_everything_and_says_so(place: Path) -> None:
    told = Told()
    status = control.up(told)
    assert status["postgres"]["running"]
    assert status["airflow"]["running"]
    assert {part["running"] for part in status["airflow"]["components"].values()} == {True}
    assert {part["healthy"] for part in status["airflow"]["components"].values()} == {True}
    assert told.keys[0] == "stack.postgres_creating"
    ready = [key for key in told.keys if key.endswith("_ready") and key != "stack.component_ready"]
    assert ready[-3:] == ["stack.airflow_ready", "stack.pages_ready", "stack.portal_ready"]
    assert told.keys[-1] == ready[-1]
    assert told.keys.count("stack.component_ready") == 5
    assert str(place) == status["home"]


def test_up_again_changes_nothing(hub: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    told = Told()
    began = time.monotonic()
    assert pids(control.up(told)) == pids(hub)
    assert time.monotonic() - began < 60
    assert told.steps == []
    assert guarded(["up"]) == FINE
    printed = capsys.readouterr().out
    assert say("next.now", "en") in printed
    assert hub["airflow"]["address"] in printed


def test_tasks_that_ask_servers_have_a_pool_of_their_own(hub: dict[str, Any], place: Path) -> None:
    """Without it Airflow would never schedule them; whoever gives it other slots keeps them."""
    assert hub
    url = environment.database_url(place)
    assert databases.fetch_pool_size(url) == environment.FETCHES
    for query, slots in (("delete from public.slot_pool where pool = 'fetch'", 0), ("", environment.FETCHES)):
        with psycopg.connect(url) as conn:
            conn.execute(query.encode())
        (check,) = [each for each in diagnose() if each.name == "airflow"]
        assert (check.fine, "airflow pools set fetch" in check.cure) == (slots > 0, slots == 0)
        databases.make_fetch_pool(url, environment.FETCHES)
    databases.make_fetch_pool(url, 99)
    assert databases.fetch_pool_size(url) == environment.FETCHES


def test_everything_listens_on_the_loopback_only(hub: dict[str, Any], place: Path) -> None:
    assert hub
    open_ports: set[tuple[str, int]] = set()
    for process in ours(place):
        with suppress(psutil.NoSuchProcess):  # a step that has ended meanwhile listens to nobody
            found = process.net_connections("inet")
            open_ports |= {(each.laddr.ip, each.laddr.port) for each in found if each.status == psutil.CONN_LISTEN}
    assert open_ports == {("127.0.0.1", port) for port in ports.remembered(place).values()}


def test_a_dropped_file_is_answered_without_anybody_touching_airflow(hub: dict[str, Any], place: Path) -> None:
    assert hub
    inbox = place / "exchange" / SOURCE / "in"
    assert inbox.is_dir(), "the exchange folders are there when the hub is up"
    sample = next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*"))
    shutil.copyfile(sample, inbox / ".fires.part")
    (inbox / ".fires.part").rename(inbox / f"fires{sample.suffix}")
    receipt = until(lambda: list(inbox.with_name("out").glob("*.receipt.json")), 120)[0]
    answered = json.loads(receipt.read_text("utf-8"))
    expected = json.loads((sample.parent / "expected.json").read_text("utf-8"))
    assert answered["counts"]["read"] == expected["rows"]
    page = place / "data-docs" / "index.html"  # made when batches have been answered, not every half hour
    until(lambda: page.exists() and answered["batch"] in page.read_text("utf-8"), 120)


def test_what_was_killed_comes_back_and_the_rest_is_replaced(hub: dict[str, Any], place: Path) -> None:
    for process in ours(place):
        if process.pid in {pids(hub)["scheduler"], pids(hub)["postgres"]}:
            process.kill()
    for part in ("postgres", "airflow"):
        until(lambda part=part: not control.status()[part]["running"], 30)  # type: ignore[misc]
    again = control.up()
    assert again["airflow"]["running"]
    assert not set(pids(hub).values()) & set(pids(again).values())
    assert len(processes.leftovers(place)) < 20, "nothing of the hub before is left"


def test_down_leaves_nothing_and_can_be_repeated(hub: dict[str, Any], place: Path) -> None:
    assert hub
    told = Told()
    control.down(told)
    assert told.keys == ["stack.stopping", "stack.stopped"]
    assert ours(place) == []
    assert all(ports.is_free(port) for port in ports.remembered(place).values())
    control.down()
    status = control.status()
    assert not status["postgres"]["running"]
    assert not status["airflow"]["running"]


@pytest.mark.parametrize("after", ["stack.warehouse", "stack.airflow_starting"])
def test_an_up_that_is_interrupted_leaves_nothing(after: str, place: Path) -> None:
    control.down()
    with start_up(place) as child:
        wait_for_line(child, after)
        child.send_signal(signal.SIGINT)
        assert child.wait(60) != 0
    assert ours(place) == []


@pytest.mark.parametrize("after", ["stack.postgres_ready", "stack.airflow_starting"])
def test_down_clears_what_a_killed_up_has_left(after: str, place: Path) -> None:
    control.down()
    with start_up(place) as child:
        wait_for_line(child, after)
        child.kill()
    assert ours(place)
    control.down()
    assert ours(place) == []
    assert airflow.running(place) == {}


def start_up(place: Path) -> subprocess.Popen[str]:
    env = os.environ | {"RISKHUB_HOME": str(place)}
    return subprocess.Popen([sys.executable, "-c", UP], env=env, stdout=subprocess.PIPE, text=True)


def wait_for_line(child: subprocess.Popen[str], line: str) -> None:
    assert child.stdout
    assert any(told.strip() == line for told in child.stdout), f"{line} was never told"
