"""Partners with a database: PostgreSQL (the one of the test run, another database) and a SQLite file."""

from __future__ import annotations

import sqlite3
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from hub.settings import settings
from tests.support.partners.everyone import Partner

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = count()
CREATE = "create table {} (no text primary key, at text, cause text, note text, changed {} )"
UPSERT = (
    "insert into {} (no, at, cause, note, changed) values ({}, {}, {}, {}, {}) on conflict (no) do update "
    "set at = excluded.at, cause = excluded.cause, note = excluded.note, changed = excluded.changed"
)


class PostgresPartner(Partner):
    """Its rows are in `theirs.fires` of a database of its own, which a login of its own may read."""

    kind = "sql"
    connector = (
        "{kind: sql, connection: their_server, table: theirs.fires, watermark: changed, columns: [no, at, cause, note]}"
    )

    def __init__(self, root: Path) -> None:
        """Make database, login and table; `root` is not needed."""
        del root
        self.hub = str(settings().owner_url)
        self.name = f"theirs_{self.hub.rpartition('/')[2]}_{next(NUMBER)}"
        with psycopg.connect(self.hub, autocommit=True) as conn:
            name = {"name": sql.Identifier(self.name), "secret": sql.Literal(self.secret)}
            conn.execute(sql.SQL("create database {name}").format(**name))
            conn.execute(sql.SQL("revoke connect on database {name} from public").format(**name))
            conn.execute(sql.SQL("create role {name} login password {secret}").format(**name))
            conn.execute(sql.SQL("grant connect on database {name} to {name}").format(**name))
        self.execute("create schema theirs")
        self.execute(CREATE.format("theirs.fires", "timestamptz").encode())
        self.execute(f'grant usage on schema theirs to "{self.name}"'.encode())
        self.execute(f'grant select on all tables in schema theirs to "{self.name}"'.encode())

    def execute(self, query: Any, *values: Any) -> None:
        """Run a statement as the partner, and commit."""
        with psycopg.connect(f"{self.hub.rpartition('/')[0]}/{self.name}") as conn:
            conn.execute(query, values)

    def uri(self, secret: str | None = None, port: int | None = None) -> str:
        """Return the connection of the hub's login."""
        parts = urlsplit(self.hub)
        password = quote(self.secret if secret is None else secret, safe="")
        return f"postgres://{self.name}:{password}@{parts.hostname}:{port or parts.port}/{self.name}"

    def put(self, *rows: str) -> None:
        """Write rows, all with the moment of now as their watermark."""
        query = UPSERT.format("theirs.fires", *["%s"] * 4, "now()").encode()
        with psycopg.connect(f"{self.hub.rpartition('/')[0]}/{self.name}") as conn:
            for row in rows:
                conn.execute(query, row.split(","))

    def close(self) -> None:
        """Drop the database and the login."""
        with psycopg.connect(self.hub, autocommit=True) as conn:
            name = {"name": sql.Identifier(self.name)}
            conn.execute(sql.SQL("drop database {name} with (force)").format(**name))
            conn.execute(sql.SQL("drop role {name}").format(**name))


class SqlitePartner(Partner):
    """Its rows are in a file; the watermark is a number.  There is no server and no secret."""

    kind = "sqlite"
    connector = (
        "{kind: sql, connection: their_server, table: fires, watermark: changed, columns: [no, at, cause, note]}"
    )

    def __init__(self, root: Path) -> None:
        """Make the file."""
        self.path = root / "their rows.db"
        self.changes = count(1)
        self.execute(CREATE.format("fires", "integer"))

    def execute(self, query: str, *values: Any) -> None:
        """Run a statement as the partner, and commit."""
        with sqlite3.connect(self.path) as conn:
            conn.execute(query, values)
        conn.close()

    def uri(self, secret: str | None = None, port: int | None = None) -> str:
        """Return the connection; SQLite has neither secrets nor ports."""
        del secret, port
        return f"sqlite://{quote(str(self.path), safe='')}"

    def put(self, *rows: str) -> None:
        """Write rows, all with the next number as their watermark."""
        query, change = UPSERT.format("fires", *["?"] * 5), next(self.changes)
        for row in rows:
            self.execute(query, *row.split(","), change)
