"""The texts of rows one by one: of plain columns, and of the members of list columns, each with the row it is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import as_text
from mappings.engine.byte_scan import ByteScan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Cells:
    """The texts of one column or member, and, for a member, the position of each text's row; None: one text a row."""

    text: pa.Array
    rows: pa.Array | None = None

    @cached_property
    def scan(self) -> ByteScan:
        """A scan over the bytes of all texts."""
        return ByteScan(self.text)

    def of_row(self, values: pa.Array) -> pa.Array:
        """Return for each text the element of `values` that belongs to its row."""
        return values if self.rows is None else values.take(self.rows)


def cells_of(rows: pa.RecordBatch, wanted: Mapping[str, object]) -> dict[str, Cells]:
    """Return the texts of the columns and members (`list/member`) that are named in `wanted`."""
    found: dict[str, Cells] = {}
    for name, column in zip(rows.schema.names, rows.columns, strict=True):
        if name.startswith("@"):
            continue
        if pa.types.is_list(column.type):
            found |= {path: cells for path, cells in _members(name, column) if path in wanted}
        elif name in wanted and not pa.types.is_nested(column.type):
            found[name] = Cells(as_text(column))
    return found


def with_cells(rows: pa.RecordBatch, changed: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """Return the rows with other texts in the columns and members that are named."""
    arrays = []
    for name, column in zip(rows.schema.names, rows.columns, strict=True):
        if pa.types.is_list(column.type):
            arrays.append(_rebuilt(name, column, changed))
        else:
            arrays.append(changed.get(name, column))
    return pa.RecordBatch.from_arrays(arrays, names=rows.schema.names)


def _members(name: str, column: pa.ListArray, above: pa.Array | None = None) -> Iterator[tuple[str, Cells]]:
    """Yield the texts in a list by path, those of lists in its items too; `above` is the row of each element."""
    parents, items = pc.list_parent_indices(column), column.flatten()
    rows = parents if above is None else above.take(parents)
    if pa.types.is_struct(items.type):
        for member, values in members_of(items).items():
            if pa.types.is_list(values.type):
                yield from _members(f"{name}/{member}", values, rows)
            elif not pa.types.is_nested(values.type):
                yield f"{name}/{member}", Cells(as_text(values), rows)
    elif not pa.types.is_nested(items.type):
        yield name, Cells(as_text(items), rows)


def members_of(items: pa.StructArray) -> dict[str, pa.Array]:
    """Return the members of structs by name.

    Arrow takes a name that begins with a full stop, such as `./@type`, for a path.
    """
    return {field.name: pc.struct_field(items, [at]) for at, field in enumerate(items.type)}


def _rebuilt(name: str, column: pa.ListArray, changed: Mapping[str, pa.Array]) -> pa.ListArray:
    if not any(path == name or path.startswith(f"{name}/") for path in changed):
        return column
    items = column.flatten()
    if pa.types.is_struct(items.type):
        members = members_of(items)
        arrays = [
            _rebuilt(f"{name}/{member}", values, changed)
            if pa.types.is_list(values.type)
            else changed.get(f"{name}/{member}", values)
            for member, values in members.items()
        ]
        items = pa.StructArray.from_arrays(arrays, [*members], mask=pc.is_null(items))
    else:
        items = changed[name]
    counts = pc.fill_null(pc.list_value_length(column), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cast(pc.cumulative_sum(counts), pa.int32())])
    return pa.ListArray.from_arrays(offsets, items, mask=pc.is_null(column) if column.null_count else None)
