"""Queries of analysts: one statement at a time, as a login that can only read.

What an analyst cannot do rests on the rights that the login lacks (`warehouse_sql/schema/900_roles.sql`).  What is set
for the session (read only, a time limit) keeps honest mistakes short: PostgreSQL lets every user set these anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from hub.errors import FixTheHub, RetryLater, WrongUsage
from hub.messages import error_of, sentence
from hub.personal import quoted
from hub.settings import settings
from stack import postgres
from stack.logins import analyst_url

if TYPE_CHECKING:
    from psycopg import Connection

PSQL = "psql"  # of the machine, where the warehouse is not the embedded one


def run_query(command: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns' names and the rows that answer one statement.

    It is sent as a prepared statement, so the server refuses a second one behind it.  It runs in a read-only
    transaction, which is rolled back.  Raises WrongUsage for a statement that the server refuses.
    """
    with _connected() as conn, conn.cursor(row_factory=dict_row) as cursor:
        conn.read_only = True
        try:
            cursor.execute(command.encode(), prepare=True)
            names = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall() if names else []
            conn.rollback()
        except psycopg.Error as fault:
            why = quoted(fault.diag.message_primary or type(fault).__name__)
            next_step = sentence("sql.shorter" if isinstance(fault, psycopg.errors.QueryCanceled) else "sql.next")
            raise error_of(WrongUsage, "sql.refused", where=command, why=why, next_step=next_step) from None
        return names, rows


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


def _connected() -> Connection[Any]:
    limit = settings().query_seconds
    options = f"-c default_transaction_read_only=on -c statement_timeout={limit}s -c client_min_messages=warning"
    try:
        return psycopg.connect(analyst_url(), options=options, connect_timeout=10, application_name="riskhub sql")
    except psycopg.OperationalError as fault:
        address = _address()
        where = f"{address.get('host', 'localhost')}:{address.get('port', 5432)}/{address.get('dbname', '')}"
        if "authentication" in str(fault):
            raise error_of(FixTheHub, "sql.no_login", where=where, login=address.get("user", "")) from None
        raise error_of(RetryLater, "sql.no_answer", where=where, why=type(fault).__name__) from None
