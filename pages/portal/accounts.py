"""Accounts of the portal as the operator makes them, as the owner of the warehouse: `riskhub account add` and so on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from hub.errors import WrongUsage
from hub.messages import error_of
from mappings.catalogue import source_headers
from pages.portal.tokens import IDLE, digest, new_token
from stack.portal import address
from warehouse.connection import connect, owner_url
from warehouse.listings import rows_of
from warehouse.statements import statement

if TYPE_CHECKING:
    from datetime import datetime

ROLES = ("sender", "viewer", "admin")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
LINK_LASTS = timedelta(days=3)


class AccountLine(TypedDict):
    """An account as `riskhub account list` shows it."""

    login: str
    agency: str
    role: str
    state: str  # active, disabled or invited (no password yet)
    sessions: int
    last_seen_at: datetime | None


class Invitation(NamedTuple):
    """A link by which the person of an account sets a password, once."""

    login: str
    link: str
    days: int


def add_account(agency: str, login: str, role: str) -> Invitation:
    """Make an account of an agency.

    Args:
        agency: An agency that has a source here.
        login: Its name.
        role: sender, viewer or admin.

    Returns:
        The link for its first password.

    Raises:
        WrongUsage: The agency has no source, the role or the login is none, or the login is taken.
    """
    agencies = sorted({head.agency for head in source_headers()})
    if agency not in agencies:
        raise error_of(WrongUsage, "portal.account.unknown_agency", agency=agency[:80], known=", ".join(agencies))
    if role not in ROLES:
        raise error_of(WrongUsage, "portal.account.unknown_role", role=role[:80])
    if LOGIN.fullmatch(login) is None:
        raise error_of(WrongUsage, "portal.account.bad_login", login=login[:80])
    with connect(owner_url()) as conn:
        made = conn.execute(statement("portal/add_account"), {"login": login, "agency": agency, "role": role})
        if made.rowcount == 0:
            raise error_of(WrongUsage, "portal.account.taken", login=login)
    return new_link(login)


def new_link(login: str) -> Invitation:
    """Return a new one-time link for an account, which is active again; earlier links are of no use any more.

    Raises:
        WrongUsage: There is no such account.
    """
    token = new_token()
    with connect(owner_url()) as conn:
        if conn.execute(statement("portal/enable_account"), {"login": login}).rowcount == 0:
            raise _unknown(login)
        about = {"login": login, "token": digest(token), "lasts": LINK_LASTS}
        conn.execute(statement("portal/put_link"), about)
    return Invitation(login, f"{address()}/password/{token}", LINK_LASTS.days)


def disable_account(login: str) -> int:
    """Disable an account, end its sessions and its link; return how many sessions there were.

    Raises:
        WrongUsage: There is no such account.
    """
    with connect(owner_url()) as conn:
        if conn.execute(statement("portal/disable_account"), {"login": login}).rowcount == 0:
            raise _unknown(login)
        conn.execute(statement("portal/drop_link"), {"login": login})
        return conn.execute(statement("portal/end_sessions_of"), {"login": login}).rowcount


def end_sessions(login: str) -> int:
    """End the sessions of an account; return how many there were.

    Raises:
        WrongUsage: There is no such account.
    """
    if login not in {line["login"] for line in accounts()}:
        raise _unknown(login)
    with connect(owner_url()) as conn:
        return conn.execute(statement("portal/end_sessions_of"), {"login": login}).rowcount


def accounts(agency: str | None = None) -> list[AccountLine]:
    """Return the accounts, of one agency or of all, by agency and login."""
    with connect(owner_url()) as conn:
        return rows_of(conn, AccountLine, "portal/accounts", agency=agency, idle=IDLE)


def _unknown(login: str) -> WrongUsage:
    return error_of(WrongUsage, "portal.account.unknown", login=login[:80])
