"""GeoPackage: an SQLite file that lists its tables; points are told as `POINT (x y)`, other shapes as WKB."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from connectors.readers.binary import sqlite
from connectors.readers.stringify import float_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk

CONTENTS = "SELECT table_name FROM gpkg_contents ORDER BY table_name"  # the tables that the package offers
GEOMETRY_COLUMNS = "SELECT table_name, column_name FROM gpkg_geometry_columns"
MAGIC = b"GP"
ENVELOPES = (0, 32, 48, 48, 64)  # bytes of the box around a shape, by its kind
EMPTY = 0x10
POINT = 1


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed table, or of the only one that the package lists; raises what sqlite raises."""
    del limits
    yield from sqlite.read_tables(members, fmt, _tables, _Shapes(), note)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    chunks = read(members[:1], fmt, limits, lambda _: None)
    return list(next(chunks).columns.schema.names)


def _tables(database: sqlite3.Connection) -> list[str]:
    listed = {name for (name,) in database.execute(CONTENTS)}
    return [name for name in sqlite.own_tables(database) if name in listed]


class _Shapes:
    """Geometry columns as text."""

    def __init__(self) -> None:
        self._columns: dict[int, set[tuple[str, str]]] = {}

    def __call__(self, database: sqlite3.Connection, table: str, column: str, value: Any) -> Any:
        """Return a value as it is told."""
        if not isinstance(value, bytes):
            return value
        if id(database) not in self._columns:
            self._columns = {id(database): set(database.execute(GEOMETRY_COLUMNS))}
        return shape_text(value) if (table, column) in self._columns[id(database)] else value


def shape_text(data: bytes) -> str:
    """Return a geometry: a point as text, others as their WKB in hexadecimal, "" for an empty one."""
    if data[:2] != MAGIC or len(data) < 8:  # noqa: PLR2004 - the header
        return data.hex()
    flags = data[3]
    envelope = flags >> 1 & 7
    if flags & EMPTY:
        return ""
    shape = data[8 + (ENVELOPES[envelope] if envelope < len(ENVELOPES) else 0) :]
    order = "<" if shape[:1] == b"\1" else ">"
    if len(shape) == 21 and struct.unpack_from(f"{order}I", shape, 1)[0] == POINT:  # noqa: PLR2004 - a flat point
        x, y = struct.unpack_from(f"{order}dd", shape, 5)
        return f"POINT ({float_text(x)} {float_text(y)})"
    return shape.hex()
