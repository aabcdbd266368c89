"""Columns that hold one value by agreement: rows with a list or an object there become faulty.

A reader gives a column one type for all rows.  Once a single record has a list in it, every row has one, and a plain
value is a list of one, so a list of one is read as the value.  An object stands in columns of its own, `place/name`,
and leaves `place` empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, as_text, false, one_array

if TYPE_CHECKING:
    from mappings.engine.model.source import Source

NOT_ONE_VALUE = "NOT_ONE_VALUE"
LIST, OBJECT = "[…]", "{…}"  # what a finding shows of it
OWN = "."  # the member of a struct that holds the text of a thing with members
ATTRIBUTE = "./@"  # begins the members that are attributes of an element of XML


def one_value(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return a column as text, null where it holds no single value; and where it holds a list, an empty one too."""
    kind = column.type
    if pa.types.is_struct(kind):
        return _own(column)
    if not pa.types.is_nested(kind):
        return as_text(column), false(len(column))
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)):
        return pa.nulls(len(column), pa.string()), pc.is_valid(column)
    single = pc.fill_null(pc.equal(pc.list_value_length(column), 1), fill_value=False)
    text, several = one_value(one_array(pc.list_flatten(column.filter(single))))
    several = pc.or_(several, pc.is_null(text))  # a null within a list is no value either
    return _spread(single, text), pc.or_(_spread(single, several), pc.and_not(pc.is_valid(column), single))


def _own(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the own text of things that may have members; those that do are objects, unless all are attributes."""
    text, members = pa.nulls(len(column), pa.string()), false(len(column))
    for place, field in enumerate(column.type):
        part = column.flatten()[place]
        if field.name == OWN and not pa.types.is_nested(field.type):
            text = as_text(part)
        elif not field.name.startswith(ATTRIBUTE):
            members = pc.or_(members, pc.is_valid(part))
    wrong = pc.and_(pc.is_valid(column), pc.or_(members, pc.is_null(text)))
    return pc.if_else(wrong, pa.scalar(None, pa.string()), text), wrong


def _spread(where: pa.Array, values: pa.Array) -> pa.Array:
    """Return the values at the places where `where` is true; null, or false, elsewhere."""
    empty = false(len(where)) if pa.types.is_boolean(values.type) else pa.nulls(len(where), values.type)
    return pc.replace_with_mask(empty, where, values)


def lists_apart(rows: pa.RecordBatch, source: Source) -> pa.RecordBatch:
    """Return the rows with plain columns as text, and those faulty (NOT_ONE_VALUE) that hold more than one value.

    The columns of `source.lists` are lists by agreement and stay as they are.
    """
    names = rows.schema.names
    plain = [name for name in source.read_columns if name not in source.lists]
    nested = [name for name in plain if name in names and pa.types.is_nested(rows.schema.field(name).type)]
    objects = {name: found for name in plain if (found := _members(name, names, source))}
    if not nested and not objects:
        return rows
    faults = pa.nulls(len(rows), pa.string())
    texts: dict[str, pa.Array] = {}
    for name in nested:
        texts[name], wrong = one_value(rows.column(name))
        faults = pc.coalesce(faults, pc.if_else(wrong, f"{name}: {LIST}", pa.scalar(None, pa.string())))
    for name, members in objects.items():
        given = false(len(rows)) if name not in names else pc.is_valid(texts.get(name, rows.column(name)))
        wrong = pc.and_not(_any_given(rows, members), given)
        faults = pc.coalesce(faults, pc.if_else(wrong, f"{name}: {OBJECT}", pa.scalar(None, pa.string())))
    rows = _with(rows, texts)
    return faulty(rows, NOT_ONE_VALUE, faults) if faults.null_count < len(faults) else rows


def _members(name: str, names: list[str], source: Source) -> list[str]:
    """Return the columns that an object in place of a plain value has left, without those that were agreed."""
    if name not in names:
        return []  # no record has the plain value: the missing column is reported for the file
    agreed = {*source.read_columns, *source.ignore}
    return [each for each in names if each.startswith(f"{name}/") and "/@" not in each and each not in agreed]


def _any_given(rows: pa.RecordBatch, names: list[str]) -> pa.Array:
    found = false(len(rows))
    for name in names:
        found = pc.or_(found, pc.is_valid(rows.column(name)))
    return found


def _with(rows: pa.RecordBatch, texts: dict[str, pa.Array]) -> pa.RecordBatch:
    arrays = [texts.get(name, column) for name, column in zip(rows.schema.names, rows.columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=rows.schema.names)


def faulty(rows: pa.RecordBatch, code: str, faults: pa.Array) -> pa.RecordBatch:
    """Return rows of which some became faulty and lost their values, as rows that the reader could not read.

    Args:
        rows: The rows.
        code: The code of the fault.
        faults: What each fault is about (text); null for a row without one.  A faulty row keeps its first fault.
    """
    if "@fault" not in rows.schema.names:
        nothing = pa.nulls(len(rows), pa.string())
        rows = rows.append_column("@fault", nothing).append_column("@raw", nothing)
    found = pc.and_(pc.is_valid(faults), pc.is_null(rows.column("@fault")))
    if not any_true(found):
        return rows
    made = {"@fault": pa.scalar(code), "@raw": faults}
    arrays = [
        pc.if_else(found, made[name], column) if name in made
        else column if name.startswith("@") else without(column, found)
        for name, column in zip(rows.schema.names, rows.columns, strict=True)
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(arrays, names=rows.schema.names)


def without(column: pa.Array, where: pa.Array) -> pa.Array:
    """Return a column with null where `where` is true, whatever its type."""
    if not pa.types.is_nested(column.type):
        return pc.if_else(where, pa.scalar(None, column.type), column)
    places = pc.if_else(where, pa.scalar(None, pa.int64()), pa.arange(0, len(column)))
    return column.take(places)
