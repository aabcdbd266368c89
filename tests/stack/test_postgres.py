"""The embedded PostgreSQL: starts, is found, survives being killed, tells no data in its log."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest

from hub.errors import FixTheHub, RetryLater
from stack import binaries, ports, postgres
from stack.account import server_account
from tests.support.telling import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Give a home that the server's user can reach; the tests of this file use it one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="riskhub-postgres-"))
    folder.chmod(0o755)
    yield folder
    postgres.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def url(place: Path) -> str:
    return postgres.start(place)


def ask(url: str, query: str) -> Any:
    with psycopg.connect(url) as conn:
        row = conn.execute(query.encode()).fetchone()
    return row and row[0]


def do(url: str, statement: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute(statement.encode())


def test_it_runs_on_the_loopback_with_a_password(place: Path, url: str) -> None:
    server = postgres.running(place)
    assert server
    assert server.ready
    assert {c.laddr.ip for c in server.process.net_connections("tcp") if c.status == "LISTEN"} == {"127.0.0.1"}
    assert ask(url, "select current_setting('unix_socket_directories')") == ""
    assert ask(url, "select rolpassword from pg_authid where rolname = 'riskhub'").startswith("SCRAM-SHA-256$")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://riskhub:wrong@127.0.0.1:{server.port}/riskhub")
    if ROOT:
        account = server_account()
        assert account
        assert server.process.uids().effective == account.uid != 0


def test_passwords_of_the_hub_are_random_and_hashed_once(place: Path, url: str) -> None:
    loader = postgres.LOADER
    assert ask(url, f"select rolpassword from pg_authid where rolname = '{loader}'").startswith("SCRAM-SHA-256$1:")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.loader_url(place).replace(postgres.loader_password(place), "wrong"))
    with pytest.raises(
        psycopg.OperationalError, match="permission denied for database"
    ):  # it is let in, and no further
        psycopg.connect(postgres.loader_url(place))


def test_text_is_utf8_and_sorted_by_code_point(url: str) -> None:
    assert ask(url, "show server_encoding") == "UTF8"
    assert ask(url, "select lower('ÉCOLE') || upper('ß海')") == "écoleß海"
    assert ask(url, "select string_agg(x, '' order by x) from unnest(array['b','A','a','海','B']) x") == "ABab海"


def test_starting_again_finds_it(place: Path, url: str) -> None:
    first = postgres.running(place)
    assert first
    assert postgres.start(place) == url
    again = postgres.running(place)
    assert again
    assert again.process == first.process


def test_data_outlive_a_stop(place: Path, url: str) -> None:
    do(url, "create table kept as select 1 as n")
    assert postgres.stop(place)
    assert not postgres.stop(place)
    assert postgres.running(place) is None
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
    assert ask(postgres.start(place), "select n from kept") == 1


def test_what_was_committed_outlives_kill_9(place: Path, url: str) -> None:
    do(url, "create table killed as select 1 as n")
    unfinished = psycopg.connect(url)
    unfinished.execute("insert into killed values (2)")
    server = postgres.running(place)
    assert server
    server.process.send_signal(signal.SIGKILL)
    psutil.wait_procs([server.process], timeout=10)
    assert postgres.running(place) is None
    assert (place / "postgres" / "postmaster.pid").exists(), "the stale file is what a new start has to get over"
    assert ask(postgres.start(place), "select sum(n) from killed") == 1


def test_a_stale_number_that_another_process_has_now_is_no_hindrance(place: Path, url: str) -> None:
    postgres.stop(place)
    pid_file = place / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{place}/postgres\n{int(time.time())}\n5\n\n127.0.0.1\n 1 1\nready\n", "utf-8")
    assert postgres.running(place) is None
    assert ask(postgres.start(place), "select 1") == 1
    assert url


def test_a_port_taken_meanwhile_is_stepped_over(place: Path, url: str) -> None:
    postgres.stop(place)
    port = ports.remembered(place)["postgres"]
    told = Told()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        moved = postgres.start(place, on_progress=told)
    assert moved != url
    assert ask(moved, "select inet_server_port()") == ports.remembered(place)["postgres"] != port
    assert "stack.port_taken" in told.keys
    assert str(ports.remembered(place)["postgres"]) in postgres.psql(place)[1]


def test_its_log_tells_no_values(place: Path, url: str) -> None:
    do(url, "create table person (id text primary key)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        do(url, "insert into person values ('canary-110105'), ('canary-110105')")
    assert "canary-110105" not in (place / "logs" / "postgres.log").read_text("utf-8")


def test_serving_stops_only_what_it_has_started(place: Path, url: str) -> None:
    with postgres.serving(place) as served:
        assert served == url
    assert postgres.running(place)
    postgres.stop(place)
    with postgres.serving(place) as served:
        assert ask(served, "select 1") == 1
    assert postgres.running(place) is None


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="riskhub-half-"))
    folder.chmod(0o755)
    try:
        half = folder / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n", "ascii")  # initdb writes this early
        with postgres.serving(folder) as url:
            assert ask(url, "select 1") == 1
        assert not half.exists()
    finally:
        shutil.rmtree(folder)
    assert tmp_path


def test_before_the_first_start_there_is_no_address(home: Path) -> None:
    with pytest.raises(RetryLater, match="no database yet"):
        postgres.url(home)


@pytest.mark.skipif(not ROOT, reason="an ordinary user runs the server as himself")
def test_a_closed_home_stays_closed_and_the_data_are_linked(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "var"
    told = Told()
    postgres.start(home, on_progress=told)
    data = home / "postgres"
    try:
        assert closed.stat().st_mode & 0o777 == 0o700
        assert data.is_symlink()
        assert data.resolve() == dict(told.steps)["stack.postgres_moved"]["folder"]
        server = postgres.running(home)
        assert server
        assert server.ready
        postgres.stop(home)
        shutil.rmtree(data.resolve())
        with pytest.raises(FixTheHub, match="are gone"):
            postgres.start(home)
    finally:
        postgres.stop(home)
        shutil.rmtree(data.resolve(), ignore_errors=True)


@pytest.mark.skipif(not ROOT, reason="an ordinary user can read what he installs")
def test_programs_in_a_closed_folder_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = server_account()
    assert account
    monkeypatch.setattr(binaries, "OPEN_PLACE", Path(tempfile.mkdtemp(prefix="riskhub-open-")))
    binaries.OPEN_PLACE.chmod(0o755)
    wheel = binaries.programs("18", None).parent.parent
    closed = tmp_path / "site-packages"
    closed.mkdir(mode=0o700)
    (closed / wheel.name).symlink_to(wheel)
    monkeypatch.setattr(binaries, "_in_wheel", lambda _: closed / wheel.name / "pginstall18" / "bin")
    try:
        found = binaries.programs("18", account)
        assert binaries.OPEN_PLACE in found.parents
        assert account.can_enter(found)
        assert binaries.programs("18", account) == found
        assert sorted(path.name for path in binaries.OPEN_PLACE.iterdir()) == [found.parents[2].name]
    finally:
        shutil.rmtree(binaries.OPEN_PLACE)


def test_a_version_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(FixTheHub) as fault:
        binaries.programs("12", None)
    assert "RISKHUB_DATABASE_URL" in fault.value.next_step
