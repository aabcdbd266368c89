"""A connection that is used again is as good as a new one, and is given up when the server has left it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pytest

from hub.errors import RetryLater
from hub.settings import settings
from warehouse import reused_connection
from warehouse.connection import connect, owner_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

pytestmark = pytest.mark.usefixtures("warehouse")


@pytest.fixture(autouse=True)
def none_waits() -> Iterator[None]:
    reused_connection.close_waiting()
    yield
    reused_connection.close_waiting()


def backend(conn: Connection[tuple[object, ...]]) -> int:
    return conn.info.backend_pid


def test_the_next_use_has_the_same_session() -> None:
    with connect() as conn:
        first = backend(conn)
    with connect() as conn, connect() as other:
        assert backend(conn) == first
        assert backend(other) != first


def test_nothing_of_the_use_before_is_left() -> None:
    with connect() as conn:
        first = backend(conn)
        usual = conn.execute("show lock_timeout").fetchone()
        conn.execute("set lock_timeout = '7s'")
        conn.execute("create temporary table mine (a int)")
        conn.commit()
        conn.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        conn.read_only = True
        conn.execute("select 1")
    with connect() as conn:
        assert backend(conn) == first
        assert conn.execute("show lock_timeout").fetchone() == usual
        assert conn.execute("show transaction_isolation").fetchone() == ("read committed",)
        assert conn.execute("show transaction_read_only").fetchone() == ("off",)
        assert conn.execute("select to_regclass('pg_temp.mine')").fetchone() == (None,)
        assert conn.execute("show timezone").fetchone() == ("UTC",)


def test_what_was_not_committed_is_rolled_back() -> None:
    conn = connect()
    conn.execute("insert into mart.applied_batch (mart, agency, feed, batch_id) values ('m', 'a', 'f', 'b')")
    conn.close()
    conn.close()  # twice is once
    with connect() as again, connect() as other:
        assert backend(again) != backend(other)
        assert again.execute("select count(*) from mart.applied_batch").fetchone() == (0,)


def test_one_in_the_middle_of_a_copy_is_closed() -> None:
    conn = connect()
    first = backend(conn)
    with suppress(psycopg.Error), conn.cursor().copy("copy (select 1) to stdout"):
        conn.close()
    with connect() as again:
        assert backend(again) != first


def test_one_that_the_server_has_ended_is_replaced() -> None:
    with connect() as conn:
        first = backend(conn)
    with connect(owner_url()) as owner:
        owner.execute("select pg_terminate_backend(%s, 5000)", [first])
    with connect() as conn:
        assert backend(conn) != first
        assert conn.execute("select 1").fetchone() == (1,)


def test_a_server_that_is_away_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with connect():
        pass
    monkeypatch.setenv("RISKHUB_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nowhere")
    settings.cache_clear()
    with pytest.raises(RetryLater):
        connect()


def test_no_more_wait_than_are_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [connect() for _ in range(reused_connection.MOST + 3)]
    for each in many:
        each.close()
    assert sum(not each.closed for each in many) == reused_connection.MOST
    monkeypatch.setattr(reused_connection, "LONGEST", -1.0)
    with connect():
        assert all(each.closed for each in many), "what has waited for too long is closed"


def test_a_forked_process_leaves_those_of_its_parent_alone() -> None:
    with connect() as conn:
        first = backend(conn)
    child = os.fork()
    if not child:
        try:
            with connect() as own:
                os._exit(0 if backend(own) != first else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with connect() as conn:
        assert backend(conn) == first
        assert conn.execute("select 1").fetchone() == (1,)
