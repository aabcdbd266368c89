"""Logins and sessions: who may begin one, who has one, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from pages.portal.passwords import hashed, matches
from pages.portal.tokens import IDLE, LONGEST, digest, new_token
from pages.portal.warehouse_access import first_of, writing
from warehouse.listings import rows_of
from warehouse.statements import statement

if TYPE_CHECKING:
    from datetime import datetime

TRIES = 5  # failures of one account, or from one address, within WINDOW
WINDOW = timedelta(minutes=15)
SHOWN = 200  # characters of what a browser calls itself


@dataclass(frozen=True)
class Member:
    """A person of a partner agency, as the row of the session has them."""

    login: str
    agency: str
    role: str  # viewer, sender or admin
    session_id: int

    @property
    def may_submit(self) -> bool:
        """Whether files of this person are taken."""
        return self.role in ("sender", "admin")


class Account(TypedDict):
    """An account that a login names (`portal/account`)."""

    login: str
    password: str | None


class OpenSession(TypedDict):
    """A session as its person sees it (`portal/sessions_of`)."""

    session_id: int
    address: str
    browser: str
    began_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class TooManyTriesError(Exception):
    """An account or an address has failed too often; it may try again after `WINDOW`."""


@dataclass(frozen=True)
class Visitor:
    """From where somebody comes, as far as a session shows it to its person."""

    address: str
    browser: str


def log_in(login: str, password: str, visitor: Visitor) -> str | None:
    """Begin a session.

    Args:
        login: What was written as the login.
        password: What was written as the password.
        visitor: From where.

    Returns:
        The token of the session; None when no active account has this login and password.

    Raises:
        TooManyTriesError: The account or the address has failed too often; the password was not looked at.
        RetryLater: Too many passwords are being hashed.
    """
    name = login.strip().lower()[:100]
    subjects = [digest(f"login {name}"), digest(f"address {visitor.address}")]
    with writing() as conn:
        failures = conn.execute(statement("portal/failures"), {"subjects": subjects, "window": WINDOW}).fetchone()
        if failures and failures[0] >= TRIES:
            raise TooManyTriesError
        conn.execute(statement("portal/add_failures"), {"subjects": subjects, "window": WINDOW})
        account = first_of(conn, Account, "portal/account", login=name)
    if not matches(password, account["password"] if account else None) or account is None:
        return None
    token = new_token()
    with writing() as conn:
        conn.execute(statement("portal/forgive"), {"subjects": subjects})
        session = {"token": digest(token), "login": account["login"], "address": visitor.address}
        about = {"browser": visitor.browser[:SHOWN], "longest": LONGEST, "idle": IDLE}
        conn.execute(statement("portal/begin_session"), session | about)
    return token


def member_of(token: str) -> Member | None:
    """Return who has a session; None when it has ended, or the account is disabled."""
    with writing() as conn:
        return first_of(conn, Member, "portal/use_session", token=digest(token), idle=IDLE)


def log_out(token: str) -> None:
    """End a session by its token."""
    with writing() as conn:
        conn.execute(statement("portal/end_session"), {"token": digest(token)})


def sessions_of(login: str) -> list[OpenSession]:
    """Return the open sessions of an account, the last used first."""
    with writing() as conn:
        return rows_of(conn, OpenSession, "portal/sessions_of", login=login, idle=IDLE)


def end_session(login: str, session_id: int) -> bool:
    """End a session of an account by its number; return whether there was one."""
    with writing() as conn:
        ended = conn.execute(statement("portal/end_numbered"), {"login": login, "session_id": session_id})
        return ended.rowcount > 0


def account_of_link(token: str) -> str | None:
    """Return the login that a one-time link is for; None when it was used, replaced or has ended."""
    with writing() as conn:
        row = conn.execute(statement("portal/account_of_link"), {"token": digest(token)}).fetchone()
        return str(row[0]) if row else None


def set_password(token: str, password: str) -> bool:
    """Set a password by a one-time link, which is used up, and end the sessions of the account.

    Returns:
        Whether the link was still good.

    Raises:
        RetryLater: Too many passwords are being hashed.
    """
    if account_of_link(token) is None:
        return False
    stored = hashed(password)
    with writing() as conn:
        row = conn.execute(statement("portal/use_link"), {"token": digest(token)}).fetchone()
        if row is None:
            return False
        conn.execute(statement("portal/set_password"), {"login": row[0], "password": stored})
        conn.execute(statement("portal/end_sessions_of"), {"login": row[0]})
        conn.execute(statement("portal/forgive"), {"subjects": [digest(f"login {row[0]}")]})
    return True


class Colleague(TypedDict):
    """An account of an agency as its administrator sees it (`portal/colleagues`)."""

    login: str
    role: str
    state: str  # active, disabled or invited (no password yet)
    last_seen_at: datetime | None


def colleagues(agency: str) -> list[Colleague]:
    """Return the accounts of an agency, by login."""
    with writing() as conn:
        return rows_of(conn, Colleague, "portal/colleagues", agency=agency)
