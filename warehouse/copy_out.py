"""Rows of a query as Arrow tables, streamed: memory holds one part of them, however many there are.

The server writes csv (COPY), and Arrow reads it in C++, without a cursor whose values become Python
objects first.  The server describes the query before it runs, so that every part has the types of the whole.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg.postgres import types as known_types
from pyarrow import csv

from hub.errors import WrongUsage
from hub.messages import error_of
from warehouse.dynamic_sql import compose, query_text
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection, sql

PART = 50_000  # rows that are read at a time
INSTANT = pa.timestamp("us", "UTC")
TYPES: dict[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int2": pa.int64(),
    "int4": pa.int64(),
    "int8": pa.int64(),
    "float4": pa.float64(),
    "float8": pa.float64(),
    "numeric": pa.float64(),  # one without a declared precision; others are decimals
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": INSTANT,
}
LARGEST = 38  # digits of an Arrow decimal of 128 bits
MODIFIER = 4  # a type modifier of PostgreSQL counts from here
SCALE_BITS = 0x7FF
SESSION = "-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c client_min_messages=warning"


def describe(conn: Connection[Any], query: sql.Composed | bytes) -> pa.Schema:
    """Return the columns of one query, as `read_parts` gives them, without running it.

    Text, uuid, json, arrays and all other types become text; int2 to int8 become int64; a numeric with a declared
    precision of at most 38 digits is a decimal, any other a double.

    Args:
        conn: A connection; the query is judged by the rights of its login.
        query: One statement; bytes are what somebody has written.

    Raises:
        WrongUsage: It has no columns.
        psycopg.Error: The server refuses it, for instance because it is more than one statement.
    """
    conn.execute(statement("stack/ping"))  # begins the transaction that the settings of the connection ask for
    text = query if isinstance(query, bytes) else query.as_string(conn).encode()
    for described in (conn.pgconn.prepare(b"", text), conn.pgconn.describe_prepared(b"")):
        if described.status not in {psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK}:
            raise psycopg.errors.error_from_result(described)
    if not described.nfields:
        raise error_of(WrongUsage, "export.no_columns", where=text.decode())
    names = ((described.fname(at) or b"").decode() for at in range(described.nfields))
    return pa.schema([pa.field(name, _type(described.ftype(at), described.fmod(at))) for at, name in enumerate(names)])


def read_parts(
    conn: Connection[Any], query: sql.Composed | bytes, schema: pa.Schema, rows: int = PART
) -> Iterator[pa.Table]:
    """Yield the rows of a query in their order, `rows` at a time; none yields nothing.

    Args:
        conn: A connection whose session has the settings `SESSION`.
        query: One query that `describe` has described.
        schema: What it has said.
        rows: How many rows a part has; the last one has fewer.

    Raises:
        WrongUsage: A value has no place in Arrow, such as the date `infinity`; the error names its column.
        psycopg.Error: The server refuses or ends the query.
    """
    with conn.cursor() as cursor, cursor.copy(compose("export/copy_out", query=query_text(query))) as copy:
        lines = iter(copy)
        while block := b"".join(bytes(line) for line in islice(lines, rows)):  # the server sends a row at a time
            yield _parsed(block, schema)


def read_all(conn: Connection[Any], query: sql.Composed | bytes) -> pa.Table:
    """Return all rows of a query as one table; raises as `describe` and `read_parts` do."""
    schema = describe(conn, query)
    return pa.concat_tables([schema.empty_table(), *read_parts(conn, query, schema)])


def _type(oid: int, modifier: int) -> pa.DataType:
    """Return the Arrow type of a column, from the number of its type and the modifier.

    >>> _type(1700, 4 + (18 << 16) + 2), _type(25, -1)
    (Decimal128Type(decimal128(18, 2)), DataType(string))
    """
    info = known_types.get(oid)
    name = info.name if info else ""
    if name == "numeric" and modifier >= MODIFIER:
        precision, scale = divmod(modifier - MODIFIER, 1 << 16)
        if precision <= LARGEST and scale & SCALE_BITS <= precision:
            return pa.decimal128(precision, scale & SCALE_BITS)
    return TYPES.get(name, pa.string())


def _parsed(block: bytes, schema: pa.Schema) -> pa.Table:
    names = [str(at) for at in range(len(schema))]  # two columns of a query may bear one name
    try:
        table = _read(block, dict(zip(names, schema.types, strict=True)))
    except pa.ArrowInvalid:
        raise _misfit(block, schema) from None
    return pa.Table.from_arrays([column.combine_chunks() for column in table.columns], schema=schema)


def _read(block: bytes, types: dict[str, pa.DataType]) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(block),
        csv.ReadOptions(column_names=list(types), block_size=len(block) + 1, use_threads=False),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def _misfit(block: bytes, schema: pa.Schema) -> WrongUsage:
    """Return the error that names the first column with a value that its type cannot hold."""
    texts = _read(block, {str(at): pa.string() for at in range(len(schema))})
    for field, column in zip(schema, texts.columns, strict=True):
        for value in pc.unique(column.combine_chunks()).to_pylist():
            try:
                _read(f'"{value}"\n'.encode() if value is not None else b"\n", {"0": field.type})
            except pa.ArrowInvalid:
                return error_of(WrongUsage, "export.misfit", column=field.name, value=value, type=field.type)
    return error_of(WrongUsage, "export.misfit", column="?", value="?", type="?")
