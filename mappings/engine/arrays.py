"""Small things that every verb needs on Arrow arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NO = pa.scalar(value=False)


def one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the values as one array."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def as_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the values as an array of `string`, whichever text type the reader chose."""
    found = one_array(values)
    return found if found.type == pa.string() else pc.cast(found, pa.string())


def any_true(mask: pa.Array) -> bool:
    """Whether any element is true; null counts as false.

    >>> any_true(pa.array([False, None])), any_true(pa.array([None, True]))
    (False, True)
    """
    return bool(pc.any(mask, min_count=0).as_py())


def false(size: int) -> pa.Array:
    """Return `size` times false."""
    return pa.repeat(NO, size)


def failed(before: pa.Array, after: pa.Array) -> pa.Array:
    """Return where a value was given and none came out (boolean).

    >>> failed(pa.array(["1", "x", None]), pa.array([1, None, None])).to_pylist()
    [False, True, False]
    """
    return pc.and_(pc.is_valid(before), pc.is_null(after))


def only_where(mask: pa.Array, values: pa.Array) -> pa.Array:
    """Return the values where `mask` is true, null elsewhere; the array itself when that is everywhere."""
    if pc.all(mask, min_count=0).as_py():
        return values
    return pc.if_else(mask, values, pa.scalar(None, values.type))


def by_distinct(values: pa.Array, function: Callable[[list[Any]], Sequence[Any]], type_: pa.DataType) -> pa.Array:
    """Apply a Python function to the distinct values of a column; null stays null.

    This is the only way in which Python touches values: the cost grows with the distinct values, not with the rows.

    Args:
        values: A column; its distinct values, never null, go to the function once each.
        function: Takes the list of distinct values and returns one result for each, in their order.
        type_: The Arrow type of the results.

    Returns:
        One result for each element of `values`.

    >>> by_distinct(pa.array(["ab", None, "c", "ab"]), lambda texts: [len(t) for t in texts], pa.int8()).to_pylist()
    [2, None, 1, 2]
    """
    encoded = pc.dictionary_encode(values)
    made = pa.array(function(encoded.dictionary.to_pylist()), type_)
    return made.take(encoded.indices)


def text_bytes(values: pa.Array) -> bytes:
    """Return the UTF-8 bytes of a `string` array, end to end: one search then looks at all of its values at once."""
    if len(values) == 0:
        return b""
    _, offsets, data = values.buffers()
    if data is None:
        return b""
    places = memoryview(offsets).cast("i")
    return memoryview(data)[places[values.offset] : places[values.offset + len(values)]].tobytes()
