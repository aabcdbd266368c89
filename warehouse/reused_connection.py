"""Connections that one process uses again: to make a new one costs more than most of what is asked of it.

PostgreSQL starts a process for each connection, which reads what it needs of the catalogue anew.  A file of a few rows
takes some twenty connections, one after the other.  (A pool of psycopg tries for half a minute to reach a server that
is away, in threads of its own, which do not outlive a fork; the hub says at once that the server does not answer.)
"""

from __future__ import annotations

import atexit
import os
import select
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from warehouse.statements import statement

MOST = 8  # connections that wait in one process; what is more is closed
LONGEST = 60.0  # seconds for which one waits


class ReusedConnection(psycopg.Connection[TupleRow]):
    """A connection that `close` keeps open for the next use by this process.

    Whatever the session was told or holds is gone before anybody else uses it: settings, locks, temporary tables, an
    open transaction.
    """

    key: tuple[str, str]  # URL and options
    since: float  # when it began to wait

    def close(self) -> None:
        """End its use; it is closed when it is broken or in the middle of something, or when enough others wait."""
        with _lock:
            waits = self in _waiting
        if self.closed or waits:
            return
        if self._is_clean():
            with _lock:
                if len(_waiting) < MOST:
                    self.since = monotonic()
                    _waiting.append(self)
                    return
        super().close()

    def end(self) -> None:
        """Close it."""
        super().close()

    def is_alive(self) -> bool:
        """Tell whether the server has said nothing since: a word unasked for is most likely its last one."""
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return not poll.poll(0)

    def _is_clean(self) -> bool:
        if self.info.transaction_status == TransactionStatus.ACTIVE:
            return False
        try:
            self.rollback()
            self.isolation_level = self.read_only = self.deferrable = None
            self.autocommit = True
            self.execute(statement("connection/discard_session"))
            self.autocommit = False
        except psycopg.Error:
            return False
        return True


_waiting: list[ReusedConnection] = []
_lock = Lock()
_inherited: list[list[ReusedConnection]] = []  # of the process that this one was forked from, which still uses them


def reused_connection(url: str, options: str, **arguments: Any) -> ReusedConnection:
    """Return a connection that waits in this process, or a new one.

    Args:
        url: Of the database.
        options: Of the session, as for the server's command line.
        arguments: As for `psycopg.connect`.

    Raises:
        psycopg.OperationalError: The server does not answer.
    """
    while waiting := _taken(url, options):
        if waiting.is_alive():
            return waiting
        waiting.end()
    made = ReusedConnection.connect(url, options=options, **arguments)
    made.key = url, options
    made.prepare_threshold = None  # psycopg would not notice that a second use discards the statements of the first
    return made


def close_waiting() -> None:
    """Close the connections that wait in this process."""
    with _lock:
        ended = _waiting[:]
        _waiting.clear()
    for each in ended:
        each.end()


def _taken(url: str, options: str) -> ReusedConnection | None:
    """Return the one that came last, after all that are of another address or have waited for too long are closed."""
    oldest = monotonic() - LONGEST
    with _lock:
        useful = [each for each in _waiting if each.key == (url, options) and each.since >= oldest]
        ended = [each for each in _waiting if each not in useful]
        taken = useful.pop() if useful else None
        _waiting[:] = useful
    for each in ended:
        each.end()
    return taken


def _forget() -> None:
    global _lock  # noqa: PLW0603 - a thread of the other process may hold the old one
    _lock = Lock()
    _inherited.append(_waiting[:])
    _waiting.clear()


os.register_at_fork(after_in_child=_forget)
atexit.register(close_waiting)
