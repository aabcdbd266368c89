"""Closed fields: opened for a purpose, with a trace that cannot be taken back; an agency sees its own in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from standards import standard
from standards.access import is_open
from tests.support.canary_rows import ALPHA, BETA, ZQ, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Session = Callable[[str], psycopg.Connection[Any]]

GRANT = """
insert into access.grant (subject, agency, record_type, purpose, sensitivity_max, basis, origin)
values (%s, %s, %s, %s, %s, 'agreement 7', 'test')
"""
OPEN = "select access.open(%s, %s, %s, %s, 'complaint 77')"
NUMBER = f"{ALPHA} source_record_no"
CASE = ("case_follow_up", ALPHA, "injury_case", NUMBER)
ROLES = (
    f"riskhub_agency_{ZQ}_alpha",
    f"{ZQ}_case_reader",
    f"{ZQ}_other_reader",
    f"{ZQ}_alpha_login",
    f"{ZQ}_beta_login",
)


@pytest.fixture(scope="module")
def owner(database: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection of the owner to a warehouse with a canary in every table, and the roles."""
    with psycopg.connect(database, autocommit=True) as conn:
        fill(conn)
        conn.execute(f"create role riskhub_agency_{ZQ}_alpha in role riskhub_agency")
        conn.execute(f"create role {ZQ}_alpha_login in role riskhub_agency_{ZQ}_alpha")
        conn.execute(f"create role {ZQ}_beta_login in role riskhub_agency")
        for reader in (f"{ZQ}_case_reader", f"{ZQ}_other_reader"):
            conn.execute(f"create role {reader} in role riskhub_analyst".encode())
        conn.execute(GRANT, [f"{ZQ}_case_reader", ALPHA, "injury_case", "case_follow_up", "personal"])
        conn.execute(GRANT, [f"{ZQ}_other_reader", ALPHA, "injury_case", "case_follow_up", "sensitive"])
        with pytest.raises(psycopg.errors.CheckViolation):  # nobody but the register says what is an agency's own
            conn.execute(GRANT, [f"riskhub_agency_{ZQ}_beta", ALPHA, "*", "own", "personal"])
        own = GRANT.replace("'test'", "'register'")
        conn.execute(own, [f"riskhub_agency_{ZQ}_alpha", ALPHA, "*", "own", "personal"])
        try:
            yield conn
        finally:
            for role in reversed(ROLES):
                conn.execute(f"drop role {role}".encode())


@pytest.fixture
def session(owner: psycopg.Connection[Any], database: str) -> Iterator[Session]:
    """Give a function from a role to a session of it."""
    opened: list[psycopg.Connection[Any]] = []
    assert owner

    def begin(role: str) -> psycopg.Connection[Any]:
        conn = psycopg.connect(database, autocommit=True)
        conn.execute(f"set session authorization {role}".encode())
        opened.append(conn)
        return conn

    yield begin
    for conn in opened:
        conn.close()


def number(conn: psycopg.Connection[Any]) -> int:
    (found,) = conn.execute(OPEN, CASE).fetchone() or (0,)
    return int(found)


def test_what_is_opened_is_read_and_leaves_a_trace(owner: psycopg.Connection[Any], session: Session) -> None:
    conn = session(f"{ZQ}_case_reader")
    told = conn.execute("select table_name, field, value from access.opened(%s)", [number(conn)]).fetchall()
    injury = standard().types["injury_case"]
    expected = {
        (table.name, field.name)
        for table in injury.tables.values()
        for field in table.fields.values()
        if not is_open(injury, field) and field.share != "none"
    }
    assert {(table, field) for table, field, _ in told} == expected
    assert ("injury_case", "narrative", f"{ALPHA} {ZQ}_closed narrative") in told
    trace = f"select distinct login, agency, purpose, reason, basis from access.use where login = '{ZQ}_case_reader'"
    assert owner.execute(trace).fetchall() == [
        (f"{ZQ}_case_reader", ALPHA, "case_follow_up", "complaint 77", "agreement 7"),
    ]


def test_a_grant_opens_up_to_its_class(session: Session) -> None:
    conn = session(f"{ZQ}_other_reader")
    fields = {f for (f,) in conn.execute("select field from access.opened(%s)", [number(conn)])}
    assert "narrative" in fields
    assert not fields & {"age_years", "sex_code", "person_token"}


def test_what_is_rolled_back_was_never_shown(session: Session) -> None:
    """Neither a transaction nor a savepoint lets values out and takes the trace back."""
    conn = session(f"{ZQ}_case_reader")
    read = "select count(*) from access.opened(%s)"
    conn.execute("begin")
    found = number(conn)
    conn.execute("savepoint s")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="commit first"):
        conn.execute(read, [found])
    conn.execute("rollback to s")
    conn.execute("savepoint s")
    inner = number(conn)
    conn.execute("rollback to s")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(read, [inner])
    conn.execute("rollback")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(read, [found])


def test_an_opening_is_of_one_session_and_ends(owner: psycopg.Connection[Any], session: Session) -> None:
    conn = session(f"{ZQ}_case_reader")
    found = number(conn)
    read = "select count(*) from access.opened(%s)"
    for role in (f"{ZQ}_case_reader", f"{ZQ}_other_reader"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session(role).execute(read, [found])
    assert conn.execute(read, [found]).fetchone() != (0,)
    owner.execute("update access.opening set valid_until = clock_timestamp() where opening_id = %s", [found])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="its time is over"):
        conn.execute(read, [found])


@pytest.mark.parametrize(
    "wrong",
    [
        ("research", ALPHA, "injury_case", NUMBER),
        ("analysis", ALPHA, "injury_case", NUMBER),  # what all analysts have shows rows and opens nothing
        ("case_follow_up", BETA, "injury_case", f"{BETA} source_record_no"),
        ("case_follow_up", ALPHA, "fire_incident", NUMBER),
        ("case_follow_up", ALPHA, "no_such_type", NUMBER),
        ("own", ALPHA, "injury_case", NUMBER),
    ],
)
def test_what_no_grant_covers_is_refused(session: Session, wrong: tuple[str, ...]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no grant"):
        session(f"{ZQ}_case_reader").execute(OPEN, wrong)


def test_a_record_that_is_not_there_and_a_reason_that_is_none(session: Session) -> None:
    conn = session(f"{ZQ}_case_reader")
    with pytest.raises(psycopg.errors.NoDataFound):
        conn.execute(OPEN, ("case_follow_up", ALPHA, "injury_case", "no such"))
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="a reason is needed"):
        conn.execute("select access.open(%s, %s, %s, %s, ' ')", CASE)


def test_nobody_alters_the_trace(session: Session) -> None:
    conn = session(f"{ZQ}_case_reader")
    number(conn)
    for change in (
        "delete from access.opening",
        "update access.opening set reason = ''",
        "insert into access.opening (login) values ('x')",
        "truncate access.opening",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(change.encode())


def test_an_agency_lists_who_used_its_fields(session: Session) -> None:
    number(session(f"{ZQ}_case_reader"))
    query = f"select login from access.use where field = 'injury_case.narrative' and login = '{ZQ}_case_reader'"
    assert session(f"{ZQ}_alpha_login").execute(query.encode()).fetchall()
    assert not session(f"{ZQ}_beta_login").execute(query.encode()).fetchall()
    assert not session(f"{ZQ}_other_reader").execute(query.encode()).fetchall()


OWN = "select c.relname from pg_class c where c.relnamespace = 'own'::regnamespace order by 1"


def test_an_agency_sees_its_own_in_full_and_nothing_of_others(owner: psycopg.Connection[Any], session: Session) -> None:
    views = [name for (name,) in owner.execute(OWN)]
    assert len(views) > 190
    mine, theirs = session(f"{ZQ}_alpha_login"), session(f"{ZQ}_beta_login")
    for name in views:
        if name != "quarantined_row":
            query = sql.SQL("select v::text from {} v").format(sql.Identifier("own", name))
            told = "".join(text for (text,) in mine.execute(query))
            assert f"{ZQ}_closed" in told or "," in told
            assert BETA not in told, name
            assert theirs.execute(query).fetchall() == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session(f"{ZQ}_case_reader").execute("select * from own.injury_case")
    barred = "select relname from pg_class where relnamespace = 'own'::regnamespace and relkind = 'v'"
    unsafe = " and not coalesce('security_barrier=true' = any(reloptions), false)"
    assert owner.execute((barred + unsafe).encode()).fetchall() == []
