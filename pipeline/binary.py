"""PostgreSQL's binary COPY for tables of one width, as numpy grids: no loop, and nothing for the server to parse.

A tuple is the number of its fields (int16) and, for each, its length (int32) and its bytes; numbers are big-endian.
(PostgreSQL documentation, COPY, "Binary Format")
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
KEY = np.dtype(
    [
        ("fields", ">i2"),
        ("row_size", ">i4"),
        ("row", ">i8"),
        ("uid_size", ">i4"),
        ("record_uid", "u1", 16),
        ("hash_size", ">i4"),
        ("row_hash", "u1", 32),
    ]
)
NUMBER = np.dtype([("fields", ">i2"), ("size", ">i4"), ("number", ">i8")])
NIBBLE = np.zeros(256, np.uint8)
NIBBLE[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)


def keys(table: pa.Table) -> bytes:
    """Return the tuples (row bigint, record_uid uuid, row_hash bytea) of rows without nulls."""
    grid = np.empty(table.num_rows, KEY)
    grid["fields"], grid["row_size"], grid["uid_size"], grid["hash_size"] = 3, 8, 16, 32
    grid["row"] = table["row"].to_numpy()
    digits = pc.replace_substring(table["record_uid"], "-", "").combine_chunks()
    nibbles = NIBBLE[_bytes(digits.cast(pa.binary()).cast(pa.binary(32)), 32)]
    grid["record_uid"] = nibbles[:, ::2] << 4 | nibbles[:, 1::2]
    grid["row_hash"] = _bytes(table["row_hash"].combine_chunks(), 32)
    return grid.tobytes()


def numbers(copied: bytes) -> pa.Array:
    """Return the column (int64) that a binary COPY of one bigint column without nulls has given."""
    count = (len(copied) - len(HEADER) - len(TRAILER)) // NUMBER.itemsize
    grid = np.frombuffer(copied, NUMBER, count, offset=len(HEADER))
    return pa.array(grid["number"].astype(np.int64))


def _bytes(values: pa.Array, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return fixed-size binary values as a matrix, without a copy."""
    flat = np.frombuffer(values.buffers()[1], np.uint8)[values.offset * width :]
    return flat[: len(values) * width].reshape(len(values), width)
