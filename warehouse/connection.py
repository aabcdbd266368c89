"""Connecting to the warehouse: whose login, at which URL, with which session settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from hub.errors import RetryLater
from hub.machine import DATABASE
from hub.messages import error_of
from hub.settings import settings
from warehouse.reused_connection import reused_connection

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

# Times in files are written without a zone and mean UTC; the loader's session must therefore be UTC.
OPTIONS = "-c timezone=UTC -c client_min_messages=warning"


def database_url() -> str:
    """Return the URL that the hub works with: the configured one, else the loader's of the embedded PostgreSQL.

    Raises RetryLater where nothing is configured and the embedded PostgreSQL was never started.
    """
    return settings().database_url or _embedded("loader")


def owner_url() -> str:
    """Return the URL of the owner of the tables, who migrates; where none is configured, the hub's own login may be.

    Raises RetryLater as `database_url` does.
    """
    return settings().owner_url or settings().database_url or _embedded("owner")


def portal_url() -> str:
    """Return the URL of the portal's login, which sees one agency at a time.

    Raises RetryLater as `database_url` does.
    """
    return settings().portal_url or _embedded("portal")


def url_file(home: Path, login: str) -> Path:
    """Return the private file in which the embedded PostgreSQL leaves the URL of a login: loader, owner, portal."""
    return home / "secrets" / f"{login}.url"


def _embedded(login: str) -> str:
    try:
        return url_file(settings().home, login).read_text("utf-8")
    except FileNotFoundError:
        raise error_of(RetryLater, "postgres.never_started", where=str(settings().home)) from None


def connect(url: str | None = None) -> Connection[Any]:
    """Open a connection, as the loader unless `url` is another's.  Those of the loader are used again.

    Raises RetryLater, without the password, when the server does not answer.
    """
    target = url or database_url()
    open_one = reused_connection if url is None else psycopg.connect
    try:
        return open_one(target, options=_options(), connect_timeout=10, application_name="riskhub")
    except psycopg.OperationalError as fault:
        why = type(fault).__name__
        raise error_of(RetryLater, "warehouse.no_answer", where=address_of(target), why=why, trouble=DATABASE) from None


def address_of(url: str) -> str:
    """Return `host:port/database` of a URL, without login and password."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def _options() -> str:
    # A lock is held by an open transaction while other processes work on the batch: it must not end for idling.
    limit = settings().lock_seconds
    return f"{OPTIONS} -c lock_timeout={limit}s -c idle_in_transaction_session_timeout=0"
