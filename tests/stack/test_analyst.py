"""An analyst's login: it looks at what was let in, with psql, pandas or SQLAlchemy, and cannot change anything."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pandas as pd
import psycopg
import pytest
import sqlalchemy

from stack import postgres
from stack.logins import migrate_login
from stack.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def login(home: Path) -> Iterator[str]:
    """Give the analyst's URL of a hub whose PostgreSQL runs."""
    home.chmod(0o755)
    with postgres.serving() as url:
        migrate(url)
        assert postgres.start() == url  # every start sets the logins anew
        yield postgres.analyst_url()


def test_analysts_look_and_do_not_touch(login: str) -> None:
    with psycopg.connect(login) as conn:
        assert conn.execute("select count(*) from mart.risk_event").fetchone() == (0,)
        assert conn.execute("select count(*) > 10000 from code.entry").fetchone() == (True,)
    for query in ("select * from quarantine.row", "select body from ledger.receipt", "delete from core.recall"):
        with psycopg.connect(login) as conn:
            conn.execute("set transaction read write")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(query.encode())
    engine = sqlalchemy.create_engine(sqlalchemy.make_url(login).set(drivername="postgresql+psycopg"))
    assert list(pd.read_sql("select record_type, event_at from risk_event", engine)) == ["record_type", "event_at"]
    told = subprocess.run([*postgres.psql(), "-Atc", "select current_user"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == postgres.ANALYST


def test_a_tool_that_connects_meets_what_the_page_says(login: str) -> None:
    """The facts of "BI tools" in docs/export.md, and of the last paragraph of docs/connecting.md."""
    facts = {
        "search_path": "mart, core, history, code, ledger",
        "TimeZone": "UTC",
        "statement_timeout": "5min",
        "default_transaction_read_only": "on",
        "ssl": "off",
        "listen_addresses": "127.0.0.1",
    }
    with psycopg.connect(login, autocommit=True) as conn:
        found = {name: conn.execute("select current_setting(%s)", [name]).fetchone() for name in facts}
        assert found == {name: (value,) for name, value in facts.items()}
        for closed in ("core.injury_case", "history.injury_case", "ledger.fetch_cursor"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"select * from {closed}".encode())
        schemas = "select schema_name from information_schema.schemata where schema_name !~ '^pg_|^information_schema$'"
        listed = {name for (name,) in conn.execute(schemas)}
        assert listed == {"access", "code", "core", "core_en", "core_zh", "history", "ledger", "mart"}
        open_to_all = """
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('mart', 'core_en', 'core_zh') and c.relkind in ('r', 'v', 'm') order by 1"""
        whole = [name for (name,) in conn.execute(open_to_all)]
        assert len(whole) > 300
        for name in whole:
            assert conn.execute(f"select * from {name} limit 0".encode()).description
    for mode in ("require", "verify-full"):
        with pytest.raises(psycopg.OperationalError, match="does not support SSL"):
            psycopg.connect(login, sslmode=mode).close()


def test_migrate_sets_a_login_anew_that_somebody_has_changed(login: str) -> None:
    with psycopg.connect(login, autocommit=True) as conn:
        conn.execute("set default_transaction_read_only = off")
        conn.execute("alter role analyst set search_path = nowhere")
        conn.execute("alter role analyst password 'another'")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(login).close()
    assert migrate_login()  # as `riskhub warehouse migrate` does, and as `riskhub sql` advises
    with psycopg.connect(login) as conn:
        assert conn.execute("show search_path").fetchone() != ("nowhere",)


def test_every_table_and_column_has_a_comment_in_both_languages(login: str) -> None:
    query = """select format('%s.%s.%s', n.nspname, c.relname, a.attname), col_description(c.oid, a.attnum)
               from pg_class c join pg_namespace n on n.oid = c.relnamespace
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               where n.nspname in ('core', 'mart') and c.relkind in ('r', 'v')"""
    with psycopg.connect(login) as conn:
        told = conn.execute(query.encode()).fetchall()
        tables = conn.execute(
            "select format('%s.%s', n.nspname, c.relname), obj_description(c.oid)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname in ('core', 'mart', 'history', 'code') and c.relkind in ('r', 'v')"
        ).fetchall()
    silent = [
        name for name, comment in [*told, *tables] if not comment or comment.isascii() or not comment[:1].isascii()
    ]
    assert len(told) > 300
    assert not silent
