"""Roles and databases of the embedded server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from hub.errors import RetryLater
from hub.machine import DATABASE
from hub.messages import error_of
from hub.settings import FETCH_POOL
from warehouse.connection import address_of
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECTING = 10  # seconds
GONE = ("08", "57")  # SQLSTATE classes: the connection broke, the server is going down or has ended the statement


@contextmanager
def _session(url: str, seconds: int = 0, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """Give a session; with `seconds`, neither connecting nor a statement takes longer.

    Raises RetryLater, without the password and the server's text, when the server is gone or does not answer.
    """
    limit = f"-c statement_timeout={seconds * 1000}"
    try:
        with psycopg.connect(url, autocommit=autocommit, connect_timeout=seconds or CONNECTING, options=limit) as conn:
            yield conn
    except psycopg.OperationalError as fault:
        if fault.sqlstate and not fault.sqlstate.startswith(GONE):
            raise
        raise error_of(
            RetryLater, "postgres.no_answer", where=address_of(url), why=type(fault).__name__, trouble=DATABASE
        ) from None


def ping(url: str, seconds: int) -> None:
    """Have the server answer one statement; raise RetryLater when it does not within some `seconds`."""
    with _session(url, seconds) as conn:
        conn.execute(statement("stack/ping"))


def heartbeats(airflow: str, seconds: int) -> dict[str, float]:
    """Return how many seconds ago each kind of Airflow component has given a sign of life."""
    with _session(airflow, seconds) as conn:
        return {str(kind): float(age) for kind, age in conn.execute(statement("stack/heartbeats"))}


def ensure(server: str, database: str, owner: str | None = None, password: str | None = None) -> None:
    """Make `database`, owned by the role `owner` with that password, unless it is there; `server` is a URL."""
    with _session(server, autocommit=True) as conn:
        if owner and conn.execute(statement("stack/role_exists"), {"name": owner}).fetchone() is None:
            with conn.transaction():
                conn.execute(statement("stack/hash_quickly"))
                conn.execute(compose("stack/create_role", role=sql.Identifier(owner), password=sql.Literal(password)))
        if conn.execute(statement("stack/database_exists"), {"name": database}).fetchone() is None:
            name, holder = sql.Identifier(database), sql.Identifier(owner) if owner else sql.DEFAULT
            conn.execute(compose("stack/create_database", database=name, owner=holder))
            if owner:
                conn.execute(compose("stack/close_database", database=name))


def close_server(server: str, warehouse: str) -> None:
    """Revoke the right to connect, from all but the owner, for the default databases and the new warehouse."""
    with _session(server) as conn:
        conn.execute(compose("stack/close_server", warehouse=sql.Identifier(warehouse)))


def make_logins(server: str, passwords: Mapping[str, str], readers: Mapping[str, str], query_seconds: int) -> None:
    """Make logins, or reset the password and settings of existing ones; `migrate` grants their rights.

    Args:
        server: The owner's URL of the warehouse.
        passwords: The password of each login, by its name: random ones, which are hashed once.
        readers: Those of the logins that may only read, each with the role whose rights it has; other roles of readers
            are taken from it.
        query_seconds: Time limit of a reader's query; the reader can raise it.
    """
    with _session(server) as conn:
        conn.execute(statement("stack/create_analyst_role"))
        conn.execute(statement("stack/hash_quickly"))
        for name, password in passwords.items():
            role = {"role": sql.Identifier(name), "password": sql.Literal(password)}
            if conn.execute(statement("stack/role_exists"), {"name": name}).fetchone() is None:
                conn.execute(compose("stack/create_role", **role))
            conn.execute(compose("stack/reset_login", **role))
            if name in readers:
                parts = {"seconds": sql.Literal(f"{query_seconds}s"), "reader": sql.Identifier(readers[name])}
                for (other,) in conn.execute(statement("stack/roles_read_as"), {"name": name}).fetchall():
                    conn.execute(compose("stack/revoke_reader", role=role["role"], reader=sql.Identifier(other)))
                conn.execute(compose("stack/grant_reader", role=role["role"], **parts))


def end_dead_jobs(airflow: str) -> None:
    """Mark the jobs of Airflow components that were killed as failed, so that their tasks are taken up at once."""
    with _session(airflow) as conn:
        conn.execute(statement("stack/end_dead_jobs"))


def make_fetch_pool(airflow: str, size: int) -> None:
    """Make the pool of the tasks that ask servers, unless Airflow has it: without it they would never be scheduled."""
    with _session(airflow) as conn:
        conn.execute(statement("stack/create_fetch_pool"), {"pool": FETCH_POOL, "slots": size})


def fetch_pool_size(airflow: str) -> int | None:
    """Return the number of slots of the pool of fetches; None when the pool is missing."""
    with _session(airflow) as conn:
        row = conn.execute(statement("stack/fetch_slots"), {"pool": FETCH_POOL}).fetchone()
    return int(row[0]) if row else None


def schema_version(airflow: str) -> str | None:
    """Return the version of Airflow's tables in that database; None when there are none."""
    with _session(airflow) as conn:
        if conn.execute(statement("stack/has_airflow_tables")).fetchone() != (True,):
            return None
        row = conn.execute(statement("stack/airflow_schema_version")).fetchone()
    return str(row[0]) if row else None
