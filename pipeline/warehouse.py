"""Connecting to the warehouse and bringing its tables up to what the code expects."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from hub.errors import FixTheHub, RetryLater
from hub.machine import DATABASE, DATABASE_RIGHTS, LOCKED, in_words, trouble_of
from hub.settings import settings
from hub.sql import FOLDER, statement
from standards import standard

if TYPE_CHECKING:
    from psycopg import Connection

# Times in files are written without a zone and mean UTC; the loader's session must therefore be UTC.
CODE_COLUMNS = ("code", "label_zh", "label_en", "parent", "valid_from", "valid_to", "replaced_by", "source")
SCHEMAS = "000_schemas"  # runs at every migration
OPTIONS = "-c timezone=UTC -c client_min_messages=warning"


def database_url() -> str:
    """Return the URL that the hub works with: the configured one, else the loader's of the embedded PostgreSQL."""
    configured = settings().database_url
    if configured:
        return configured
    from pipeline.stack import postgres  # noqa: PLC0415 - only where nobody brings a PostgreSQL of their own

    return postgres.loader_url()


def owner_url() -> str:
    """Return the URL of the owner of the tables, who migrates; where none is configured, the hub's own login may be."""
    configured = settings().owner_url or settings().database_url
    if configured:
        return configured
    from pipeline.stack import postgres  # noqa: PLC0415 - see above

    return postgres.url()


def connect(url: str | None = None) -> Connection[Any]:
    """Open a connection, as the loader unless `url` is another's.

    Raises RetryLater, without the password, when the server does not answer.
    """
    target = url or database_url()
    try:
        return psycopg.connect(target, options=_options(), connect_timeout=10, application_name="riskhub")
    except psycopg.OperationalError as fault:
        address = psycopg.conninfo.conninfo_to_dict(target)
        raise RetryLater(
            "The warehouse does not answer.",
            where=f"{address.get('host', 'localhost')}:{address.get('port', 5432)}/{address.get('dbname', '')}",
            why=type(fault).__name__,
            next_step="Start the hub with `riskhub up`, or check RISKHUB_DATABASE_URL.",
            trouble=DATABASE,
        ) from None


def _options() -> str:
    # A lock is held by an open transaction while the work on a batch goes on elsewhere: it must not end for idling.
    limit = settings().lock_seconds
    return f"{OPTIONS} -c lock_timeout={limit}s -c idle_in_transaction_session_timeout=0"


def migrate(url: str | None = None) -> list[str]:
    """Apply, as the owner, what is not applied yet and return the names of it.  Running it again does nothing.

    Numbered files are applied once, in order; at 030 the tables of the standard are made, where additive changes (a
    new record type, a new optional field) apply themselves; views and roles are made anew each time.

    Raises RetryLater when somebody reads or works for too long on what is to be changed, and FixTheHub when the login
    is not the owner's.
    """
    try:
        return _migrated(url or owner_url())
    except Exception as fault:
        trouble = trouble_of(fault)
        if trouble == LOCKED:
            raise in_words(LOCKED, "riskhub migrate") from None
        if trouble == DATABASE_RIGHTS:
            raise FixTheHub(
                "This login may not change the warehouse.",
                where="RISKHUB_OWNER_URL" if settings().owner_url else "RISKHUB_DATABASE_URL",
                why="It owns neither the database nor its tables, or may not make roles.",
                next_step="Name the owner in RISKHUB_OWNER_URL: docs/running.md says what it needs.",
            ) from None
        raise


def _migrated(target: str) -> list[str]:
    from pipeline.conflict.declared import apply_links  # noqa: PLC0415 - as the next one
    from pipeline.standard_tables import apply_standard  # noqa: PLC0415 - loads much, for this one call

    done: list[str] = []
    with connect(target) as alone, connect(target) as conn:
        _begin(conn)
        alone.execute(statement("migrate/lock"))
        applied = _applied(conn)
        for path in sorted(FOLDER.glob("[0-9][0-9][0-9]_*.sql")):
            if path.stem == "030_core":
                done += apply_standard(target)
            elif path.stem not in applied:
                if path.stem != SCHEMAS:  # made before the lock could be taken
                    conn.execute(statement(path.stem))
                done.append(path.stem)
            _remember(conn, path.stem, applied)
            conn.commit()
        _load_codes(conn)
        for path in sorted((FOLDER / "views").glob("*.sql")):
            conn.execute(statement(f"views/{path.stem}"))
        done += apply_links(conn)
    return done


def _begin(conn: Connection[Any]) -> None:
    """Make the schemas, and the table whose lock lets one process at a time migrate; another may be making them."""
    try:
        conn.execute(statement(SCHEMAS))
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateSchema):
        conn.rollback()
        conn.execute(statement(SCHEMAS))
    conn.commit()


def _applied(conn: Connection[Any]) -> dict[str, str]:
    return dict(conn.execute(statement("migrate/applied")).fetchall())


def _remember(conn: Connection[Any], name: str, applied: dict[str, str]) -> None:
    digest = hashlib.sha256(statement(name).encode()).hexdigest()
    if applied.get(name, digest) != digest:
        raise FixTheHub(
            f"warehouse_sql/{name}.sql was changed after it had been applied.",
            where="ledger.migration",
            why="A table that exists is not changed by editing the file that made it.",
            next_step="Put the file back and write the change as a new numbered file.",
        )
    if name not in applied:
        conn.execute(statement("migrate/remember"), {"name": name, "sha256": digest})


def _load_codes(conn: Connection[Any]) -> None:
    held = conn.execute(statement("migrate/codes_held")).fetchone()
    version = standard().version
    if held and held[0] == version:
        return
    conn.execute(statement("migrate/forget_codes"))
    with conn.cursor() as cursor, cursor.copy(statement("migrate/copy_codes")) as copy:
        for codelist in standard().codelists.values():
            for row in codelist.table.to_pylist():
                copy.write_row((codelist.name, *(row[name] for name in CODE_COLUMNS)))
    conn.execute(sql.SQL(statement("migrate/codes_comment")).format(version=sql.Literal(version)))
