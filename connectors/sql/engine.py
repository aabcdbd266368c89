"""A partner's database, PostgreSQL or SQLite, through SQLAlchemy: read-only sessions, queries, the hub's errors.

Columns come as text.  PostgreSQL writes it itself (ISO dates, UTC, exact numbers); values of SQLite are written as they
are stored.
"""

from __future__ import annotations

import socket
import sqlite3
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import exc

from connectors.cursor import kind_of, latest
from hub.errors import FixTheHub, HubError, RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.base import Deadline, Limits
    from connectors.connection import Connection
    from hub.source_options import ConnectorOptions

# How PostgreSQL writes values as text must not depend on the account of the partner.
SESSION = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "intervalstyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "default_transaction_read_only": "on",
    "client_encoding": "UTF8",
}
# Parts of messages of PostgreSQL's client library, which has no SQLSTATE for them; they are in English by default.
REFUSED = ("authentication failed", "no password supplied", "pg_hba.conf", "does not exist", "not permitted to log in")
RESTART = "restart"  # the key in `Connection.info`
TEMPORARY = (
    "08",
    "40",
    "53",
    "55",
    "57",
    "58",
)  # classes of SQLSTATE: connection, rollback, resources, locks, stop
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR)


@dataclass(frozen=True)
class Table:
    """A table or view as the database has it, and the queries for it.

    Attributes:
        table: The table.
        watermark: The column that grows with every change.
        shown: The columns that are fetched, as text.
        order: The columns of the key, which order rows of one watermark.
        columns: The names of the fetched columns.
        kind: The kind of the watermark, as in `CursorValue`.
        latest: A watermark beyond it lies in the future; None for a column that holds no times.
    """

    table: sa.Table
    watermark: sa.ColumnElement[Any]
    shown: list[sa.ColumnElement[Any]]
    order: list[sa.ColumnElement[Any]]
    columns: list[str]
    kind: str
    latest: Any

    def select(self, low: Any, top: Any) -> sa.Select[Any]:
        """Return the query for watermark and columns of the rows from `low` (None: all) to `top`, both included."""
        query = sa.select(self.watermark, *self.shown).where(self.watermark <= top)
        return self._from(query, low).order_by(self.watermark, *self.order)

    def nth(self, beyond: Any, number: int, *, strict: bool) -> sa.Select[Any]:
        """Return the query for the watermark of one row.

        Args:
            beyond: Only rows after this watermark count; None for all.
            number: The position of the row, from 0.
            strict: Rows at `beyond` do not count.
        """
        query = self._not_future(sa.select(self.watermark).where(self.watermark.is_not(None)))
        if beyond is not None:
            query = query.where(self.watermark > beyond if strict else self.watermark >= beyond)
        return query.order_by(self.watermark).offset(number).limit(1)

    def greatest(self, low: Any) -> sa.Select[Any]:
        """Return the query for the greatest watermark from `low` on (None: of all rows)."""
        query = self._not_future(sa.select(self.watermark).where(self.watermark.is_not(None)))
        return self._from(query, low).order_by(self.watermark.desc()).limit(1)

    def blanks(self) -> sa.Select[Any]:
        """Return the query for the number of rows without a watermark."""
        return sa.select(sa.func.count()).select_from(self.table).where(self.watermark.is_(None))

    def future(self) -> sa.Select[Any]:
        """Return the query for the number of rows whose watermark lies in the future."""
        return sa.select(sa.func.count()).select_from(self.table).where(self.watermark > self.latest)

    def _not_future(self, query: sa.Select[Any]) -> sa.Select[Any]:
        return query if self.latest is None else query.where(self.watermark <= self.latest)

    def _from(self, query: sa.Select[Any], low: Any) -> sa.Select[Any]:
        return query if low is None else query.where(self.watermark >= low)


def engine(connection: Connection, limits: Limits) -> sa.Engine:
    """Return what opens read-only connections to the database; none is open yet.

    Args:
        connection: Of type postgres (its extra may hold `sslmode` and `sslrootcert`) or sqlite (host: path of a file).
        limits: `connect` and `query` are the times for connecting and for one statement.
    """
    if connection.kind == "sqlite":
        path = Path(connection.host or connection.schema)
        url = sa.URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
        return sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": limits.connect})
    options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    return sa.create_engine(
        sa.URL.create(
            "postgresql+psycopg",
            connection.login,
            connection.password,
            connection.host,
            connection.port,
            connection.schema,
        ),
        poolclass=sa.NullPool,
        connect_args={
            "options": f"{options} -c statement_timeout={int(limits.query * 1000)}",
            "connect_timeout": max(2, int(limits.connect)),
            "application_name": "riskhub source fetch",
            "sslmode": connection.option("sslmode") or "prefer",
            **({"sslrootcert": connection.option("sslrootcert")} if connection.option("sslrootcert") else {}),
        },
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
    )


@contextmanager
def session(opened: sa.Engine, deadline: Deadline) -> Iterator[sa.Connection]:
    """Open one transaction, whose connection is closed when no rows come for too long (`restart_timer`).

    Raises:
        RetryLater: The deadline is over.
    """
    with opened.connect() as conn:
        watchdog = _Watchdog(conn.connection.driver_connection, deadline)
        conn.info[RESTART] = watchdog.restart
        try:
            yield conn
        finally:
            watchdog.timer.cancel()


def restart_timer(conn: sa.Connection) -> None:
    """Note that rows have come: the time until the connection of a session is closed begins anew."""
    conn.info[RESTART]()


class _Watchdog:
    """Closes a connection after a time, from a thread of its own."""

    def __init__(self, raw: Any, deadline: Deadline) -> None:
        self.raw, self.deadline = raw, deadline
        self.timer = self._started()

    def restart(self) -> None:
        self.timer.cancel()
        self.timer = self._started()

    def _started(self) -> threading.Timer:
        timer = threading.Timer(self.deadline.left(self.deadline.limits.query), _cut, [self.raw])
        timer.daemon = True
        timer.start()
        return timer


def _cut(raw: Any) -> None:
    with suppress(Exception):
        if isinstance(raw, sqlite3.Connection):
            raw.interrupt()
        else:  # the thread that waits for the server wakes up with a connection that is lost
            with socket.socket(fileno=socket.dup(raw.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


def reflected(conn: sa.Connection, name: str, config: ConnectorOptions, place: str) -> Table:
    """Return the table as the database describes it, with the agreed columns.

    Args:
        conn: An open session.
        name: The table or view, perhaps with its schema before a point.
        config: The mapping's `connector:` with `watermark`, and perhaps `columns` and `key`.
        place: The table as errors name it.

    Raises:
        FixTheHub: A column does not exist, there is neither a primary key nor `key`, or the watermark column holds
            values that cannot be compared.
        sqlalchemy.exc.NoSuchTableError: There is no such table; `map_db_error` turns it into FixTheHub.
    """
    schema, _, bare = name.rpartition(".")
    table = sa.Table(bare, sa.MetaData(), schema=schema or None, autoload_with=conn, resolve_fks=False)
    chosen = config.get("columns") or [column.name for column in table.columns]
    key = config.get("key") or [column.name for column in table.primary_key.columns]
    if not key:
        raise error_of(FixTheHub, "table.no_key", where=place)
    for column in (*chosen, *key, config["watermark"]):
        if column not in table.columns:
            raise error_of(
                FixTheHub,
                "table.no_column",
                where=place,
                column=column,
                names=", ".join(each.name for each in table.columns),
            )
    plain = conn.dialect.name == "sqlite"
    watermark = _bare(table.columns[config["watermark"]], plain=plain)
    sample = conn.execute(sa.select(watermark).where(watermark.is_not(None)).limit(1)).scalar()
    return Table(
        table,
        watermark,
        [
            _bare(table.columns[column], plain=True) if plain else sa.cast(table.columns[column], sa.Text)
            for column in chosen
        ],
        [table.columns[column] for column in key],
        list(chosen),
        _kind(sample, place),
        latest(sample),
    )


def _bare(column: sa.Column[Any], *, plain: bool) -> sa.ColumnElement[Any]:
    """Return a column; if `plain`, without the conversion of SQLAlchemy, since SQLite has few types."""
    return sa.type_coerce(column, sa.types.NullType()) if plain else column


def _kind(value: Any, place: str) -> str:
    kind = "text" if value is None else kind_of(value)
    if kind is None:
        raise error_of(FixTheHub, "watermark.bad_type", where=place, type=type(value).__name__)
    return kind


def as_texts(column: Sequence[Any]) -> pa.Array:
    r"""Return the values of a column as text: bytes as hexadecimal digits, numbers exactly; None stays.

    >>> as_texts([b"\x01\xff", 1.5, None]).to_pylist()
    ['01ff', '1.5', None]
    """
    if all(value is None or isinstance(value, str) for value in column):
        return pa.array(column, pa.string())
    return pa.array([None if value is None else _as_text(value) for value in column], pa.string())


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else value if isinstance(value, str) else repr(value)


@contextmanager
def map_db_error(connection: Connection, place: str) -> Iterator[None]:
    """Turn faults of the database into the hub's errors, without the database's own text: it may hold data.

    Args:
        connection: Named in errors.
        place: The table as errors name it.

    Raises:
        RetryLater: The database cannot be reached, is busy, or has cut the session off.
        FixTheHub: The login is refused, or the table cannot be read.
    """
    try:
        yield
    except HubError:
        raise
    except exc.NoSuchTableError:
        raise error_of(FixTheHub, "table.missing", where=place) from None
    except exc.DBAPIError as fault:
        raise _mapped(fault, connection, place) from None
    except exc.SQLAlchemyError as fault:
        raise error_of(FixTheHub, "table.unreadable", where=place, why=type(fault).__name__) from None


def _mapped(error: exc.DBAPIError, connection: Connection, place: str) -> HubError:
    fault = error.orig
    if isinstance(fault, sqlite3.Error):
        return _of_sqlite(fault, connection, place)
    if isinstance(error, exc.DataError):
        return error_of(FixTheHub, "table.bad_value", where=place)
    state = getattr(fault, "sqlstate", None) or ""
    why = f"{type(fault).__name__} {state}".strip()
    if state in ("28P01", "28000") or (not state and any(part in str(fault) for part in REFUSED)):
        return error_of(FixTheHub, "database.denied", where=place)
    if not state or state.startswith(TEMPORARY):
        return error_of(RetryLater, "server.no_answer", where=place, why=why)
    return error_of(FixTheHub, "table.refused", where=place, why=why)


def _of_sqlite(fault: sqlite3.Error, connection: Connection, place: str) -> HubError:
    code = getattr(fault, "sqlite_errorcode", None)
    why = getattr(fault, "sqlite_errorname", type(fault).__name__)
    if code is not None and code & 0xFF in BUSY:
        return error_of(RetryLater, "database.busy", where=place, why=why)
    return error_of(FixTheHub, "database.unreadable", where=place, why=why, id=connection.id)
