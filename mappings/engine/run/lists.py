"""Lists in cells: where each item is, without a loop over rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, as_text, one_array

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Spread:
    """The items of a list column laid out flat: the row of each (int64) and its place in the row's list (int64)."""

    rows: pa.Array
    place: pa.Array


def as_list(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as lists: a reader that met no list at all gives null or text, which is one item or none."""
    values = one_array(column)
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return values
    if pa.types.is_null(values.type):
        values = pc.cast(values, pa.string())
    counts = pc.cast(pc.is_valid(values), pa.int32())
    return pa.ListArray.from_arrays(_offsets(counts), values.drop_null())


def lone(columns: Mapping[str, pa.Array], name: str, lists: pa.Array) -> pa.Array | None:
    """Return lists of one struct where a file has a single object in place of a list, None if it never has.

    A reader gives the members of a single object as columns of the row, `goods/name`.
    """
    members = {
        path.removeprefix(f"{name}/"): as_text(each)
        for path, each in columns.items()
        if path.startswith(f"{name}/") and not pa.types.is_nested(each.type)
    }
    if not members:
        return None
    given = pc.is_valid(pc.coalesce(*members.values()))
    given = pc.and_(given, pc.equal(lengths(lists), 0))
    items = pa.StructArray.from_arrays([each.filter(given) for each in members.values()], list(members))
    return pa.ListArray.from_arrays(_offsets(pc.cast(given, pa.int32())), items)


def lengths(lists: pa.Array) -> pa.Array:
    """Return the length of each list, 0 for null (int32)."""
    return pc.cast(pc.fill_null(pc.list_value_length(lists), 0), pa.int32())


def spread(counts: pa.Array) -> Spread:
    """Return the layout of lists that are so long."""
    offsets = _offsets(counts)
    total = offsets[-1].as_py()
    rows = pc.list_parent_indices(pa.ListArray.from_arrays(offsets, pa.nulls(total)))
    rows = pc.cast(rows, pa.int64())
    return Spread(rows, pc.subtract(pa.arange(0, total), pc.cast(offsets, pa.int64()).take(rows)))


def item(lists: pa.Array, layout: Spread) -> pa.Array:
    """Return the item at each place of the layout, null where the list is shorter."""
    counts = lengths(lists)
    starts = pc.cast(_offsets(counts), pa.int64())
    there = pc.less(layout.place, counts.take(layout.rows))
    index = pc.if_else(there, pc.add(starts.take(layout.rows), layout.place), pa.scalar(None, pa.int64()))
    return pc.list_flatten(lists).take(index)


def longest(counts: list[pa.Array]) -> tuple[pa.Array, pa.Array]:
    """Return the greatest of parallel lengths, and where they differ."""
    most = pc.max_element_wise(*counts)
    return most, pc.not_equal(most, pc.min_element_wise(*counts))


def _offsets(counts: pa.Array) -> pa.Array:
    sums = pc.cumulative_sum(pc.cast(counts, pa.int32()))
    return pa.concat_arrays([pa.array([0], pa.int32()), one_array(sums)])


def cut(text: pa.Array, separators: tuple[str, ...]) -> pa.Array:
    """Return the text cut at any of the marks, as lists; marks at its end separate nothing."""
    first = separators[0]
    for other in separators[1:]:
        text = pc.replace_substring(text, other, first)
    while any_true(pc.ends_with(text, first)):
        text = pc.utf8_rtrim_whitespace(pc.if_else(pc.ends_with(text, first), _without_end(text, len(first)), text))
    cells = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return pc.split_pattern(cells, first)


def _without_end(text: pa.Array, size: int) -> pa.Array:
    return pc.utf8_slice_codeunits(text, 0, -size)
