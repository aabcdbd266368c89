"""PostgreSQL's binary COPY, made from Arrow columns: no loop over rows, and nothing for the server to parse.

A tuple is the number of its fields (int16) and, for each, its length (int32) and its bytes; -1 stands for null; numbers
are big-endian.  A column becomes one or two binary arrays, and one join of all of them per row is the stream.
(PostgreSQL documentation: COPY, "Binary Format"; the types' own forms are those of their `recv` functions.)
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

Piece: TypeAlias = "pa.Array | pa.Scalar"
Grid: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = pa.scalar(struct.pack(">i", -1), pa.binary())
NOTHING = pa.scalar(b"", pa.binary())
SHORT = 4096  # bytes; lengths of texts below it come from a table
NIBBLE = np.zeros(256, np.uint8)
NIBBLE[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)
EPOCH_DAYS = 10_957  # from 1970 to 2000, where PostgreSQL counts from
EPOCH_MICROSECONDS = EPOCH_DAYS * 86_400_000_000
GROUP = 10_000  # a numeric is written in digits of this base
WHOLE_GROUPS = 5  # enough for the 18 digits of every number in the standard


def tuples(
    columns: list[pa.Array], types: list[str], constants: list[pa.Array], constant_types: list[str]
) -> pa.Buffer:
    """Return the tuples of rows whose first fields are the same in all of them.

    `constants` are arrays of one element; `types` are PostgreSQL's names of the fields' types.  Raises KeyError for a
    type that no field of the standard has.
    """
    head = struct.pack(">h", len(constants) + len(columns)) + b"".join(
        _one(piece) for each, kind in zip(constants, constant_types, strict=True) for piece in ENCODERS[kind](each)
    )
    pieces: list[Piece] = [pa.scalar(head, pa.binary())]
    for each, kind in zip(columns, types, strict=True):
        pieces += ENCODERS[kind](each)
    rows = pc.binary_join_element_wise(*pieces, NOTHING)
    ends = np.frombuffer(rows.buffers()[1], np.int32)[rows.offset :]
    return rows.buffers()[2].slice(int(ends[0]), int(ends[len(rows)] - ends[0]))


def numbers(copied: bytes) -> pa.Array:
    """Return the column (int64) that a binary COPY of one bigint column without nulls has given."""
    return number_columns(copied, "number")["number"].combine_chunks()


def number_columns(copied: bytes, *names: str) -> pa.Table:
    """Return the columns (int64) that a binary COPY of bigint columns without nulls has given, under their names."""
    cells = [(part, kind) for name in names for part, kind in ((f"size of {name}", ">i4"), (name, ">i8"))]
    form = np.dtype([("fields", ">i2"), *cells])
    count = (len(copied) - len(HEADER) - len(TRAILER)) // form.itemsize
    grid = np.frombuffer(copied, form, count, offset=len(HEADER))
    return pa.table({name: pa.array(grid[name].astype(np.int64)) for name in names})


def _one(piece: Piece) -> bytes:
    value: bytes = (piece if isinstance(piece, pa.Scalar) else piece[0]).as_py()
    return value


def _text(column: pa.Array, prefix: bytes = b"") -> list[Piece]:
    size = pc.binary_length(column)
    if (pc.max(size).as_py() or 0) < SHORT:
        head = _lengths(prefix).take(size)
    else:
        plain = pc.fill_null(size, 0).to_numpy().astype(np.int32) + len(prefix)
        head = pc.binary_join_element_wise(_cells(plain.astype(">i4").view("u1"), 4), prefix, b"")
        head = pc.if_else(pc.is_valid(size), head, pa.scalar(None, pa.binary()))
    value = column.cast(pa.binary())
    return [pc.fill_null(head, NULL), pc.fill_null(value, NOTHING)] if column.null_count else [head, value]


def _lengths(prefix: bytes) -> pa.Array:
    return pa.array([struct.pack(">i", size + len(prefix)) + prefix for size in range(SHORT)], pa.binary())


def _json(column: pa.Array) -> list[Piece]:
    return _text(column, b"\x01")  # the version of jsonb's form


def _uuid(column: pa.Array) -> list[Piece]:
    digits = pc.replace_substring(column, "-", "").cast(pa.binary()).cast(pa.binary(32))
    nibbles = NIBBLE[_matrix(digits)]
    return _fixed(nibbles[:, ::2] << 4 | nibbles[:, 1::2], column)


def _bytes(column: pa.Array) -> list[Piece]:
    return _fixed(_matrix(column), column)


def _bigint(column: pa.Array) -> list[Piece]:
    return _fixed(_whole(column, ">i8"), column)


def _integer(column: pa.Array) -> list[Piece]:
    return _fixed(_whole(column, ">i4"), column)


def _boolean(column: pa.Array) -> list[Piece]:
    return _fixed(_whole(column.cast(pa.uint8()), "u1"), column)


def _date(column: pa.Array) -> list[Piece]:
    return _fixed(_whole(pc.subtract(column.cast(pa.int32()), EPOCH_DAYS), ">i4"), column)


def _moment(column: pa.Array) -> list[Piece]:
    since = pc.subtract(column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), EPOCH_MICROSECONDS)
    return _fixed(_whole(since, ">i8"), column)


def _numeric(column: pa.Array) -> list[Piece]:
    """Write decimals (up to 18 digits), all with the base-10000 digits that the longest may have; the server trims."""
    scale = column.type.scale
    groups = -(-scale // 4)
    units = np.frombuffer(column.buffers()[1], "<i8")[2 * column.offset :: 2][: len(column)]
    size = np.abs(units)
    grid = np.zeros((len(column), 4 + WHOLE_GROUPS + groups), ">i2")
    grid[:, 0], grid[:, 1], grid[:, 3] = WHOLE_GROUPS + groups, WHOLE_GROUPS - 1, scale
    grid[:, 2] = np.where(units < 0, 0x4000, 0)
    whole, part = np.divmod(size, 10**scale)
    part = part * 10 ** (4 * groups - scale)
    for at in range(WHOLE_GROUPS):
        grid[:, 4 + at] = whole // GROUP ** (WHOLE_GROUPS - 1 - at) % GROUP
    for at in range(groups):
        grid[:, 4 + WHOLE_GROUPS + at] = part // GROUP ** (groups - 1 - at) % GROUP
    return _fixed(grid.view("u1").reshape(len(column), -1), column)


def _whole(column: pa.Array, form: str) -> Grid:
    plain: Grid = pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(form)
    return plain.view("u1").reshape(len(column), -1)


def _fixed(values: Grid, column: pa.Array) -> list[Piece]:
    """Return values of one width (a matrix of bytes), each with its length before it, null where the column is."""
    width = values.shape[1]
    grid = np.empty((len(values), 4 + width), np.uint8)
    grid[:, :4] = np.frombuffer(struct.pack(">i", width), np.uint8)
    grid[:, 4:] = values
    cells = _cells(grid, 4 + width)
    return [pc.if_else(pc.is_valid(column), cells, NULL) if column.null_count else cells]


def _cells(grid: Grid, width: int) -> pa.Array:
    """Return a matrix of bytes as an array of binary values."""
    flat = np.ascontiguousarray(grid)
    size = flat.size // width
    return pa.Array.from_buffers(pa.binary(width), size, [None, pa.py_buffer(flat)]).cast(pa.binary())


def _matrix(values: pa.Array) -> Grid:
    """Return fixed-size binary values as a matrix of bytes."""
    width = values.type.byte_width
    flat = np.frombuffer(values.buffers()[1], np.uint8)[values.offset * width :]
    return flat[: len(values) * width].reshape(len(values), width)


ENCODERS: dict[str, Callable[[pa.Array], list[Piece]]] = {
    "text": _text,
    "jsonb": _json,
    "uuid": _uuid,
    "bytea": _bytes,
    "bigint": _bigint,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "timestamp with time zone": _moment,
    "numeric": _numeric,
}
