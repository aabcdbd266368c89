"""Bring the tables of a warehouse up to what the code expects, as their owner."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from hub.errors import FixTheHub
from hub.machine import DATABASE_RIGHTS, LOCKED, error_of_trouble, trouble_of
from hub.messages import error_of
from hub.settings import settings
from mappings.engine import find_sources, read_agreements, read_source
from pipeline.conflicts.link_sync import apply_links
from pipeline.loading.rehash import rehash
from pipeline.marts.refresh import build_marts, marts_to_build
from stack.access_tables import load_access
from stack.agency_tables import load_register
from standards import standard
from standards.codelist import COLUMNS
from standards.figures import figures
from warehouse.connection import connect, owner_url
from warehouse.dimensions import fill_dimensions
from warehouse.dynamic_sql import comma_list, compose
from warehouse.event_marts import create_as_of
from warehouse.label_views import make_label_views
from warehouse.schema_sync import MomentZone, apply_standard, record_agreement
from warehouse.standard_migrations import written_migrations
from warehouse.statements import FOLDER, file_text, statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

SCHEMA = FOLDER / "schema"
SCHEMAS = "000_schemas"  # runs at every migration
STANDARD = "030_core"  # where the tables of the standard are made
AS_OF = "120_as_of"  # after which the functions that stand on its own are made
FIRST_VIEW = "100"  # files from here on are run at every migration


def migrate(url: str | None = None) -> list[str]:
    """Apply, as the owner, what is not applied yet and return the names of it.  Running it again does nothing.

    The files of `warehouse_sql/schema/` below 100 are applied once, in order; at 030 the tables of the standard are
    made, where additive changes (a new record type, a new optional field) apply themselves, after the migrations that
    are written for it (`warehouse_sql/standard/`).  Views and roles, the files from 100 on, are made anew each time.

    Raises:
        RetryLater: Another session holds a table that is to be changed for longer than the limit.
        FixTheHub: The login is not the owner's; or, before anything is changed, a sharing agreement has mistakes, or a
            file was applied that this version does not have, or that has changed since.
    """
    try:
        return _migrated(url or owner_url())
    except Exception as fault:
        trouble = trouble_of(fault)
        if trouble == LOCKED:
            raise error_of_trouble(LOCKED, "riskhub warehouse migrate") from None
        if trouble == DATABASE_RIGHTS:
            where = "RISKHUB_OWNER_URL" if settings().owner_url else "RISKHUB_DATABASE_URL"
            raise error_of(FixTheHub, "migrate.no_right", where=where) from None
        raise


def _migrated(target: str) -> list[str]:
    done: list[str] = []
    agreements = read_agreements(settings().sources)  # a mistake in one changes nothing
    with connect(target) as locking, connect(target) as conn:
        _begin(conn)
        locking.execute(statement("migration/lock_migration"))
        locking.execute(statement("migration/comment_migration"))
        applied = dict(conn.execute(statement("migration/applied_files")).fetchall())
        texts = {path.stem: file_text(f"schema/{path.stem}") for path in sorted(SCHEMA.glob("[0-9][0-9][0-9]_*.sql"))}
        once = {name: text for name, text in texts.items() if name < FIRST_VIEW}
        known = {**once, **written_migrations()}
        hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in known.items()}
        _require_same(applied, hashes)
        for name, text in once.items():
            if name == STANDARD:
                done += apply_standard(target, _moment_zones, lambda owner: rehash(owner, _moment_zones))
            elif name not in applied:
                if name != SCHEMAS:  # made before the lock could be taken
                    conn.execute(text)
                done.append(name)
            if name not in applied:
                conn.execute(statement("migration/record_applied"), {"name": name, "sha256": hashes[name]})
            conn.commit()
        record_agreement(conn)
        _load_codes(conn)
        _load_figures(conn)
        stale = marts_to_build(conn, changed=bool(done))
        make_label_views(conn)
        load_access(conn, _agencies(conn), agreements)
        for name, text in texts.items():
            if name >= FIRST_VIEW:
                conn.execute(text)
            if name == AS_OF:
                create_as_of(conn)
        build_marts(conn, stale)
        done += apply_links(conn)
    return done


def _moment_zones() -> Iterator[MomentZone]:
    """Yield the zones in which the sources write their moments; a source whose mapping is broken has none."""
    for folder in find_sources(settings().sources):
        try:
            source = read_source(folder)
        except FixTheHub:
            continue
        for record_type in source.record_types:
            routes = [route for route in source.routes if route.record_type is record_type]
            for moment, zone in routes[0].local_zones.items():
                if all(route.local_zones.get(moment) == zone for route in routes):
                    yield MomentZone(source.agency, source.feed, record_type.name, moment, zone)


def _agencies(conn: Connection[Any]) -> set[str]:
    """Return the agencies that have a source here, and those that ever sent."""
    own = {folder.parent.name for folder in find_sources(settings().sources)}
    return own | {agency for (agency,) in conn.execute(statement("access/known_agencies"))}


def _begin(conn: Connection[Any]) -> None:
    """Make the schemas, and the table whose lock lets one process at a time migrate; another may be making them."""
    schemas = file_text(f"schema/{SCHEMAS}")
    try:
        conn.execute(schemas)
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateSchema):
        conn.rollback()
        conn.execute(schemas)
    conn.commit()


def _require_same(applied: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    """Raise FixTheHub unless every applied file is here with the SHA-256 that it had when it was applied."""
    unknown = sorted(applied.keys() - hashes.keys())
    if unknown:
        raise error_of(FixTheHub, "migrate.other_version", where="ledger.migration", names=", ".join(unknown))
    changed = sorted(name for name in applied if applied[name] != hashes[name])
    if changed:
        name = changed[0] if "/" in changed[0] else f"schema/{changed[0]}"
        raise error_of(FixTheHub, "migrate.changed", where="ledger.migration", file=f"warehouse_sql/{name}.sql")


def _load_codes(conn: Connection[Any]) -> None:
    held = conn.execute(statement("code_lists/loaded_version")).fetchone()
    version = standard().version
    if held and held[0] == version:
        return
    conn.execute(statement("code_lists/delete_codes"))
    conn.execute(statement("code_lists/delete_lists"))
    with conn.cursor() as cursor, cursor.copy(statement("code_lists/copy_codes")) as copy:
        for codelist in standard().codelists.values():
            for row in codelist.table.to_pylist():
                copy.write_row((codelist.name, *(row[name] for name in COLUMNS.names)))
    with conn.cursor() as cursor, cursor.copy(statement("code_lists/copy_lists")) as copy:
        for each in standard().codelists.values():
            texts = (each.title, each.source, each.made)
            copy.write_row(
                (
                    each.name,
                    *(text[language] for text in texts for language in ("zh", "en")),
                    each.edition,
                    each.parents_in,
                )
            )
    load_register(conn)
    fill_dimensions(conn)
    conn.execute(compose("code_lists/set_loaded_version", version=sql.Literal(version)))


def _load_figures(conn: Connection[Any]) -> None:
    """Replace the published figures (population, exchange rates, limits of counts) by those of the standard."""
    for each in figures():
        table, columns = sql.Identifier("code", each.name), comma_list(map(sql.Identifier, each.columns))
        conn.execute(compose("code_lists/delete_figures", table=table))
        with (
            conn.cursor() as cursor,
            cursor.copy(compose("code_lists/copy_figures", table=table, columns=columns)) as copy,
        ):
            for row in each.rows:
                copy.write_row(row)
