"""Keys alone: who is meant by rows that have nothing but the key columns, such as a list of records to withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import as_text
from mappings.engine.keys import key_text, record_uids
from mappings.engine.repair import repaired

if TYPE_CHECKING:
    from mappings.engine.source import Source

NAMED = pa.schema([pa.field("row", pa.int64()), pa.field("record_uid", pa.string())])


def named_records(rows: pa.RecordBatch, source: Source) -> dict[str, pa.Table]:
    """Return row and uid (`NAMED`), by record type, of the records that rows name; a row with a blank key names none.

    A key is repaired as that of an ordinary row is.  One that fits several record types is tried with each.
    """
    found: dict[str, list[pa.Table]] = {}
    for route in source.routes:
        if not set(route.key) <= set(rows.schema.names):
            continue
        keys = []
        for name in route.key:
            text = repaired(as_text(rows.column(name)), halve=True).text
            gone = pc.is_in(text, value_set=pa.array(sorted(source.missing), pa.string()))
            keys.append(key_text(pc.if_else(gone, pa.scalar(None, pa.string()), text), name, source))
        table = pa.table([rows.column("@row"), record_uids(source, route.record_type.name, keys)], schema=NAMED)
        found.setdefault(route.record_type.name, []).append(table.filter(pc.is_valid(table["record_uid"])))
    return {name: _once(pa.concat_tables(tables)) for name, tables in found.items()}


def _once(named: pa.Table) -> pa.Table:
    """Keep one line of those that two routes with the same key have made."""
    return named.group_by(["row", "record_uid"], use_threads=False).aggregate([]).cast(NAMED)
