"""Logins of the warehouse: the one of `riskhub sql`, and one for each analyst.

PostgreSQL lets every user change the own password and settings.  So each analyst has a login, and the one of
`riskhub sql` is reset at every `up` and `migrate` (docs/decisions/0018).
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, TypedDict, cast

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from hub.errors import FixTheHub, WrongUsage
from hub.messages import error_of
from hub.settings import settings
from stack import databases, postgres
from standards.access import ANALYSTS, agency_role
from warehouse.connection import connect, database_url, owner_url
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import Connection

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
PASSWORD = 24  # random bytes


class AnalystLogin(TypedDict):
    """A login of an analyst: of which agency (None: of none), how many of its sessions are open, and since when."""

    login: str
    agency: str | None
    sessions: int
    since: datetime | None


def analyst_url() -> str:
    """Return the URL with which `riskhub sql` connects."""
    configured = settings()
    if configured.analyst_url is not None:
        return configured.analyst_url
    if configured.database_url is None:
        return postgres.analyst_url()
    about = {"user": postgres.ANALYST, "password": postgres.analyst_password()}
    return make_conninfo(database_url(), **about)


def migrate_login() -> bool:
    """Make the login of `riskhub sql`, or set its password and settings anew: a user can change their own.

    Returns whether there is one.  A role of that name that somebody else has made is left alone, and so is everything
    where the owner may not make roles: then RISKHUB_ANALYST_URL has to name a login.
    """
    if settings().analyst_url is not None:
        return True
    with connect(owner_url()) as conn:
        facts = conn.execute(statement("stack/may_make_login"), {"name": postgres.ANALYST}).fetchone()
    makes_roles, is_theirs = facts or (False, True)
    if not makes_roles or is_theirs:
        return False
    passwords = {postgres.ANALYST: postgres.analyst_password()}
    databases.make_logins(owner_url(), passwords, {postgres.ANALYST: ANALYSTS}, settings().query_seconds)
    return True


def add_analyst(name: str, agency: str | None = None) -> str:
    """Make a login of an analyst's own, or give an old one a new password; return the URL with the password.

    Args:
        name: The login.
        agency: The agency whose records it sees, with what others show that agency; None: what every analyst sees.  A
            login that exists gets these rights instead of those that it has.

    Raises:
        WrongUsage: The name is none, or that of a role which is no analyst's; or the agency has no role here.
    """
    with _owner() as conn:
        known = _analysts(conn)
        agencies = [row[0] for row in conn.execute(statement("stack/agency_roles")).fetchall()]
        if agency is not None and agency not in agencies:
            raise error_of(WrongUsage, "analyst.unknown_agency", agency=agency[:80], known=", ".join(agencies))
        if NAME.fullmatch(name) is None:
            raise error_of(WrongUsage, "analyst.bad_name", name=name[:80])
        if name not in known and conn.execute(statement("stack/role_exists"), {"name": name}).fetchone():
            raise error_of(WrongUsage, "analyst.other_login", name=name)
    password = secrets.token_urlsafe(PASSWORD)
    role = ANALYSTS if agency is None else agency_role(agency)
    databases.make_logins(owner_url(), {name: password}, {name: role}, settings().query_seconds)
    address = conninfo_to_dict(database_url())
    return f"postgresql://{name}:{password}@{address.get('host')}:{address.get('port', 5432)}/{address.get('dbname')}"


def remove_analyst(name: str) -> int:
    """End the sessions of an analyst and remove the login; return how many sessions there were."""
    with _owner() as conn:
        if name not in _analysts(conn) or name == postgres.ANALYST:
            raise error_of(WrongUsage, "analyst.unknown", name=name[:80])
        conn.execute(compose("stack/disable_login", role=sql.Identifier(name)))
        conn.commit()
        ended = conn.execute(statement("stack/end_sessions"), {"name": name}).fetchone()
        conn.execute(compose("stack/drop_login", role=sql.Identifier(name)))
    return int(ended[0]) if ended else 0


def analysts() -> list[AnalystLogin]:
    """Return the analysts' logins with their open sessions, by name."""
    with _owner() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cast("list[AnalystLogin]", cursor.execute(statement("stack/analyst_logins")).fetchall())


def _analysts(conn: Connection[Any]) -> set[str]:
    return {row[0] for row in conn.execute(statement("stack/analyst_logins")).fetchall()}


def _owner() -> Connection[Any]:
    conn = connect(owner_url())
    facts = conn.execute(statement("stack/may_make_login"), {"name": postgres.ANALYST}).fetchone()
    if not (facts and facts[0]):
        conn.close()
        where = "RISKHUB_OWNER_URL" if settings().owner_url else "RISKHUB_DATABASE_URL"
        raise error_of(FixTheHub, "analyst.no_right", where=where)
    conn.commit()
    return conn
