"""Records that are Arrow arrays already, in the form that `nested` gives to records of Python's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from connectors.readers.tree.flatten import OWN, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def flattened(names: Sequence[str], arrays: Sequence[pa.Array]) -> dict[str, pa.Array]:
    """Return the members by path; those of an object are members of what holds it."""
    found: dict[str, pa.Array] = {}
    for name, array in zip(names, arrays, strict=True):
        if pa.types.is_struct(array.type):
            inner = flattened(array.type.names, array.flatten())
            found |= {f"{name}/{path}": each for path, each in inner.items()}
        else:
            found[name] = array
    return found


def see(shape: Shape, members: Mapping[str, pa.Array]) -> None:
    """Widen a shape to hold members."""
    for name, array in members.items():
        _see(shape.members.setdefault(name, Shape()), array)


def _see(shape: Shape, array: pa.Array) -> None:
    if array.null_count == len(array):
        return
    if pa.types.is_string(array.type):
        shape.text = True
    elif pa.types.is_list(array.type):
        shape.items = shape.items or Shape()
        _see(shape.items, array.flatten())
    else:
        see(shape, flattened(array.type.names, array.flatten()))


def fitted(array: pa.Array, shape: Shape) -> pa.Array:
    """Return an array in the type that its shape has."""
    if shape.items:
        if not pa.types.is_list(array.type):
            valid = np.asarray(array.is_valid())
            offsets = pa.array(np.concatenate([[0], np.cumsum(valid)]), pa.int32())
            return pa.ListArray.from_arrays(offsets, fitted(array.drop_null(), shape.items), mask=array.is_null())
        return pa.ListArray.from_arrays(array.offsets, fitted(array.values, shape.items), mask=array.is_null())
    if not shape.members:
        return array if pa.types.is_string(array.type) else pa.nulls(len(array), pa.string())
    inner = flattened(array.type.names, array.flatten()) if pa.types.is_struct(array.type) else {OWN: array}
    kind = shape.arrow()
    own = Shape()
    children = [
        fitted(inner[each.name], shape.members.get(each.name, own)) if each.name in inner
        else pa.nulls(len(array), each.type)
        for each in kind
    ]  # fmt: skip
    return pa.StructArray.from_arrays(children, fields=list(kind), mask=array.is_null())
