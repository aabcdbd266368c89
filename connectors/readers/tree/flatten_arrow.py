"""The operations of `flatten` on records that are Arrow arrays already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from connectors.readers.tree.flatten import OWN_TEXT, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def flatten_structs(names: Sequence[str], arrays: Sequence[pa.Array]) -> dict[str, pa.Array]:
    """Return the members of records by path; the members of a struct become members of the record.

    >>> list(flatten_structs(["a"], [pa.array([{"b": "1", "c": "2"}])]))
    ['a/b', 'a/c']
    """
    found: dict[str, pa.Array] = {}
    for name, array in zip(names, arrays, strict=True):
        if pa.types.is_struct(array.type):
            inner = flatten_structs(array.type.names, array.flatten())
            found |= {f"{name}/{path}": each for path, each in inner.items()}
        else:
            found[name] = array
    return found


def widen(shape: Shape, members: Mapping[str, pa.Array]) -> None:
    """Widen a shape so that it fits the members of records, as `Shape.add` does for one record."""
    for name, array in members.items():
        _widen(shape.members.setdefault(name, Shape()), array)


def _widen(shape: Shape, array: pa.Array) -> None:
    if array.null_count == len(array):
        return
    if pa.types.is_string(array.type):
        shape.text = True
    elif pa.types.is_list(array.type):
        shape.items = shape.items or Shape()
        _widen(shape.items, array.flatten())
    else:
        widen(shape, flatten_structs(array.type.names, array.flatten()))


def conform(array: pa.Array, shape: Shape) -> pa.Array:
    """Return an array in the type of a shape, as `Shape.conform` does for one node."""
    if shape.items:
        if not pa.types.is_list(array.type):
            valid = np.asarray(array.is_valid())
            offsets = pa.array(np.concatenate([[0], np.cumsum(valid)]), pa.int32())
            return pa.ListArray.from_arrays(offsets, conform(array.drop_null(), shape.items), mask=array.is_null())
        return pa.ListArray.from_arrays(array.offsets, conform(array.values, shape.items), mask=array.is_null())
    if not shape.members:
        return array if pa.types.is_string(array.type) else pa.nulls(len(array), pa.string())
    inner = flatten_structs(array.type.names, array.flatten()) if pa.types.is_struct(array.type) else {OWN_TEXT: array}
    kind = shape.arrow_type()
    text_shape = Shape()
    children = [
        conform(inner[each.name], shape.members.get(each.name, text_shape)) if each.name in inner
        else pa.nulls(len(array), each.type)
        for each in kind
    ]  # fmt: skip
    return pa.StructArray.from_arrays(children, fields=list(kind), mask=array.is_null())
