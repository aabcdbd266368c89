"""COPY: Arrow tables into PostgreSQL tables, encoded by Arrow's csv writer, streamed.

Encoding and the server's work overlap: the next part is made while the server takes in the last one.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
from psycopg import sql

from hub.sql import columns, compose
from pipeline.parallel import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

HEX = np.frombuffer(bytes(range(256)).hex().encode(), np.uint8).reshape(256, 2)
NO_HEADER = pc_csv.WriteOptions(include_header=False)


def copy_in(
    conn: Connection[Any], table: tuple[str, str], records: pa.Table, constants: dict[str, Any] | None = None
) -> None:
    """Copy `records` into `schema.table`; `constants` are columns that hold one value in every row."""
    copy_stream(conn, table, [*(constants or {}), *records.schema.names], [records], constants)


def copy_stream(
    conn: Connection[Any],
    table: tuple[str, str],
    names: list[str],
    parts: Iterable[pa.Table],
    constants: dict[str, Any] | None = None,
) -> None:
    """Copy part after part into `schema.table` in one COPY; `names` are its columns: constants first, then fields."""
    into = compose("load/copy_in", table=sql.Identifier(*table), columns=columns(names))
    with conn.cursor() as cursor, cursor.copy(into) as copy:
        for block in side_by_side(parts, lambda part: encoded(part, constants or {}), threads=1):
            copy.write(block)


def encoded(records: pa.Table, constants: dict[str, Any]) -> memoryview:
    """Return the rows as CSV: null is nothing, an empty text is `""`, times are UTC without a zone."""
    same = {name: pa.repeat(pa.scalar(value), records.num_rows) for name, value in constants.items()}
    fields = {name: _plain(records[name]) for name in records.schema.names}
    buffer = io.BytesIO()
    pc_csv.write_csv(
        pa.table({**{n: _plain(pa.chunked_array([a])) for n, a in same.items()}, **fields}), buffer, NO_HEADER
    )
    return buffer.getbuffer()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column in a type that the csv writer is quick at and PostgreSQL reads back exactly."""
    if pa.types.is_timestamp(column.type) and column.type.tz:
        # The writer takes 15 times as long to write a zone; the loader's session is UTC.
        return column.cast(pa.timestamp("us"))
    if pa.types.is_fixed_size_binary(column.type):
        return _hex(column)
    return column


def _hex(column: pa.ChunkedArray) -> pa.Array:
    """Return hashes (binary of one width, none null) as the hex text that PostgreSQL reads, without a loop."""
    width, size = column.type.byte_width, len(column)
    flat = column.combine_chunks()
    digits = np.frombuffer(flat.buffers()[1], np.uint8)[flat.offset * width :][: size * width].reshape(size, width)
    text = np.empty((size, 2 + 2 * width), np.uint8)
    text[:, :2] = np.frombuffer(b"\\x", np.uint8)
    text[:, 2:] = HEX[digits].reshape(size, 2 * width)
    offsets = np.arange(size + 1, dtype=np.int32) * (2 + 2 * width)
    return pa.StringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(text))
