"""Bring the tables of a warehouse up to what the code expects, as their owner."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from hub.errors import FixTheHub
from hub.machine import DATABASE_RIGHTS, LOCKED, in_words, trouble_of
from hub.settings import settings
from pipeline.conflicts.link_sync import apply_links
from standards import standard
from warehouse.connection import connect, owner_url
from warehouse.dynamic_sql import compose
from warehouse.schema_sync import apply_standard
from warehouse.statements import FOLDER, file_text, statement

if TYPE_CHECKING:
    from psycopg import Connection

CODE_COLUMNS = ("code", "label_zh", "label_en", "parent", "valid_from", "valid_to", "replaced_by", "source")
SCHEMAS = "000_schemas"  # runs at every migration


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
            raise in_words(LOCKED, "riskhub warehouse migrate") from None
        if trouble == DATABASE_RIGHTS:
            raise FixTheHub(
                "This login may not change the warehouse.",
                where="RISKHUB_OWNER_URL" if settings().owner_url else "RISKHUB_DATABASE_URL",
                why="It owns neither the database nor its tables, or may not make roles.",
                next_step="Name the owner in RISKHUB_OWNER_URL: docs/running.md says what it needs.",
            ) from None
        raise


def _migrated(target: str) -> list[str]:
    done: list[str] = []
    with connect(target) as alone, connect(target) as conn:
        _begin(conn)
        alone.execute(statement("migration/lock_migration"))
        applied = _applied(conn)
        for path in sorted(FOLDER.glob("[0-9][0-9][0-9]_*.sql")):
            if path.stem == "030_core":
                done += apply_standard(target)
            elif path.stem not in applied:
                if path.stem != SCHEMAS:  # made before the lock could be taken
                    conn.execute(file_text(path.stem))
                done.append(path.stem)
            _remember(conn, path.stem, applied)
            conn.commit()
        _load_codes(conn)
        for path in sorted((FOLDER / "views").glob("*.sql")):
            conn.execute(file_text(f"views/{path.stem}"))
        done += apply_links(conn)
    return done


def _begin(conn: Connection[Any]) -> None:
    """Make the schemas, and the table whose lock lets one process at a time migrate; another may be making them."""
    try:
        conn.execute(file_text(SCHEMAS))
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateSchema):
        conn.rollback()
        conn.execute(file_text(SCHEMAS))
    conn.commit()


def _applied(conn: Connection[Any]) -> dict[str, str]:
    return dict(conn.execute(statement("migration/applied_files")).fetchall())


def _remember(conn: Connection[Any], name: str, applied: dict[str, str]) -> None:
    digest = hashlib.sha256(file_text(name).encode()).hexdigest()
    if applied.get(name, digest) != digest:
        raise FixTheHub(
            f"warehouse_sql/{name}.sql was changed after it had been applied.",
            where="ledger.migration",
            why="A table that exists is not changed by editing the file that made it.",
            next_step="Put the file back and write the change as a new numbered file.",
        )
    if name not in applied:
        conn.execute(statement("migration/record_applied"), {"name": name, "sha256": digest})


def _load_codes(conn: Connection[Any]) -> None:
    held = conn.execute(statement("code_lists/loaded_version")).fetchone()
    version = standard().version
    if held and held[0] == version:
        return
    conn.execute(statement("code_lists/delete_codes"))
    with conn.cursor() as cursor, cursor.copy(statement("code_lists/copy_codes")) as copy:
        for codelist in standard().codelists.values():
            for row in codelist.table.to_pylist():
                copy.write_row((codelist.name, *(row[name] for name in CODE_COLUMNS)))
    conn.execute(compose("code_lists/set_loaded_version", version=sql.Literal(version)))
