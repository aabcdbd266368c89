"""A partner's database: opening it read-only, its table, and its faults in the hub's words.

PostgreSQL and SQLite, through SQLAlchemy.  Columns come as text: PostgreSQL makes it itself (ISO dates, UTC, exact
numbers), SQLite's values are written as they are stored.
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from connectors.base import Deadline, Limits
    from connectors.connection import Connection

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
# Words of PostgreSQL's client library, which it does not translate unless it is told to; SQLSTATE is not given there.
REFUSED = ("authentication failed", "no password supplied", "pg_hba.conf", "does not exist", "not permitted to log in")
ALIVE = "alive"
OF_THE_MOMENT = (
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
    """The table as it is, and what is asked of it."""

    table: sa.Table
    watermark: sa.ColumnElement[Any]
    shown: list[sa.ColumnElement[Any]]
    order: list[sa.ColumnElement[Any]]
    columns: list[str]
    kind: str
    latest: Any  # watermarks beyond this moment cannot be true yet; None for those that are no moments

    def select(self, low: Any, top: Any) -> sa.Select[Any]:
        """Return the query for the rows between two watermarks, both included."""
        query = sa.select(self.watermark, *self.shown).where(self.watermark <= top)
        return self._from(query, low).order_by(self.watermark, *self.order)

    def nth(self, beyond: Any, number: int, *, strict: bool) -> sa.Select[Any]:
        """Return the query for the watermark of row `number` (from 0) beyond one, or at it when not `strict`."""
        query = self._true(sa.select(self.watermark).where(self.watermark.is_not(None)))
        if beyond is not None:
            query = query.where(self.watermark > beyond if strict else self.watermark >= beyond)
        return query.order_by(self.watermark).offset(number).limit(1)

    def greatest(self, low: Any) -> sa.Select[Any]:
        """Return the query for the greatest watermark from `low` on."""
        query = self._true(sa.select(self.watermark).where(self.watermark.is_not(None)))
        return self._from(query, low).order_by(self.watermark.desc()).limit(1)

    def blanks(self) -> sa.Select[Any]:
        """Return the query for the number of rows without a watermark."""
        return sa.select(sa.func.count()).select_from(self.table).where(self.watermark.is_(None))

    def ahead(self) -> sa.Select[Any]:
        """Return the query for the number of rows whose watermark cannot be true yet."""
        return sa.select(sa.func.count()).select_from(self.table).where(self.watermark > self.latest)

    def _true(self, query: sa.Select[Any]) -> sa.Select[Any]:
        return query if self.latest is None else query.where(self.watermark <= self.latest)

    def _from(self, query: sa.Select[Any], low: Any) -> sa.Select[Any]:
        return query if low is None else query.where(self.watermark >= low)


def engine(who: Connection, limits: Limits) -> sa.Engine:
    """Return what opens connections to the database; none is opened yet."""
    if who.kind == "sqlite":
        path = Path(who.host or who.schema)
        url = sa.URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
        return sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": limits.connect})
    options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    return sa.create_engine(
        sa.URL.create("postgresql+psycopg", who.login, who.password, who.host, who.port, who.schema),
        poolclass=sa.NullPool,
        connect_args={
            "options": f"{options} -c statement_timeout={int(limits.query * 1000)}",
            "connect_timeout": max(2, int(limits.connect)),
            "application_name": "riskhub source fetch",
            "sslmode": who.option("sslmode") or "prefer",
            **({"sslrootcert": who.option("sslrootcert")} if who.option("sslrootcert") else {}),
        },
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
    )


@contextmanager
def session(opened: sa.Engine, deadline: Deadline) -> Iterator[sa.Connection]:
    """Open one transaction; it is cut off when it takes too long, whatever the server does or does not."""
    with opened.connect() as conn:
        watch = _Watch(conn.connection.driver_connection, deadline)
        conn.info[ALIVE] = watch.again
        try:
            yield conn
        finally:
            watch.timer.cancel()


def alive(conn: sa.Connection) -> None:
    """Note that rows have come: the time until the connection is cut off begins anew."""
    conn.info[ALIVE]()


class _Watch:
    """Cuts a connection off, from a thread of its own."""

    def __init__(self, raw: Any, deadline: Deadline) -> None:
        self.raw, self.deadline = raw, deadline
        self.timer = self._started()

    def again(self) -> None:
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


def reflected(conn: sa.Connection, name: str, agreed: Mapping[str, Any], place: str) -> Table:
    """Return the table with the agreed columns; raise FixTheHub for what is not there."""
    schema, _, bare = name.rpartition(".")
    table = sa.Table(bare, sa.MetaData(), schema=schema or None, autoload_with=conn, resolve_fks=False)
    chosen = agreed.get("columns") or [column.name for column in table.columns]
    key = agreed.get("key") or [column.name for column in table.primary_key.columns]
    if not key:
        raise FixTheHub(
            "The table has no primary key, so its rows have no certain order.",
            where=place,
            next_step="Name the columns that tell rows apart under `connector.key` of the mapping.",
        )
    for column in (*chosen, *key, agreed["watermark"]):
        if column not in table.columns:
            raise FixTheHub(
                f"The table has no column {column}.",
                where=place,
                why=f"It has {', '.join(each.name for each in table.columns)}.",
                next_step="Correct `connector:` of the mapping, or ask the partner what has become of it.",
            )
    plain = conn.dialect.name == "sqlite"
    watermark = _bare(table.columns[agreed["watermark"]], plain=plain)
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
    """Return the column as it is stored, without what SQLAlchemy would make of it, where the store has few types."""
    return sa.type_coerce(column, sa.types.NullType()) if plain else column


def _kind(value: Any, place: str) -> str:
    kind = "text" if value is None else kind_of(value)
    if kind is None:
        raise FixTheHub(
            "The watermark column cannot be one.",
            where=place,
            why=f"It holds values of the type {type(value).__name__}.",
            next_step="Use a time, a date or a number that grows with every change of a row.",
        )
    return kind


def as_texts(column: Sequence[Any]) -> pa.Array:
    """Return the values of a column as text; None stays."""
    if all(value is None or isinstance(value, str) for value in column):
        return pa.array(column, pa.string())
    return pa.array([None if value is None else _as_text(value) for value in column], pa.string())


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else value if isinstance(value, str) else repr(value)


@contextmanager
def map_db_error(who: Connection, place: str) -> Iterator[None]:
    """Raise what a fault of the database means for us; its own words may hold data, so they are left out."""
    try:
        yield
    except HubError:
        raise
    except exc.NoSuchTableError:
        raise FixTheHub(
            "The table is not there.",
            where=place,
            next_step="Correct `connector.table` of the mapping, as schema.table, or ask for the right to read it.",
        ) from None
    except exc.DBAPIError as fault:
        raise _meant(fault, who, place) from None
    except exc.SQLAlchemyError as fault:
        raise FixTheHub("The table cannot be read.", where=place, why=type(fault).__name__) from None


def _meant(told_by: exc.DBAPIError, who: Connection, place: str) -> HubError:
    fault = told_by.orig
    if isinstance(fault, sqlite3.Error):
        return _of_sqlite(fault, who, place)
    if isinstance(told_by, exc.DataError):
        return FixTheHub(
            "The table cannot be read.",
            where=place,
            why="It holds a value that does not exist here, such as a moment `infinity` or a year after 9999.",
            next_step="Ask the partner to repair it, or leave its column out of `connector:` of the mapping.",
        )
    state = getattr(fault, "sqlstate", None) or ""
    why = f"{type(fault).__name__} {state}".strip()
    if state in ("28P01", "28000") or (not state and any(word in str(fault) for word in REFUSED)):
        return FixTheHub(
            "The server does not let the hub in.",
            where=place,
            why="Login, password or database is refused.",
            next_step="Correct the connection in Airflow, or ask the partner for new ones.",
        )
    if not state or state.startswith(OF_THE_MOMENT):
        return RetryLater("The server does not answer.", where=place, why=why, next_step="It is tried again by itself.")
    return FixTheHub(
        "The table cannot be read.",
        where=place,
        why=why,
        next_step="Look the SQLSTATE up: 42501 is a missing right to read.",
    )


def _of_sqlite(fault: sqlite3.Error, who: Connection, place: str) -> HubError:
    code = getattr(fault, "sqlite_errorcode", None)
    why = getattr(fault, "sqlite_errorname", type(fault).__name__)
    if code is not None and code & 0xFF in BUSY:
        return RetryLater("The database is busy.", where=place, why=why, next_step="It is tried again by itself.")
    return FixTheHub(
        "The database cannot be read.",
        where=place,
        why=why,
        next_step=f"Look at the file that the host of connection {who.id} names: it must be there and be SQLite.",
    )
