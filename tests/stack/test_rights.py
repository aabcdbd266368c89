"""What each login may do in the warehouse, tried with the logins themselves: analysts look, the loader writes rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cli.screen import FINE, WRONG, guarded
from hub.errors import FixTheHub, RetryLater, WrongUsage
from hub.settings import settings
from stack import analyst_query
from stack.doctor_warehouse import logins
from stack.logins import add_analyst, analysts, remove_analyst
from stack.migrate import migrate
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("warehouse")]

FREE = ("set default_transaction_read_only = off", "set session characteristics as transaction read write")
DENIED = (psycopg.errors.InsufficientPrivilege,)
# Whatever the session is set to, an analyst's login cannot do these.
CLOSED = (
    "select * from quarantine.row",
    "select body from ledger.receipt",
    "select * from ledger.audit",
    "select samples from ledger.finding",
    "select * from ledger.lock for update",
    "delete from core.fire_incident",
    "insert into core.fire_incident default values",
    "update ledger.batch set state = 'loaded'",
    "truncate core.fire_incident",
    "select * from core.fire_incident for update",
    "select * from ledger.source for share",
    "lock table core.fire_incident in row exclusive mode",
    "create temporary table t (a int)",
    "create table public.t (a int)",
    "create table mart.t (a int)",
    "create view mart.v as select 1",
    "create schema theirs",
    "create function mart.f() returns int language sql as 'select 1'",
    "do $$ begin perform 1; end $$",
    "copy (select 1) to program 'id'",
    "copy (select 1) to '/tmp/rights-of-an-analyst'",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('.')",
    "select lo_import('/etc/passwd')",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select pg_logical_emit_message(false, 'x', 'y')",
    "select pg_advisory_lock(1)",
    "select pg_try_advisory_lock(1)",
    "select pg_advisory_xact_lock_shared(1, 2)",
    "set role riskhub_loader",
    "set session authorization riskhub",
    "alter role analyst createrole",
    "alter role riskhub_loader password 'x'",
    "grant riskhub_loader to analyst",
    "select pg_reload_conf()",
    "select * from pg_authid",
)


def test_an_analyst_can_only_look() -> None:
    with psycopg.connect(str(settings().analyst_url), autocommit=True) as conn:
        for free in FREE:
            conn.execute(free.encode())
        assert [statement for statement in CLOSED if not _is_denied(conn, statement)] == []


def _is_denied(conn: psycopg.Connection[Any], statement: str) -> bool:
    try:
        with conn.transaction():
            conn.execute(statement.encode())
    except DENIED:
        return True
    except psycopg.Error as fault:
        pytest.fail(f"{statement}: {fault}")
    return False


def test_analysts_look_at_what_was_let_in() -> None:
    with psycopg.connect(str(settings().analyst_url)) as conn:
        assert conn.execute("select count(*) from mart.risk_event").fetchone() == (0,)
        assert conn.execute("select count(*) from history.fire_incident_as_of(now())").fetchone() == (0,)
        assert conn.execute("select count(*) from ledger.batch").fetchone() == (0,)


def test_an_analyst_comes_into_no_other_database() -> None:
    address = conninfo_to_dict(str(settings().analyst_url))
    for name in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(make_conninfo(**{**address, "dbname": name}))


def test_what_others_ask_is_not_shown() -> None:
    with connect() as loader, psycopg.connect(str(settings().analyst_url)) as conn:
        loader.execute("select 'what the hub asks'")
        seen = conn.execute("select query from pg_stat_activity where usename <> current_user").fetchall()
    assert seen
    assert not any("hub asks" in (text or "") for (text,) in seen)


# Each of these left the analyst's rights behind, or wrote, when the command was a superuser's session with `set role`.
ESCAPES = (
    "reset role; copy (select 1) to program 'touch /tmp/rights-of-an-analyst'",
    "reset session authorization; select * from quarantine.row",
    "commit; begin read write; delete from core.fire_incident",
    "select 1; select 2",
    "do $$ begin reset role; end $$",
    "select set_config('transaction_read_only', 'off', false), lo_create(0)",
    "select set_config('role', 'riskhub_loader', false)",
    "alter role analyst password 'mine'",
    "alter role analyst reset all",
    "create temporary table t as select 1",
    "begin; select 1",
    r"\! id",
    r"select 1 \g | id",
    "listen x; notify x",
    "prepare p as delete from core.fire_incident; execute p",
    "select * from quarantine.row",
)


def test_one_statement_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert [statement for statement in ESCAPES if guarded(["sql", "-c", statement]) != WRONG] == []
    assert "Traceback" not in capsys.readouterr().err


def test_what_changes_the_session_ends_with_it() -> None:
    for statement in ("reset role", "set statement_timeout = 0", "commit", "set transaction read write"):
        assert analyst_query.run_query(statement) == ([], [])
    names, rows = analyst_query.run_query(
        "select session_user, current_user, current_setting('transaction_read_only') as ro"
    )
    assert rows == [dict(zip(names, ("analyst", "analyst", "on"), strict=True))]


def test_a_query_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_QUERY_SECONDS", "1")
    settings.cache_clear()
    with pytest.raises(WrongUsage) as refused:
        analyst_query.run_query("select pg_sleep(30)")
    assert "RISKHUB_QUERY_SECONDS" in refused.value.next_step


def test_the_printed_line_has_no_password() -> None:
    line = analyst_query.psql()
    secret = conninfo_to_dict(str(settings().analyst_url))["password"]
    assert secret not in " ".join(line)
    assert analyst_query.psql_environment() == {"PGPASSWORD": secret}


# The loader owns nothing: whatever the hub does not do itself, its login cannot do either.
NOT_THE_HUBS = (
    "drop table core.fire_incident",
    "alter table core.fire_incident add column x int",
    "truncate core.fire_incident",
    "delete from ledger.batch",
    "delete from history.fire_incident",
    "update history.fire_incident set narrative = 'x'",
    "delete from quarantine.row",
    "update ledger.audit set who = 'x'",
    "delete from ledger.audit",
    "insert into ledger.migration values ('x', 'y')",
    "create table core.x (a int)",
    "create schema x",
    "alter table ledger.batch drop constraint every_row_is_accounted_for",
    "create role someone",
    "copy (select 1) to program 'id'",
    "set role riskhub",
    "set role riskhub_analyst",
)


def test_the_loader_writes_rows_and_owns_nothing() -> None:
    with connect() as conn:
        conn.autocommit = True
        assert [statement for statement in NOT_THE_HUBS if not _is_denied(conn, statement)] == []


def test_each_analyst_has_a_login_of_their_own(warehouse: str) -> None:
    name = f"an_{abs(hash(warehouse)) % 10**9}"
    try:
        url = add_analyst(name)
        with psycopg.connect(url) as conn:
            assert conn.execute("select count(*) from mart.risk_event").fetchone() == (0,)
            with pytest.raises(DENIED):
                conn.execute("select * from quarantine.row")
        again = add_analyst(name)
        assert again != url
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        conn = psycopg.connect(again)
        conn.execute("select 1")
        assert {"login": name, "sessions": 1} in [{k: row[k] for k in ("login", "sessions")} for row in analysts()]
        assert remove_analyst(name) == 1
        with pytest.raises(psycopg.OperationalError):
            conn.execute("select 1")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(again)
    finally:
        with psycopg.connect(warehouse) as owner:
            owner.execute(f"drop role if exists {name}".encode())


def test_no_other_role_becomes_an_analyst(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("riskhub", "riskhub_loader", "riskhub_analyst", "Bad Name", "x'; drop table y; --", ""):
        assert guarded(["analyst", "add", name]) == WRONG
        assert guarded(["analyst", "remove", name]) == WRONG
    assert "Traceback" not in capsys.readouterr().err


def test_doctor_says_who_works_as_whom(
    monkeypatch: pytest.MonkeyPatch, warehouse: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fine, says, _ = logins()
    assert (fine, says) == (True, "the hub works as riskhub_loader, `riskhub sql` as analyst"), says
    assert guarded(["analyst", "list", "--json"]) == FINE
    assert "analyst" in [row["login"] for row in json.loads(capsys.readouterr().out)]
    monkeypatch.setenv("RISKHUB_DATABASE_URL", warehouse)
    monkeypatch.setenv("RISKHUB_ANALYST_URL", warehouse)
    settings.cache_clear()
    fine, says, cure = logins()
    assert not fine
    assert says.count("is a superuser") == 2
    assert "RISKHUB_OWNER_URL" in cure


def test_with_the_owners_url_only_the_hub_makes_a_login_for_queries(
    monkeypatch: pytest.MonkeyPatch, warehouse: str, home: Path
) -> None:
    """What the other tests of this run use is set back at the end: the login belongs to the whole server."""
    analyst = conninfo_to_dict(str(settings().analyst_url))
    monkeypatch.setenv("RISKHUB_DATABASE_URL", warehouse)
    monkeypatch.delenv("RISKHUB_OWNER_URL")
    monkeypatch.delenv("RISKHUB_ANALYST_URL")
    settings.cache_clear()
    migrate()
    try:
        assert guarded(["warehouse", "migrate"]) == FINE
        assert analyst_query.run_query("select session_user as me") == (["me"], [{"me": "analyst"}])
        assert (home / "secrets" / "analyst.password").stat().st_mode & 0o077 == 0
    finally:
        with psycopg.connect(warehouse) as owner:
            told: dict[str, Any] = analyst
            owner.execute(psycopg.sql.SQL("alter role analyst password {}").format(told["password"]))


def test_a_loader_cannot_migrate_and_an_open_look_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, warehouse: str
) -> None:
    with pytest.raises(FixTheHub, match="may not change the warehouse") as fault:
        migrate(str(settings().database_url))
    assert "RISKHUB_OWNER_URL" in fault.value.next_step
    monkeypatch.setenv("RISKHUB_LOCK_SECONDS", "1")
    settings.cache_clear()
    with psycopg.connect(str(settings().analyst_url)) as analyst:
        analyst.execute("select * from mart.conflict")
        with pytest.raises(RetryLater) as waited:
            migrate(warehouse)
    assert waited.value.trouble == "locked"
    migrate(warehouse)
