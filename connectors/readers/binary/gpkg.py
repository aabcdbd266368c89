"""GeoPackage (OGC 12-128): an SQLite file with geometry columns."""

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

CONTENTS = "SELECT table_name FROM gpkg_contents ORDER BY table_name"  # the tables of the package
GEOMETRY_COLUMNS = "SELECT table_name, column_name FROM gpkg_geometry_columns"
MAGIC = b"GP"
ENVELOPE_BYTES = (0, 32, 48, 48, 64)  # bytes of the bounding box, by the envelope code
EMPTY_FLAG = 0x10
POINT = 1


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the declared table, or of the only one that the package lists.

    Points become `POINT (x y)`, other geometries their WKB in hexadecimal.

    Raises:
        RejectBatch: What the reader of SQLite raises.
    """
    del limits
    yield from sqlite.read_tables(members, fmt, _tables, _GeometryText(), note)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    chunks = read(members[:1], fmt, limits, lambda _: None)
    return list(next(chunks).columns.schema.names)


def _tables(database: sqlite3.Connection) -> list[str]:
    listed = {name for (name,) in database.execute(CONTENTS)}
    return [name for name in sqlite.list_tables(database) if name in listed]


class _GeometryText:
    """Converts the values of geometry columns to text."""

    def __init__(self) -> None:
        self._columns: dict[int, set[tuple[str, str]]] = {}

    def __call__(self, database: sqlite3.Connection, table: str, column: str, value: Any) -> Any:
        """Return a geometry as text; other values as they are."""
        if not isinstance(value, bytes):
            return value
        if id(database) not in self._columns:
            self._columns = {id(database): set(database.execute(GEOMETRY_COLUMNS))}
        return geometry_text(value) if (table, column) in self._columns[id(database)] else value


def geometry_text(data: bytes) -> str:
    r"""Return a GeoPackage geometry (OGC 12-128, clause 2.1.3) as text.

    Args:
        data: The stored value: header, bounding box, WKB.

    Returns:
        A flat point as WKT, other geometries as their WKB in hexadecimal, "" for an empty one.

    >>> geometry_text(b"GP\0\1" + bytes(4) + struct.pack("<BIdd", 1, 1, 110.5, 20))
    'POINT (110.5 20)'
    """
    if data[:2] != MAGIC or len(data) < 8:  # noqa: PLR2004 - the header
        return data.hex()
    flags = data[3]
    envelope = flags >> 1 & 7
    if flags & EMPTY_FLAG:
        return ""
    geometry = data[8 + (ENVELOPE_BYTES[envelope] if envelope < len(ENVELOPE_BYTES) else 0) :]
    order = "<" if geometry[:1] == b"\1" else ">"
    if len(geometry) == 21 and struct.unpack_from(f"{order}I", geometry, 1)[0] == POINT:  # noqa: PLR2004 - a flat point
        x, y = struct.unpack_from(f"{order}dd", geometry, 5)
        return f"POINT ({float_text(x)} {float_text(y)})"
    return geometry.hex()
