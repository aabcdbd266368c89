"""What the login of the portal may do, tried with it: views of one agency, its own accounts, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hub.settings import settings
from tests.support.exchange import FIRE, drop
from warehouse.connection import connect, portal_url

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("warehouse")
# Every relation with the rights that the login has on any of its columns.
RIGHTS = """
select n.nspname || '.' || c.relname,
       array(select p from unnest(array['select', 'insert', 'update']) p where has_any_column_privilege(c.oid, p)
             union all
             select p from unnest(array['delete', 'truncate', 'trigger']) p where has_table_privilege(c.oid, p)
             order by 1)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema)'
"""
ALLOWED = {
    "portal.own_agency": ["select"],
    "portal.batch": ["select"],
    "portal.receipt": ["select"],
    "portal.quarantined_row": ["select"],
    "portal.account": ["select", "update"],
    "portal.one_time_link": ["delete", "select"],
    "portal.session": ["delete", "insert", "select", "update"],
    "portal.failure": ["delete", "insert", "select"],
}
FUNCTIONS = """
select p.oid::regprocedure::text
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname !~ '^(pg_|information_schema)' and has_function_privilege(p.oid, 'execute')
"""
CLOSED = (
    "select * from ledger.batch",
    "select * from quarantine.row",
    "select * from core.fire_incident",
    "select * from mart.feed_period",
    "select * from own.quarantined_row",
    "select * from mart.feed_month",
    "select * from mart.completeness",
    "select * from access.grant",
    "select * from access.opening",
    "select * from access.use",
    "insert into portal.account (login, agency, role) values ('me', 'hn_lab', 'admin')",
    "update portal.account set agency = 'hn_lab'",
    "update portal.account set role = 'admin'",
    "update portal.account set state = 'active'",
    "update portal.session set login = 'me'",
    "insert into portal.one_time_link (token_sha256, login, expires_at) values (repeat('a', 64), 'me', now())",
    "create table portal.t (a int)",
    "create temporary table t (a int)",
    "set role riskhub_loader",
    "alter role riskhub_portal superuser",
)


@pytest.fixture
def portal() -> Iterator[psycopg.Connection[Any]]:
    """Give a session of the portal's login."""
    with psycopg.connect(portal_url(), autocommit=True) as conn:
        yield conn


def test_the_login_has_these_rights_and_no_other(portal: psycopg.Connection[Any]) -> None:
    assert {name: rights for name, rights in portal.execute(RIGHTS.encode()).fetchall() if rights} == ALLOWED
    functions = {name for (name,) in portal.execute(FUNCTIONS.encode()).fetchall()}
    own = ("agency", "periods", "quality", "readers", "openings")
    assert functions == {f"portal.{name}()" for name in own}


@pytest.mark.parametrize("query", CLOSED)
def test_what_is_not_granted_is_refused(portal: psycopg.Connection[Any], query: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        portal.execute(query.encode())


def test_others_have_no_right_to_accounts() -> None:
    for url in (settings().analyst_url, settings().database_url):
        with psycopg.connect(str(url)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select password from portal.account")


@pytest.mark.parametrize(
    ("agency", "seen"), [(None, 0), ("", 0), ("hn_lab", 0), ("hn_fire", 1), ("hn_fire' or true --", 0)]
)
def test_views_give_the_rows_of_one_agency(portal: psycopg.Connection[Any], agency: str | None, seen: int) -> None:
    from pipeline.steps.runner import run  # noqa: PLC0415 - loads the hub

    drop(FIRE, "a.csv", "警情编号,接警时间\nA-1,\n".encode("gb18030"))
    run(FIRE)
    with connect() as conn:
        assert conn.execute("select count(*) from ledger.batch").fetchone() == (1,)
    with portal.transaction():
        if agency is not None:
            portal.execute("select set_config('portal.agency', %s, true)", [agency])
        for view in ("own_agency", "batch"):
            assert portal.execute(f"select count(*) from portal.{view}".encode()).fetchone() == (seen,)
        assert bool(portal.execute("select count(*) from portal.receipt").fetchone() != (0,)) is bool(seen)
        portal.execute("select * from portal.periods()")
    assert portal.execute("select count(*) from portal.batch").fetchone() == (0,), (
        "the setting ends with its transaction"
    )
