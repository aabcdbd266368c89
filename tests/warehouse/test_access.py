"""Who reads what: a row of two agencies in every table, read by every kind of role in every way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql

from standards import standard
from standards.access import open_columns
from tests.support.canary_rows import ALPHA, BETA, CLOSED, ZQ, fill
from warehouse.statements import file_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DENIED = psycopg.errors.InsufficientPrivilege
SEEN = ("core", "history", "mart", "ledger")
GRANT = """
insert into access.grant (subject, agency, record_type, purpose, sensitivity_max, valid_from, valid_to, basis, origin)
values (%s, %s, %s, 'supervision', %s, %s, %s, 'an agreement', 'test')
"""


class Reader(NamedTuple):
    """A role and the agencies whose rows it may see, of the record types named; None: of all."""

    role: str
    group: str
    sees: frozenset[str]
    types: frozenset[str] | None = None


READERS = {
    "analyst": Reader(f"{ZQ}_analyst", "riskhub_analyst", frozenset({ALPHA, BETA})),
    "own": Reader(f"{ZQ}_of_alpha", f"riskhub_agency_{ZQ}_alpha", frozenset({ALPHA})),
    "shared": Reader(f"{ZQ}_of_beta", "riskhub_agency", frozenset({ALPHA}), frozenset({"recall", "injury_case"})),
    "stranger": Reader(f"{ZQ}_stranger", "riskhub_agency", frozenset()),
}


@pytest.fixture(scope="module")
def rows(database: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection of the owner to a warehouse with a canary in every table, and the roles."""
    with psycopg.connect(database, autocommit=True) as conn:
        assert fill(conn) > 600
        made = [f"riskhub_agency_{ZQ}_alpha", *(each.role for each in READERS.values())]
        conn.execute(f"create role riskhub_agency_{ZQ}_alpha in role riskhub_agency")
        for each in READERS.values():
            conn.execute(f"create role {each.role} in role {each.group}".encode())
        conn.execute(GRANT, [f"riskhub_agency_{ZQ}_alpha", ALPHA, "*", "personal", None, None])
        conn.execute(GRANT, [f"{ZQ}_of_beta", ALPHA, "recall", "public", "2020-01-01", None])
        conn.execute(GRANT, [f"{ZQ}_of_beta", ALPHA, "injury_case", "sensitive", "2020-01-01", None])
        conn.execute(
            GRANT, [f"{ZQ}_of_beta", ALPHA, "case_transfer", "internal", "2020-01-01", None]
        )  # below its class
        conn.execute(GRANT, [f"{ZQ}_of_beta", ALPHA, "complaint", "personal", "2020-01-01", "2021-01-01"])  # is over
        conn.execute(GRANT, [f"{ZQ}_of_beta", ALPHA, "penalty", "personal", "2999-01-01", None])  # is to come
        try:
            yield conn
        finally:
            conn.execute("reset session authorization")
            for role in reversed(made):
                conn.execute(f"drop role {role}".encode())


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, rows: psycopg.Connection[Any]) -> Iterator[Reader]:
    """Give a reader; the connection asks as it."""
    found = READERS[request.param]
    rows.execute(f"set session authorization {found.role}".encode())
    try:
        yield found
    finally:
        rows.execute("reset session authorization")


OBJECTS = """
select n.nspname, c.relname,
       (select min(f.record_type) from access.field f
        where f.table_name = c.relname and n.nspname in ('core', 'history')),
       (select array_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and has_column_privilege(c.oid, a.attnum, 'select')),
       (select array_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and not has_column_privilege(c.oid, a.attnum, 'select'))
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = any(%s) and has_schema_privilege(n.oid, 'usage')
where c.relkind in ('r', 'p', 'v', 'm')
order by 1, 2
"""


class Told:
    """What a session is told: rows, errors and notices, as one text."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.texts: list[str] = []
        conn.add_notice_handler(self._note)

    def _note(self, notice: psycopg.errors.Diagnostic) -> None:
        self.texts.append(str(notice.message_primary))

    def ask(self, query: sql.Composable) -> str:
        """Run a query and return all that it tells."""
        before = len(self.texts)
        try:
            if query.as_string().startswith("copy"):
                with self.conn.cursor().copy(query) as copy:
                    self.texts += [bytes(block).decode() for block in copy]
            else:
                self.texts += [str(row) for row in self.conn.execute(query).fetchall()]
        except psycopg.Error as fault:
            diag = fault.diag
            self.texts += [str(fault), str(diag.message_detail), str(diag.context)]
        return "\n".join(self.texts[before:])


def leaks(reader: Reader, record_type: str | None, told: str) -> list[str]:
    """Return what the text tells that the reader may not see."""
    may = reader.sees if record_type is None or reader.types is None or record_type in reader.types else frozenset()
    return [each for each in (ALPHA, BETA) if each not in may and each in told] + [CLOSED] * (CLOSED in told)


def ways(place: sql.Identifier, opened: list[str], closed: list[str]) -> Iterator[sql.Composed]:
    """Yield every way to look at a table: each may tell no more than the plain one."""
    columns = sql.SQL(", ").join(map(sql.Identifier, opened))
    yield sql.SQL("copy (select {} from {}) to stdout").format(columns, place)
    yield sql.SQL("select * from {}").format(place)
    yield sql.SQL("select t from {} t").format(place)
    yield sql.SQL("copy {} to stdout").format(place)
    yield sql.SQL("explain (analyze, verbose, costs off, timing off, summary off) select {} from {}").format(
        columns, place
    )
    yield sql.SQL("table {}").format(place)
    for column in opened[:4]:  # an error may quote a value of a row that is not shown
        yield sql.SQL("select 1 from {} where {}::text::int = 1").format(place, sql.Identifier(column))
    for column in closed:
        yield sql.SQL("select {} from {}").format(sql.Identifier(column), place)
        yield sql.SQL("select count(*) from {} where {}::text like '%zq%'").format(place, sql.Identifier(column))


def test_no_way_tells_what_a_reader_may_not_see(rows: psycopg.Connection[Any], reader: Reader) -> None:
    """Every table and view of core, history, mart and ledger, in every way, with everything that is told."""
    told, asked, wrong = Told(rows), 0, []
    for schema, name, record_type, opened, closed in rows.execute(OBJECTS, [list(SEEN)]).fetchall():
        for query in ways(sql.Identifier(schema, name), opened or ["agency"], closed or []):
            asked += 1
            found = leaks(reader, record_type, told.ask(query))
            wrong += [(reader.role, schema, name, query.as_string()[:80], found)] if found else []
    assert asked > 6_000
    assert wrong == []


def test_a_reader_sees_what_is_granted_and_no_less(rows: psycopg.Connection[Any], reader: Reader) -> None:
    for name, record_type in standard().types.items():
        for schema in ("core", "history"):
            for table in record_type.tables.values():
                query = sql.SQL("select agency from {} order by 1").format(sql.Identifier(schema, table.name))
                may = reader.sees if reader.types is None or name in reader.types else frozenset()
                assert [agency for (agency,) in rows.execute(query)] == sorted(may), (reader.role, schema, table.name)


def test_the_past_is_as_closed_as_the_present(rows: psycopg.Connection[Any], reader: Reader) -> None:
    told = Told(rows)
    for name in standard().types:
        for moment in ("2026-01-15", "2026-03-15"):
            call = sql.SQL("select * from {}({})").format(
                sql.Identifier("history", f"{name}_as_of"), sql.Literal(moment)
            )
            text = told.ask(call)
            may = reader.sees if reader.types is None or name in reader.types else frozenset()
            assert leaks(reader, name, text) == []
            assert {each for each in (ALPHA, BETA) if each in text} == may, (name, moment)


@pytest.mark.parametrize("reader", ["shared"], indirect=True)
def test_nothing_of_a_session_widens_a_right(rows: psycopg.Connection[Any], reader: Reader) -> None:
    """The complaint's grant has ended and the penalty's is to come, whatever zone, role or setting a session has."""
    assert reader
    tries = (
        "set timezone = 'XXX-167'",
        "set timezone = 'XXX+167'",
        "set search_path = pg_temp, public",
        "set row_security = off",
        f"select set_config('hub.agencies', '{ZQ}_alpha,{ZQ}_beta', false)",
        f"set application_name = '{ZQ}_of_alpha'",
        "set role riskhub_agency",
    )
    for each in tries:
        rows.execute(each.encode())
        for table in ("core.complaint", "core.penalty", "core.case_transfer"):
            told = Told(rows).ask(sql.SQL("select count(*) from {}").format(sql.Identifier(*table.split("."))))
            # row_security = off does not show more: it refuses a query that would be filtered
            assert told == "(0,)" or "would be affected by row-level security" in told, (each, told)
        rows.execute("reset all")
        rows.execute("reset role")
    for role in (f"riskhub_agency_{ZQ}_alpha", "riskhub_analyst", "riskhub_loader"):
        with pytest.raises(DENIED):
            rows.execute(f"set role {role}".encode())
    with pytest.raises(DENIED):
        rows.execute(GRANT, [f"{ZQ}_of_beta", "*", "*", "personal", None, None])


UNGUARDED = """
select n.nspname || '.' || c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('core', 'history', 'mart', 'ledger', 'quarantine') and c.relkind in ('r', 'p', 'm')
  and (n.nspname in ('core', 'history')
       or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'agency' and not a.attisdropped))
  and not (c.relrowsecurity and c.relforcerowsecurity
           and 3 = (select count(*) from pg_policy p
                    where p.polrelid = c.oid and p.polname in ('readers', 'loader', 'owner')))
  and (has_any_column_privilege('riskhub_analyst', c.oid, 'select')
       or has_any_column_privilege('riskhub_agency', c.oid, 'select'))
"""
AS_OWNER = """
select n.nspname || '.' || c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('core', 'history', 'mart', 'ledger', 'quarantine', 'access', 'code') and c.relkind = 'v'
  and not coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions), false)
  and (has_any_column_privilege('riskhub_analyst', c.oid, 'select')
       or has_any_column_privilege('riskhub_agency', c.oid, 'select'))
"""
DEFINERS = """
select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and p.prosecdef
  and not coalesce(array_to_string(p.proconfig, ' ') like '%search_path=%', false)
"""
PUBLIC = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) g
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and g.grantee = 0
union all
select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
where n.nspname in ('ledger', 'code', 'core', 'history', 'quarantine', 'mart', 'access') and g.grantee = 0
"""


@pytest.mark.parametrize("fault", [UNGUARDED, AS_OWNER, DEFINERS, PUBLIC], ids=["rows", "views", "definers", "public"])
def test_the_catalogue_has_no_gap(rows: psycopg.Connection[Any], fault: str) -> None:
    assert [name for (name,) in rows.execute(fault.encode())] == []


def test_the_catalogue_test_sees_a_gap(rows: psycopg.Connection[Any]) -> None:
    """A mart that somebody adds and grants without a policy; a view as its owner; a function open to everybody."""
    with rows.transaction(force_rollback=True):
        rows.execute("create table mart.gap (agency text, n int)")
        rows.execute("create view mart.gap_view as select * from mart.gap")
        rows.execute("create function mart.gap() returns int security definer language sql as 'select 1'")
        rows.execute("grant select on all tables in schema mart to riskhub_analyst, public")
        for fault in (UNGUARDED, AS_OWNER, DEFINERS, PUBLIC):
            assert [name for (name,) in rows.execute(fault.encode()) if "gap" in name], fault


def test_the_columns_that_readers_may_select_are_those_of_the_standard(rows: psycopg.Connection[Any]) -> None:
    for record_type in standard().types.values():
        for table in record_type.tables.values():
            fields = list(table.fields)
            query = (
                "select f from unnest(%s::text[]) f"
                " where has_column_privilege('riskhub_agency', %s::regclass, f, 'select')"
            )
            for schema in ("core", "history"):
                found = {name for (name,) in rows.execute(query, [fields, f"{schema}.{table.name}"])}
                assert found == {*open_columns(record_type, table)}


def test_roles_are_made_for_agencies_and_for_nobody_else_who_is_granted_something(warehouse: str) -> None:
    names = [f"riskhub_agency_{ZQ}_{origin}" for origin in ("register", "agreement", "operator")]
    with psycopg.connect(warehouse) as conn:
        for name, origin in zip(names, ("register", "agreement", "operator"), strict=True):
            conn.execute(GRANT.replace("'test'", f"'{origin}'").encode(), [name, "*", "recall", "public", None, None])
        conn.execute(file_text("schema/900_roles"))
        made = conn.execute(
            "select rolname::text from pg_roles where rolname = any (%s) order by 1", [names]
        ).fetchall()
        conn.rollback()
    assert made == [(names[1],), (names[0],)], "whom an operator grants something has a role already"
