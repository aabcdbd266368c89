"""The row as it is stored in quarantine: the columns that the mapping reads, with personal values masked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from hub.personal import MASK
from mappings.engine.arrays import as_text, one_array
from mappings.engine.cells import members_of
from mappings.engine.duck import connection
from mappings.engine.run.mask import hide, masked_text
from mappings.engine.run.single_values import one_value
from mappings.engine.text.repair import without_controls

if TYPE_CHECKING:
    from mappings.engine.model.source import Source


def mask(rows: pa.RecordBatch, source: Source) -> pa.Array:
    """Return each row's columns as one JSON object (text), in the file's order, without personal values.

    A value of a column that is personal, ignored or unknown becomes `***`, and an empty one stays empty.  In other
    values marks replace what is personal (`hide`).  A row that was not cut into cells keeps its text only where the
    source has nothing personal in it.

    Args:
        rows: Rows as the reader gives them.
        source: The source.
    """
    masked = masked_columns(source)
    columns = shown_columns(rows, source)
    if "@raw" in rows.schema.names and rows.column("@raw").null_count < len(rows):
        raw = rows.column("@raw")
        columns["@raw"] = without_controls(masked_text(as_text(raw))) if not masked else _masked(raw)
    if not columns:
        return pa.repeat(pa.scalar("{}"), len(rows))
    table = pa.table(list(columns.values()), [f"c{at}" for at in range(len(columns))])
    pieces = [
        piece for at, name in enumerate(columns) for piece in (ConstantExpression(name), ColumnExpression(f"c{at}"))
    ]
    json = FunctionExpression("json_object", *pieces).cast("VARCHAR").alias("made")
    return one_array(connection().from_arrow(table).select(json).to_arrow_table()["made"])


def shown_columns(rows: pa.RecordBatch, source: Source) -> dict[str, pa.Array]:
    """Return each of the sender's columns as it may be shown; the row's own text (`@raw`) is not among them."""
    masked, rows = masked_columns(source), hide(_with_plain(rows, source), source).rows
    names = [name for name in rows.schema.names if not name.startswith("@")]
    return {name: _shown(rows.column(name), name, source, masked) for name in names}


def masked_columns(source: Source) -> frozenset[str]:
    """Return the columns with personal values: declared so, or read into a field that is not for everybody."""
    behind = {column for _, rule in source.all_rules() if rule.personal for column in (*rule.columns, *rule.beside)}
    return source.personal | behind


def _shown(column: pa.Array, name: str, source: Source, masked: frozenset[str]) -> pa.Array:
    if name in source.lists and pa.types.is_list(column.type) and name not in masked:
        return _shown_list(column, name, source, masked)
    if name in masked or name not in source.read_columns or name in source.lists:
        return _masked(column)
    return without_controls(as_text(column))


def _with_plain(rows: pa.RecordBatch, source: Source) -> pa.RecordBatch:
    """Return the rows with text in every column in which one value was agreed, so that it is searched like any text."""
    nested = [field.name for field in rows.schema if pa.types.is_nested(field.type)]
    wrong = [name for name in nested if name in source.read_columns and name not in source.lists]
    arrays = [
        _plain(column) if name in wrong else column
        for name, column in zip(rows.schema.names, rows.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=rows.schema.names) if wrong else rows


def _plain(column: pa.Array) -> pa.Array:
    """Return a column in which one value was agreed; what is a list or an object all the same is shown as JSON."""
    text, several = one_value(column)
    written = [json.dumps(value, ensure_ascii=False) for value in column.filter(several).to_pylist()]
    return pc.replace_with_mask(text, several, pa.array(written, pa.string()))


def _shown_list(column: pa.Array, name: str, source: Source, masked: frozenset[str]) -> pa.Array:
    """Mask the members of a list's items one by one; lists of text are shown or masked as a whole."""
    items = column.flatten()
    if pa.types.is_struct(items.type):
        members = members_of(items)
        shown = [_shown(values, f"{name}/{member}", source, masked) for member, values in members.items()]
        items = pa.StructArray.from_arrays(shown, [*members])
    else:
        items = without_controls(as_text(items))
    counts = pc.fill_null(pc.list_value_length(column), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cast(pc.cumulative_sum(counts), pa.int32())])
    return pa.ListArray.from_arrays(offsets, items)


def _masked(column: pa.Array) -> pa.Array:
    if pa.types.is_nested(column.type):
        given = pc.is_valid(column)
    else:
        given = pc.fill_null(pc.not_equal(as_text(column), ""), fill_value=False)
    return pc.if_else(given, MASK, pa.scalar(None, pa.string()))
