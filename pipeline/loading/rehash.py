"""Content hashes of loaded records, made anew after a written migration has renamed or moved their values.

A hash is made of names and values, so a record that a migration has rewritten would count as changed when its sender
sends it again.  Here each one gets the hash that `refine` gives the same values today.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from mappings.engine import content_hashes
from standards import standard
from warehouse.copy import copy_in
from warehouse.dynamic_sql import columns, compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from psycopg import Connection

    from standards import RecordType, Table
    from warehouse.schema_sync import MomentZone

AT_ONCE = 50_000  # records whose values are in memory together
LAST_UID = UUID(int=2**128 - 1)
VERSION = {"core": [], "history": ["recorded_to"]}  # what tells versions of one record apart, beside its identity


class Part(NamedTuple):
    """The records of a feed, in one table of a schema, whose uids lie from `low` up to `high`, both inclusive."""

    schema: str
    record: str
    agency: str
    feed: str
    low: UUID
    high: UUID


def rehash(conn: Connection[Any], zones: Callable[[], Iterable[MomentZone]]) -> Iterator[str]:
    """Give every record of core and history the hash of what it holds, in the transaction of the connection.

    Args:
        conn: A connection of the owner, whose clock is UTC.
        zones: Called once, where there are records; the zones in which the feeds write their moments.  Where a moment
            of a feed has none, its days count as content, and a record that is sent again may count as changed once.

    Yields:
        How many records of which table got another hash.
    """
    known: list[MomentZone] | None = None
    for record_type in standard().types.values():
        for schema in VERSION:
            name = record_type.tables[""].name
            table = sql.Identifier(schema, name)
            changed = 0
            for agency, feed, count in conn.execute(compose("migration/count_by_feed", table=table)).fetchall():
                known = list(zones()) if known is None else known
                own = {
                    each.moment: each.zone
                    for each in known
                    if (each.agency, each.feed, each.record_type) == (agency, feed, record_type.name)
                }
                for low, high in _ranges(count):
                    part = Part(schema, name, agency, feed, low, high)
                    changed += _rehash_part(conn, record_type, part, own)
            if changed:
                yield f"rehash {schema} {name}: {changed}"


def _ranges(count: int) -> Iterator[tuple[UUID, UUID]]:
    """Yield ranges of uids, both ends inclusive, of about equal size: a uid is a hash, so its values spread evenly."""
    size = LAST_UID.int // (count // AT_ONCE + 1) + 1
    for low, high in pairwise([*range(0, LAST_UID.int, size), LAST_UID.int + 1]):
        yield UUID(int=low), UUID(int=high - 1)


def _rehash_part(conn: Connection[Any], record_type: RecordType, part: Part, zones: dict[str, str]) -> int:
    record = record_type.tables[""]
    keys = {"record_uid": pa.string(), "record_version": pa.int64()}
    main = _copied(conn, "migration/copy_records", part, record, keys)
    if not len(main):
        return 0
    items = {"n": pa.int64(), "position": pa.int32()}
    children = {
        name: (child.drop_columns(["n"]), child["n"].combine_chunks())
        for name, table in record_type.tables.items()
        if name and len(child := _copied(conn, "migration/copy_children", part, table, items))
    }
    hashes = content_hashes(record_type, main.select(list(record.fields)), children, zones)
    made = pa.table({**{name: main[name] for name in keys}, "row_hash": hashes})
    conn.execute(statement("migration/create_rehashed"))
    copy_in(conn, ("pg_temp", "rehashed"), made)
    set_hashes = compose("migration/set_row_hashes", table=sql.Identifier(part.schema, record.name))
    changed = conn.execute(set_hashes, part._asdict()).rowcount
    conn.execute(statement("migration/drop_rehashed"))
    return changed


def _copied(conn: Connection[Any], name: str, part: Part, table: Table, keys: dict[str, pa.DataType]) -> pa.Table:
    """Return columns of a table with the types of the standard, in the order of records and positions."""
    types = keys | {each.name: each.arrow for each in table.fields.values()}
    query = compose(
        name,
        table=sql.Identifier(part.schema, table.name),
        columns=columns(types),
        version=columns(["record_uid", *VERSION[part.schema]]),
        record=sql.Identifier(part.schema, part.record),
    )
    written = io.BytesIO()
    with conn.cursor() as cursor, cursor.copy(query, part._asdict()) as copy:
        for block in copy:
            written.write(block)
    values = csv.ConvertOptions(
        column_types=types,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    lines = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(pa.py_buffer(written.getvalue()), parse_options=lines, convert_options=values)
