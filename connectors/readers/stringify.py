"""Typed values as text, each type in one form: numbers without exponent, timestamps in ISO 8601, bytes as UTF-8 text.

A timestamp with a time zone is given in UTC with the suffix Z: `2026-03-02T06:05:00Z`.  Null stays null.
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

MAX_DEPTH = 48  # types within each other; Arrow carries 64
EMPTY = "{}"  # an object without members
LIST_TYPES = (
    pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, pa.types.is_list_view,
    pa.types.is_large_list_view,
)  # fmt: skip
FLOAT64_EXACT = 2**53  # from here on a float does not hold every whole number
FLOAT_EXACT = {16: 2**11, 32: 2**24, 64: FLOAT64_EXACT}
NARROW_FLOATS = {16: np.float16, 32: np.float32}
BINARY_TYPES = (
    pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view,
)  # fmt: skip
SCALAR_TYPES = (
    pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal,
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_date, pa.types.is_timestamp,
    pa.types.is_time, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_duration,
    pa.types.is_binary_view,
)  # fmt: skip


def is_supported(kind: pa.DataType, depth: int = 0) -> bool:
    """Whether values of a type can be given as text.

    Args:
        kind: An Arrow type, nested or not.
        depth: How many types are around it; more than 48 are too many.

    >>> is_supported(pa.list_(pa.int8())), is_supported(pa.month_day_nano_interval())
    (True, False)
    """
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return is_supported(kind.value_type, depth)
    parts: list[pa.DataType] = []
    if any(is_list(kind) for is_list in LIST_TYPES):
        parts = [kind.value_type]
    elif pa.types.is_struct(kind):
        parts = [field.type for field in kind]
    elif pa.types.is_map(kind):
        parts = [kind.key_type, kind.item_type]
    elif not any(is_kind(kind) for is_kind in SCALAR_TYPES):
        return False
    return depth <= MAX_DEPTH and all(is_supported(part, depth + 1 + pa.types.is_map(kind)) for part in parts)


def to_text(column: pa.Array) -> pa.Array:
    """Return a column as text; lists, structs and maps keep their form, with text as leaves.

    Args:
        column: An array of a type that `is_supported` accepts.

    Returns:
        An array of strings, or of lists and structs of strings.  A map becomes a list of structs `key`, `value`.

    >>> to_text(pa.array([1.50, None, 1e16])).to_pylist()
    ['1.5', None, '10000000000000000']
    """
    column = _decode(column)
    kind = column.type
    if pa.types.is_map(kind):
        entry = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
        items = pa.StructArray.from_arrays([column.keys, column.items], fields=list(entry))
        return _list_of(column, items)
    if any(is_list(kind) for is_list in LIST_TYPES):
        lists = column.cast(pa.list_(kind.value_type))
        return _list_of(lists, lists.values)
    if pa.types.is_struct(kind) and not kind.num_fields:
        return pc.if_else(column.is_valid(), EMPTY, pa.scalar(None, pa.string()))
    if pa.types.is_struct(kind):
        parts = [to_text(part) for part in column.flatten()]
        fields = [pa.field(plain(field.name), part.type) for field, part in zip(kind, parts, strict=True)]
        return pa.StructArray.from_arrays(parts, fields=fields, mask=column.is_null())
    return _scalar_text(column)


def _decode(column: pa.Array) -> pa.Array:
    """Return a column without its storage form: dictionaries, runs and extension types are resolved."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _decode(column.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return _decode(pc.run_end_decode(column))
    return _decode(_extension_storage(column)) if isinstance(kind, pa.BaseExtensionType) else column


def _extension_storage(column: pa.ExtensionArray) -> pa.Array:
    """Return the stored values of an extension type; a UUID in its usual text form."""
    name, stored = column.type.extension_name, column.storage
    if name == "arrow.uuid":
        return _map_distinct(stored, lambda data: str(UUID(bytes=data)))
    return stored.cast(pa.bool_()) if name == "arrow.bool8" else stored


def _list_of(column: pa.Array, values: pa.Array) -> pa.Array:
    offsets = column.offsets
    mask = column.is_null() if column.null_count else None
    texts = to_text(values)
    if mask is not None and column.offset:
        offsets = pa.array(offsets.to_pylist(), pa.int32())  # a mask and a sliced array do not go together
    return pa.ListArray.from_arrays(offsets, texts, mask=mask)


def _scalar_text(column: pa.Array) -> pa.Array:  # noqa: PLR0911 - one per type
    kind = column.type
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_floating(kind):
        return _map_distinct(
            column,
            float_text if kind.bit_width not in NARROW_FLOATS else _narrow_float_text(NARROW_FLOATS[kind.bit_width]),
        )
    if pa.types.is_decimal(kind):
        return _map_distinct(column, lambda number: format(number, "f"))
    if pa.types.is_timestamp(kind):
        return _timestamp_text(column)
    if any(is_bytes(kind) for is_bytes in BINARY_TYPES):
        return _map_distinct(column, bytes_text)
    if pa.types.is_time(kind):
        return _trim_zero_fraction(column.cast(pa.string()))
    if pa.types.is_duration(kind):
        return column.cast(pa.int64()).cast(pa.string())
    return column.cast(pa.string())


def _map_distinct(column: pa.Array, convert: Any) -> pa.Array:
    """Return the text of each value; each distinct value is converted once."""
    coded = column.dictionary_encode()
    texts = [None if value is None else convert(value) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def lost_digits(number: float, exact: int = FLOAT64_EXACT) -> int:
    """Return the number of digits of a whole number that its float type cannot hold exactly, 0 when it can.

    Args:
        number: The value; nan and infinities give 0.
        exact: The first whole number from which on the float type has gaps: 2**53 for 64 bits (IEEE 754).

    >>> lost_digits(460100000000000017.0), lost_digits(17.0)
    (18, 0)
    """
    return len(str(abs(int(number)))) if number - number == 0 and abs(number) >= exact and number.is_integer() else 0


def bytes_text(data: bytes) -> str:
    r"""Return the text that bytes encode in UTF-8; other bytes in hexadecimal after `0x`, which no number looks like.

    Some programs write text columns as binary ones.

    >>> bytes_text("品".encode()), bytes_text(b"\xff\x00")
    ('品', '0xff00')
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    return text if text.isprintable() else f"0x{data.hex()}"


def _narrow_float_text(kind: Any) -> Callable[[float], str]:
    """Return the converter of a float of 16 or 32 bits: its own shortest text, 0.1 and not 0.10000000149011612."""
    return lambda number: float_text(float(str(kind(number))))


def float_text(number: float) -> str:
    """Return the shortest text that gives back a float, without exponent; nan and infinities by name.

    >>> float_text(100.0), float_text(1e-7), float_text(float("inf"))
    ('100', '0.0000001', 'inf')
    """
    if number - number != 0:
        return repr(number)
    return (
        str(int(number)) if number.is_integer() and abs(number) < FLOAT64_EXACT else format(Decimal(repr(number)), "f")
    )


def _timestamp_text(column: pa.Array) -> pa.Array:
    zone = column.type.tz
    plain = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.timestamp(column.type.unit)) if zone else column
    text = pc.replace_substring(plain.cast(pa.string()), " ", "T")
    text = _trim_zero_fraction(text)
    return pc.binary_join_element_wise(text, "Z", "") if zone else text


def _trim_zero_fraction(text: pa.Array) -> pa.Array:
    """Remove trailing zeros of the fraction of a second, and an empty fraction."""
    return pc.replace_substring_regex(pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1"), r"\.$", "")
