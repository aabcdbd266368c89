"""Reading for pages: connections that are shared, only read, and give up before a reader does."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from psycopg_pool import ConnectionPool

from warehouse.listings import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import Request
    from psycopg import Connection

Row = TypeVar("Row")
SECONDS = 5  # a query that takes longer is ended; views are prepared so that none does
MOST = 4  # connections of one process to one login
WAIT = 10.0  # seconds for a connection
IDLE = 60.0  # seconds after which an unused connection is closed


class Reader:
    """Reads as one login.  Nothing can be changed through it, and no query outlives `SECONDS`."""

    def __init__(self, url: Callable[[], str], name: str = "riskhub pages") -> None:
        """Read as the login of the URL that `url` returns; it is asked at each use, since it may change."""
        self.url, self.name = url, name

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """Give a connection in a read-only transaction, which sees one state of the warehouse."""
        with _pool(self.url(), self.name).connection(WAIT) as conn, conn.transaction():
            yield conn

    def rows(self, kind: type[Row], statement: str, /, **values: Any) -> list[Row]:
        """Return the rows of a named statement, each as `kind`."""
        with self.connection() as conn:
            return rows_of(conn, kind, statement, **values)


def reader_of(request: Request) -> Reader:
    """Return the reader of the application that a request goes to."""
    reader: Reader = request.app.state.reader
    return reader


@cache
def _pool(url: str, name: str) -> ConnectionPool[Connection[Any]]:
    options = (
        f"-c default_transaction_isolation=repeatable\\ read -c default_transaction_read_only=on "
        f"-c statement_timeout={SECONDS}s -c timezone=UTC -c client_min_messages=warning"
    )
    return ConnectionPool(
        url,
        kwargs={"options": options, "connect_timeout": 10, "application_name": name},
        min_size=0,
        max_size=MOST,
        max_idle=IDLE,
        open=True,
        check=ConnectionPool.check_connection,
    )
