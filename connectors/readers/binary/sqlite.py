"""SQLite: one table, read only, whatever else its schema would like to run.

Views, triggers and virtual tables are never touched, no function may be called (a generated column can hold one), and
nothing can be attached.  A value is told as it is stored: SQLite lets a column hold several types.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from connectors.readers.header import column_names, require_same_columns
from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault
from connectors.readers.stringify import bytes_text, float_text, lost_digits
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format

BATCH = 5_000
# The file's own tables and views, as its schema says, in the order in which they were made.
TABLES = (
    "SELECT name, type, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rootpage, name"
)
ROWS = "SELECT * FROM {table}"  # the table's name is quoted before it is put in
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 64 << 20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
WAL = 2  # of the versions of the format with which the file is written and read
OURS = ("coalesce",)
SETTINGS = ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON")


class _Undecoded(str):
    """A text that is not UTF-8, as far as it can be shown."""

    __slots__ = ()


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the agreed table, or of the only one, of all members.

    Raises RejectBatch: WRONG_FORMAT, BAD_DOCUMENT, TABLE_MISSING, DUPLICATE_COLUMN, READER_LIMIT, MISSING_COLUMN.
    """
    del limits
    yield from read_tables(members, fmt, own_tables, _plainly, note)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    with opened(members[0]) as database:
        return _rows(database, members[0], fmt, own_tables(database))[0]


def own_tables(database: sqlite3.Connection) -> list[str]:
    """Return the plain tables of a database."""
    found = database.execute(TABLES).fetchall()
    return [
        name
        for name, kind, made in found
        if kind == "table" and not name.lower().startswith("sqlite_") and " virtual " not in f" {made[:200].lower()} "
    ]


def _plainly(database: sqlite3.Connection, table: str, column: str, value: Any) -> Any:
    del database, table, column
    return value


def read_tables(members: Sequence[Member], fmt: Format, tables: Any, shown: Any, note: Note) -> Iterator[Chunk]:
    """Yield the rows of all members; `tables` tells which may be read, `shown` changes a value before it is told."""
    first: list[str] = []
    for member in members:
        with opened(member) as database:
            names, table, cursor = _rows(database, member, fmt, tables(database))
            for finding in _elsewhere(member):
                note(finding)
            if first:
                require_same_columns(first, names, members[0], member)
            first = first or names
            yield _chunk([], 1, names, first, member, fmt)
            line = 1
            while batch := list(islice(cursor, BATCH)):
                rows = [[shown(database, table, *pair) for pair in zip(names, row, strict=True)] for row in batch]
                yield _chunk(rows, line, names, first, member, fmt)
                line += len(batch)


@contextmanager
def opened(member: Member) -> Iterator[sqlite3.Connection]:
    """Open a database read-only, without its schema's powers; turn what is broken in it into RejectBatch."""
    require_kind(member, "sqlite", expected="sqlite")
    _whole(member)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(member.path))}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = _text
            for limit, value in LIMITS.items():
                database.setlimit(limit, value)
            for setting in SETTINGS:
                database.execute(f"PRAGMA {setting}")
            database.set_authorizer(_authorized)
            yield database
    except sqlite3.Error as error:
        why = quoted(str(error))
        raise RejectBatch(Finding("BAD_DOCUMENT", file=member.name, value=why, expected="sqlite")) from None


def _elsewhere(member: Member) -> list[Finding]:
    """Return what is to be said of a database that keeps its newest rows in a file beside it: nothing else shows it."""
    with member.path.open("rb") as file:
        head = file.read(20)
    return [Finding("NOT_CHECKPOINTED", file=member.name, expected="*-wal")] if WAL in head[18:20] else []


def _whole(member: Member) -> None:
    """Raise RejectBatch (TRUNCATED_FILE) when pages that the header counts are missing: reading would not tell."""
    with member.path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100:  # noqa: PLR2004 - the header
        raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, value=f"{len(head)} bytes"))
    page, pages = int.from_bytes(head[16:18]), int.from_bytes(head[28:32])
    page = 1 << 16 if page == 1 else page
    size = member.path.stat().st_size
    if head[24:28] == head[92:96] and size < page * pages:
        raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, value=f"{size} < {page * pages} bytes"))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _Undecoded(data.decode("utf-8", "replace"))


def _authorized(action: int, one: str | None, two: str | None, *_: str | None) -> int:
    allowed = action in ALLOWED or (action == sqlite3.SQLITE_FUNCTION and two in OURS)
    del one
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _rows(
    database: sqlite3.Connection, member: Member, fmt: Format, known: list[str]
) -> tuple[list[str], str, sqlite3.Cursor]:
    """Return the names of the columns of the table that is to be read, its own name, and its rows."""
    wanted = [name for name in known if fmt.table in (None, name)]
    if len(wanted) != 1:
        value, expected = quoted(", ".join(known)), fmt.table or "one table"
        lacking = Finding("TABLE_MISSING", file=member.name, value=value or None, expected=expected)
        raise RejectBatch(lacking, *_elsewhere(member))
    table = '"' + wanted[0].replace('"', '""') + '"'
    cursor = database.execute(ROWS.format(table=table))
    names = column_names([str(each[0]) for each in cursor.description], member)
    return names, wanted[0], cursor


def _chunk(  # noqa: PLR0913, PLR0917 - what a chunk is made of
    rows: list[list[Any]], line: int, names: list[str], order: list[str], member: Member, fmt: Format
) -> Chunk:
    faults: dict[int, Fault] = {}
    good: list[list[str | None]] = []
    for place, row in enumerate(rows):
        fault = next((each for each in map(_fault, names, row) if each and _used(each, fmt)), None)
        if fault:
            faults[place] = fault
        else:
            good.append([_told(value) for value in row])
    columns = {name: pa.array([row[at] for row in good], pa.string()) for at, name in enumerate(names)}
    batch = pa.RecordBatch.from_arrays([columns[name] for name in order], names=order)
    return Chunk(batch, np.arange(line, line + len(rows)), faults, member.name)


def _used(fault: Fault, fmt: Format) -> bool:
    return not fmt.expected or fault.raw.rpartition(": ")[0] in fmt.expected


def _fault(name: str, value: Any) -> Fault | None:
    if isinstance(value, _Undecoded):
        return Fault("CONTROL_CHARACTER", f"{name}: UTF-8")
    if isinstance(value, float) and (digits := lost_digits(value)):
        return Fault("PRECISION_LOST", f"{name}: {digits} digits")
    return None


def _told(value: Any) -> str | None:
    """Return a value as text; bytes as the text that they spell, else in hexadecimal."""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, bytes):
        return bytes_text(value)
    return None if value is None else str(value)
