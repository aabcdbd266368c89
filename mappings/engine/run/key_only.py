"""Records named by rows that have only the key columns, such as a list of records to withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import as_text
from mappings.engine.run.record_keys import key_text, record_uids
from mappings.engine.run.subjects import padded
from mappings.engine.text.document_numbers import normal_numbers
from mappings.engine.text.repair import repaired

if TYPE_CHECKING:
    from mappings.engine.model.route import Route
    from mappings.engine.model.source import Source
    from mappings.engine.text.repair import Repaired

NAMED = pa.schema([pa.field("row", pa.int64()), pa.field("record_uid", pa.string())])


def repaired_key(column: pa.Array, source: Source, name: str, route: Route) -> tuple[Repaired, pa.Array]:
    """Return the repairs of the key column `name`, and its text with null for what means no value.

    Where the source says that a blank is a value of the column, that value is "".

    A column that is read as a date is no code.  Digits get back the zeros that a spreadsheet took from their front, and
    document numbers their normal form, where the column's own rule does so.
    """
    rules = [rule for _, rule in route.all_rules() if rule.columns == (name,)]
    done = repaired(column, halve=True, code=not any(pa.types.is_temporal(rule.target.arrow) for rule in rules))
    is_missing = pc.is_in(done.text, value_set=pa.array(sorted(source.missing), pa.string()))
    text = pc.if_else(is_missing, pa.scalar(None, pa.string()), done.text)
    if name in source.blank_key:
        text = pc.fill_null(text, "")
    width = next((rule.options["pad"] for rule in rules if "pad" in rule.options), None)
    text = text if width is None else padded(text, width)[0]
    kinds = [rule.options["document_no"] for rule in rules if "document_no" in rule.options]
    return done, normal_numbers(text, court=kinds[0] == "court") if kinds else text


def without_lost(done: Repaired, text: pa.Array) -> pa.Array:
    """Return the key without what a spreadsheet has destroyed: two records would become one."""
    for mask in (done.lost_characters, done.lost, done.dated, done.ditto):
        text = text if mask is None else pc.if_else(mask, pa.scalar(None, pa.string()), text)
    return text


def named_records(rows: pa.RecordBatch, source: Source) -> dict[str, pa.Table]:
    """Return row and uid (`NAMED`), by record type, of the records that rows name.

    A row whose key is blank or lost characters names none.  A key is repaired as that of an ordinary row is.  One that
    fits several record types is tried with each.
    """
    found: dict[str, list[pa.Table]] = {}
    for route in source.routes:
        if not set(route.key) <= set(rows.schema.names):
            continue
        keys = []
        for name in route.key:
            done, text = repaired_key(as_text(rows.column(name)), source, name, route)
            keys.append(key_text(without_lost(done, text), name, source))
        table = pa.table([rows.column("@row"), record_uids(source, route.record_type.name, keys)], schema=NAMED)
        found.setdefault(route.record_type.name, []).append(table.filter(pc.is_valid(table["record_uid"])))
    return {name: _once(pa.concat_tables(tables)) for name, tables in found.items()}


def _once(named: pa.Table) -> pa.Table:
    """Keep one line of those that two routes with the same key have made."""
    return named.group_by(["row", "record_uid"], use_threads=False).aggregate([]).cast(NAMED)
