"""Queries of analysts: one statement at a time, as a login that can only read.

What an analyst cannot do rests on the rights that the login lacks (`warehouse_sql/schema/900_roles.sql`).  What is set
for the session (read only, a time limit) keeps honest mistakes short: PostgreSQL lets every user set these anew.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from hub.errors import FixTheHub, RetryLater, WrongUsage
from hub.messages import error_of, sentence
from hub.personal import quoted
from hub.settings import settings
from pipeline.exports.formats import FORMATS
from stack import postgres
from stack.logins import analyst_url
from standards import standard
from standards.access import open_columns
from warehouse.copy_out import SESSION, describe, read_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    import pyarrow as pa
    from psycopg import Connection

PSQL = "psql"  # of the machine, where the warehouse is not the embedded one


def run_query(command: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns' names and the rows that answer one statement.

    It is sent as a prepared statement, so the server refuses a second one behind it.  It runs in a read-only
    transaction, which is rolled back.  Raises WrongUsage for a statement that the server refuses.
    """
    with analyst_connection() as conn, conn.cursor(row_factory=dict_row) as cursor, refusals_of(command):
        cursor.execute(command.encode(), prepare=True)
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall() if names else []
        conn.rollback()
        return names, rows


def write_query(command: str, form: str, file: IO[bytes]) -> int:
    """Write the rows that answer one query, all of them, and return how many they are; memory holds a part of them.

    Args:
        command: The query.
        form: parquet or csv (`pipeline.exports.formats`).
        file: Where to.

    Raises:
        WrongUsage: The server refuses the query, it has no columns, or a value has no place in the format.
    """
    rows = 0

    def counted() -> Iterator[pa.Table]:
        nonlocal rows
        for part in read_parts(conn, command.encode(), schema):
            rows += part.num_rows
            yield part

    with analyst_connection() as conn, refusals_of(command):
        schema = describe(conn, command.encode())
        FORMATS[form].write(file, schema, counted())
    return rows


@contextmanager
def refusals_of(command: str) -> Iterator[None]:
    """Raise what the server says of a statement as WrongUsage, with what to do next."""
    try:
        yield
    except psycopg.Error as fault:
        why = quoted(fault.diag.message_primary or type(fault).__name__)
        raise error_of(WrongUsage, "sql.refused", where=command, why=why, next_step=_cure(fault)) from None


def _cure(fault: psycopg.Error) -> str:
    """Return what to do about a refused statement: a closed column is named by no other words than the table's."""
    if isinstance(fault, psycopg.errors.QueryCanceled):
        return sentence("sql.shorter")
    if isinstance(fault, psycopg.errors.UndefinedColumn):
        return sentence("sql.columns")
    if isinstance(fault, psycopg.errors.InsufficientPrivilege):
        for name in re.findall(r"\w+", fault.diag.message_primary or ""):  # the words around it are in any language
            if name in _tables_with_closed_columns():
                return sentence("sql.closed", table=name)
    return sentence("sql.next")


@cache
def _tables_with_closed_columns() -> frozenset[str]:
    tables = ((kind, table) for kind in standard().types.values() for table in kind.tables.values())
    return frozenset(table.name for kind, table in tables if {*open_columns(kind, table)} != {*table.fields})


def psql() -> list[str]:
    """Return the command line that opens the warehouse in `psql` as an analyst; it holds no password."""
    if settings().analyst_url is None and settings().database_url is None:
        return postgres.psql()
    return [PSQL, make_conninfo("", **{**_address(), "password": None})]


def psql_environment() -> dict[str, str]:
    """Return what psql is to find in its environment: the password, where no file holds it."""
    if settings().analyst_url is None and settings().database_url is None:
        return {}
    password = _address().get("password")
    return {"PGPASSWORD": str(password)} if password else {}


def _address() -> dict[str, Any]:
    return dict(conninfo_to_dict(analyst_url()))


def analyst_connection(url: str | None = None, seconds: int | None = None) -> Connection[Any]:
    """Open a connection with the rights of an analyst; its transactions are read only and see one state.

    Args:
        url: Whose login; None is that of `riskhub sql`.
        seconds: How long one statement may take; 0 is without a limit, None is RISKHUB_QUERY_SECONDS.

    Raises:
        FixTheHub: The server does not let the login in.
        RetryLater: The server does not answer.
    """
    address = conninfo_to_dict(url or analyst_url())
    limit = settings().query_seconds if seconds is None else seconds
    options = f"{SESSION} -c default_transaction_read_only=on -c statement_timeout={limit}s"
    try:
        target = make_conninfo("", **{**address, "options": options, "application_name": "riskhub sql"})
        conn = psycopg.connect(target, connect_timeout=10)
    except psycopg.OperationalError as fault:
        where = f"{address.get('host', 'localhost')}:{address.get('port', 5432)}/{address.get('dbname', '')}"
        if "authentication" in str(fault):
            raise error_of(FixTheHub, "sql.no_login", where=where, login=address.get("user", "")) from None
        raise error_of(RetryLater, "sql.no_answer", where=where, why=type(fault).__name__) from None
    conn.read_only = True
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return conn
