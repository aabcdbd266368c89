"""Typed values as text, each in one way: numbers without exponent, moments in ISO form, bytes as the text they spell.

A time zone is told as an offset: `2026-03-02T06:05:00Z` for what is stored in UTC.  Null stays null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.labels import plain

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 48  # types within each other; Arrow carries 64
EMPTY = "{}"  # an object without members
LISTS = (
    pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, pa.types.is_list_view,
    pa.types.is_large_list_view,
)  # fmt: skip
EXACT = 2**53  # from here on a float does not hold every whole number
EXACT_BY_BITS = {16: 2**11, 32: 2**24, 64: EXACT}
NUMPY = {16: np.float16, 32: np.float32}
BYTES = (
    pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view,
)  # fmt: skip
PLAIN = (
    pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal,
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_date, pa.types.is_timestamp,
    pa.types.is_time, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_duration,
    pa.types.is_binary_view,
)  # fmt: skip


def fits(kind: pa.DataType, depth: int = 0) -> bool:
    """Whether values of a type can be told as text."""
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return fits(kind.value_type, depth)
    parts: list[pa.DataType] = []
    if any(is_list(kind) for is_list in LISTS):
        parts = [kind.value_type]
    elif pa.types.is_struct(kind):
        parts = [field.type for field in kind]
    elif pa.types.is_map(kind):
        parts = [kind.key_type, kind.item_type]
    elif not any(is_kind(kind) for is_kind in PLAIN):
        return False
    return depth <= DEEPEST and all(fits(part, depth + 1 + pa.types.is_map(kind)) for part in parts)


def as_texts(column: pa.Array) -> pa.Array:
    """Return a column as text; lists, structs and maps keep their shape, with texts in it."""
    column = _decoded(column)
    kind = column.type
    if pa.types.is_map(kind):
        entry = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
        items = pa.StructArray.from_arrays([column.keys, column.items], fields=list(entry))
        return _list_of(column, items)
    if any(is_list(kind) for is_list in LISTS):
        lists = column.cast(pa.list_(kind.value_type))
        return _list_of(lists, lists.values)
    if pa.types.is_struct(kind) and not kind.num_fields:
        return pc.if_else(column.is_valid(), EMPTY, pa.scalar(None, pa.string()))
    if pa.types.is_struct(kind):
        parts = [as_texts(part) for part in column.flatten()]
        fields = [pa.field(plain(field.name), part.type) for field, part in zip(kind, parts, strict=True)]
        return pa.StructArray.from_arrays(parts, fields=fields, mask=column.is_null())
    return _plain(column)


def _decoded(column: pa.Array) -> pa.Array:
    """Return a column without what is only a way of keeping it: dictionaries, runs, types that a program has added."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _decoded(column.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return _decoded(pc.run_end_decode(column))
    return _decoded(_extended(column)) if isinstance(kind, pa.BaseExtensionType) else column


def _extended(column: pa.ExtensionArray) -> pa.Array:
    """Return values of a type that a program has added, as what they are stored as; a UUID in its usual form."""
    name, stored = column.type.extension_name, column.storage
    if name == "arrow.uuid":
        return _each(stored, lambda data: str(UUID(bytes=data)))
    return stored.cast(pa.bool_()) if name == "arrow.bool8" else stored


def _list_of(column: pa.Array, values: pa.Array) -> pa.Array:
    offsets = column.offsets
    mask = column.is_null() if column.null_count else None
    texts = as_texts(values)
    if mask is not None and column.offset:
        offsets = pa.array(offsets.to_pylist(), pa.int32())  # a mask and a sliced array do not go together
    return pa.ListArray.from_arrays(offsets, texts, mask=mask)


def _plain(column: pa.Array) -> pa.Array:  # noqa: PLR0911 - one per type
    kind = column.type
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_floating(kind):
        return _each(column, float_text if kind.bit_width not in NUMPY else _narrow_text(NUMPY[kind.bit_width]))
    if pa.types.is_decimal(kind):
        return _each(column, lambda number: format(number, "f"))
    if pa.types.is_timestamp(kind):
        return _moments(column)
    if any(is_bytes(kind) for is_bytes in BYTES):
        return _each(column, bytes_text)
    if pa.types.is_time(kind):
        return _without_zeros(column.cast(pa.string()))
    if pa.types.is_duration(kind):
        return column.cast(pa.int64()).cast(pa.string())
    return column.cast(pa.string())


def _each(column: pa.Array, told: Any) -> pa.Array:
    """Return each distinct value as text."""
    coded = column.dictionary_encode()
    texts = [None if value is None else told(value) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def lost_digits(number: float, exact: int = EXACT) -> int:
    """Return how many digits a whole number has that a float no longer keeps apart, 0 when it does.

    `exact` is where its kind of float ceases to hold every whole number.
    """
    return len(str(abs(int(number)))) if number - number == 0 and abs(number) >= exact and number.is_integer() else 0


def bytes_text(data: bytes) -> str:
    """Return the text that bytes spell in UTF-8; those that spell none in hexadecimal after 0x, never as a number.

    Some programs write texts as bytes without saying that they are texts.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    return text if text.isprintable() else f"0x{data.hex()}"


def _narrow_text(kind: Any) -> Callable[[float], str]:
    """Return how a float of fewer bits is told: by its own shortest text, 0.1 and not 0.10000000149011612."""
    return lambda number: float_text(float(str(kind(number))))


def float_text(number: float) -> str:
    """Return the shortest text of a number; nan and infinities by name, for the mapping to refuse."""
    if number - number != 0:
        return repr(number)
    return str(int(number)) if number.is_integer() and abs(number) < EXACT else format(Decimal(repr(number)), "f")


def _moments(column: pa.Array) -> pa.Array:
    zone = column.type.tz
    plain = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.timestamp(column.type.unit)) if zone else column
    text = pc.replace_substring(plain.cast(pa.string()), " ", "T")
    text = _without_zeros(text)
    return pc.binary_join_element_wise(text, "Z", "") if zone else text


def _without_zeros(text: pa.Array) -> pa.Array:
    """Take away the fraction of a second where it is zero, and the zeros at its end."""
    return pc.replace_substring_regex(pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1"), r"\.$", "")
