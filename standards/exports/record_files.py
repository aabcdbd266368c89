"""Tables of records as files: JSON lines of nested records, and one flat csv; whole columns at a time."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from standards.exports.flat_columns import flat_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standards import Field, RecordType

ROW = "row"


def json_lines(tables: dict[str, pa.Table], record_type: RecordType) -> bytes:
    """Return records as JSON, one a line, each as its schema has it: nested, and without what is not given.

    Args:
        tables: "" with `row` and the fields, each list with `row`, `position` and its fields, in that order.
        record_type: Their type.
    """
    main = tables[""]
    parts = _members(main, list(record_type.tables[""].fields.values()), 0)
    for child, table in tables.items():
        if child:
            about = record_type.tables[child]
            items = _values(table["code"]) if about.plain else _objects(table, list(about.fields.values()), 0)
            parts.append(_prefixed(child, _list_of(_one(table[ROW]), items, main.num_rows)))
    lines = pc.binary_join_element_wise("{", _joined(parts), "}\n", "")
    return b"".join(each.encode() for each in lines.to_pylist())


def flat_csv(tables: dict[str, pa.Table], record_type: RecordType, items: int) -> bytes:
    """Return records as one csv in UTF-8, with the columns of `flat_table`."""
    stream = io.BytesIO()
    csv.write_csv(flat_table(tables, record_type, items), stream, csv.WriteOptions(quoting_style="needed"))
    return stream.getvalue()


def flat_table(tables: dict[str, pa.Table], record_type: RecordType, items: int) -> pa.Table:
    """Return records as one table of texts, with the columns of `flat_columns`: the first `items` of each list."""
    columns, main = {}, tables[""]
    for each in flat_columns(record_type, items):
        table = tables[each.child]
        column = _one(table[each.field.name])
        if each.child:
            here = pc.equal(table["position"], each.position)
            found = pc.index_in(main[ROW], value_set=_one(table[ROW].filter(here)))
            column = column.filter(_one(here)).take(_one(found))
        columns[each.path] = _texts(column)
    return pa.table(columns)


def _members(table: pa.Table, fields: Sequence[Field], depth: int) -> list[pa.Array]:
    """Return the members of objects as JSON text, each null where it is not given; paths nest below `depth`."""
    parts: list[pa.Array] = []
    groups: dict[str, list[Field]] = {}
    for field in fields:
        groups.setdefault(field.path.split(".")[depth], []).append(field)
    for name, within in groups.items():
        if len(within[0].path.split(".")) == depth + 1:
            parts.append(_prefixed(name, _values(table[within[0].name])))
        else:
            objects = _objects(table, within, depth + 1)
            parts.append(_prefixed(name, pc.if_else(pc.equal(objects, "{}"), None, objects)))
    return parts


def _objects(table: pa.Table, fields: Sequence[Field], depth: int) -> pa.Array:
    return pc.binary_join_element_wise("{", _joined(_members(table, fields, depth)), "}", "")


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    """Return the members of each object with a comma between them, without those that are null."""
    ended = [pc.fill_null(pc.binary_join_element_wise(part, ",", ""), "") for part in parts]
    return pc.utf8_rtrim(pc.binary_join_element_wise(*ended, ""), ",")


def _prefixed(name: str, values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(json.dumps(name) + ":", values, "")


def _values(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as JSON values; null where it has none."""
    column = _one(column)
    texts = _texts(column)
    if pa.types.is_string(column.type):
        encoded = texts.dictionary_encode()
        quoted = pa.array(
            [json.dumps(each, ensure_ascii=False) for each in encoded.dictionary.to_pylist()], pa.string()
        )
        return quoted.take(encoded.indices)
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return pc.binary_join_element_wise('"', texts, '"', "")
    return texts


def _texts(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(pc.cast(column, pa.timestamp("s", "UTC")), "%Y-%m-%dT%H:%M:%SZ")
    return pc.cast(column, pa.string())


def _list_of(rows: pa.Array, items: pa.Array, count: int) -> pa.Array:
    """Return the items of each record as a JSON list; null where it has none."""
    counts = pc.value_counts(rows)
    found = pc.index_in(pa.array(range(count), pa.int64()), value_set=counts.field("values"))
    sizes = pc.fill_null(counts.field("counts").take(found), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(sizes)])
    lists = pa.ListArray.from_arrays(pc.cast(offsets, pa.int32()), items)
    joined = pc.binary_join_element_wise("[", pc.binary_join(lists, ","), "]", "")
    return pc.if_else(pc.equal(sizes, 0), None, joined)


def _one(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
