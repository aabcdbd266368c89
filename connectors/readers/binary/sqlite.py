"""SQLite: one table of a delivered database, read only.

Views, triggers and virtual tables are never used, no function may be called (a generated column can contain one), and
no other database can be attached.  A value is given as it is stored: a column of SQLite can hold several types.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from connectors.readers.header import column_names, require_same_columns
from connectors.readers.magic import bad_document, require_kind
from connectors.readers.rows import Chunk, Fault
from connectors.readers.stringify import bytes_text, float_text, lost_digits
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format

    ListTables = Callable[[sqlite3.Connection], list[str]]
    Convert = Callable[[sqlite3.Connection, str, str, Any], Any]  # database, table, column, value

BATCH_ROWS = 5_000
# The tables and views of the file, in the order of their creation.
TABLES = (
    "SELECT name, type, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rootpage, name"
)
ROWS = "SELECT * FROM {table}"  # the name of the table is quoted before it is inserted
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 64 << 20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
ALLOWED_ACTIONS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
WAL_VERSION = 2  # write and read version of the file format
ALLOWED_FUNCTIONS = ("coalesce",)
SETTINGS = ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON")


class _Undecoded(str):
    """A text that is not UTF-8, with U+FFFD for wrong bytes."""

    __slots__ = ()


class _Table(NamedTuple):
    """The names of the columns of a table, its own name, and its rows."""

    names: list[str]
    table: str
    rows: sqlite3.Cursor


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the declared table, or of the only one, of all members.

    The line of a row is its 1-based number in the table.

    Raises:
        RejectBatch: WRONG_FORMAT, BAD_DOCUMENT, TRUNCATED_FILE, TABLE_MISSING, DUPLICATE_COLUMN, READER_LIMIT,
            MISSING_COLUMN.
    """
    del limits
    yield from read_tables(members, fmt, list_tables, _unchanged, note)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    with open_database(members[0]) as database:
        return _select(database, members[0], fmt, list_tables(database)).names


def list_tables(database: sqlite3.Connection) -> list[str]:
    """Return the names of the ordinary tables of a database: neither views nor virtual or internal tables."""
    found = database.execute(TABLES).fetchall()
    return [
        name
        for name, kind, made in found
        if kind == "table" and not name.lower().startswith("sqlite_") and " virtual " not in f" {made[:200].lower()} "
    ]


def _unchanged(database: sqlite3.Connection, table: str, column: str, value: Any) -> Any:
    del database, table, column
    return value


def read_tables(
    members: Sequence[Member], fmt: Format, tables: ListTables, convert: Convert, note: Note
) -> Iterator[Chunk]:
    """Yield the rows of all members, 5,000 at a time.

    Args:
        members: The delivery, or the members of the archive.
        fmt: The declared format.
        tables: Returns the names of the tables that may be read.
        convert: Returns the value to use for a stored one.
        note: Called with NOT_CHECKPOINTED.

    Raises:
        RejectBatch: What `read` raises.
    """
    first: list[str] = []
    for member in members:
        with open_database(member) as database:
            names, table, cursor = _select(database, member, fmt, tables(database))
            for finding in _wal_findings(member):
                note(finding)
            if first:
                require_same_columns(first, names, members[0], member)
            first = first or names
            yield _chunk([], 1, names, first, member, fmt)
            line = 1
            while batch := list(islice(cursor, BATCH_ROWS)):
                rows = [[convert(database, table, *pair) for pair in zip(names, row, strict=True)] for row in batch]
                yield _chunk(rows, line, names, first, member, fmt)
                line += len(batch)


@contextmanager
def open_database(member: Member) -> Iterator[sqlite3.Connection]:
    """Open a database read-only, with the powers of its schema switched off.

    Raises:
        RejectBatch: WRONG_FORMAT, TRUNCATED_FILE, BAD_DOCUMENT (also for errors within the block).
    """
    require_kind(member, "sqlite", expected="sqlite")
    _check_size(member)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(member.path))}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = _decode
            for limit, value in LIMITS.items():
                database.setlimit(limit, value)
            for setting in SETTINGS:
                database.execute(f"PRAGMA {setting}")
            database.set_authorizer(_authorize)
            yield database
    except sqlite3.Error as error:
        raise bad_document(member, str(error), "sqlite") from None


def _wal_findings(member: Member) -> list[Finding]:
    """Return the finding about a database whose newest rows may be in a write-ahead log that was not delivered."""
    with member.path.open("rb") as file:
        head = file.read(20)
    return [Finding("NOT_CHECKPOINTED", file=member.name, expected="*-wal")] if WAL_VERSION in head[18:20] else []


def _check_size(member: Member) -> None:
    """Raise RejectBatch (TRUNCATED_FILE) when pages that the header counts are missing; SQLite would not notice."""
    with member.path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100:  # noqa: PLR2004 - the header
        raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, value=f"{len(head)} bytes"))
    page, pages = int.from_bytes(head[16:18]), int.from_bytes(head[28:32])
    page = 1 << 16 if page == 1 else page
    size = member.path.stat().st_size
    if head[24:28] == head[92:96] and size < page * pages:
        raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, value=f"{size} < {page * pages} bytes"))


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _Undecoded(data.decode("utf-8", "replace"))


def _authorize(action: int, _: str | None, argument: str | None, *_rest: str | None) -> int:
    allowed = action in ALLOWED_ACTIONS or (action == sqlite3.SQLITE_FUNCTION and argument in ALLOWED_FUNCTIONS)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _select(database: sqlite3.Connection, member: Member, fmt: Format, tables_: list[str]) -> _Table:
    """Select the declared table, or the only one."""
    matching = [name for name in tables_ if fmt.table in (None, name)]
    if len(matching) != 1:
        value, expected = quoted(", ".join(tables_)), fmt.table or "one table"
        missing = Finding("TABLE_MISSING", file=member.name, value=value or None, expected=expected)
        raise RejectBatch(missing, *_wal_findings(member))
    table = '"' + matching[0].replace('"', '""') + '"'
    cursor = database.execute(ROWS.format(table=table))
    names = column_names([str(each[0]) for each in cursor.description], member)
    return _Table(names, matching[0], cursor)


def _chunk(  # noqa: PLR0913, PLR0917 - what a chunk is made of
    rows: list[list[Any]], line: int, names: list[str], order: list[str], member: Member, fmt: Format
) -> Chunk:
    faults: dict[int, Fault] = {}
    good: list[list[str | None]] = []
    for place, row in enumerate(rows):
        fault = next((each for each in map(_fault, names, row) if each and _is_used(each, fmt)), None)
        if fault:
            faults[place] = fault
        else:
            good.append([_to_text(value) for value in row])
    columns = {name: pa.array([row[at] for row in good], pa.string()) for at, name in enumerate(names)}
    batch = pa.RecordBatch.from_arrays([columns[name] for name in order], names=order)
    return Chunk(batch, np.arange(line, line + len(rows)), faults, member.name)


def _is_used(fault: Fault, fmt: Format) -> bool:
    return fmt.uses(fault.raw.rpartition(": ")[0])


def _fault(name: str, value: Any) -> Fault | None:
    if isinstance(value, _Undecoded):
        return Fault("CONTROL_CHARACTER", f"{name}: UTF-8")
    if isinstance(value, float) and (digits := lost_digits(value)):
        return Fault("PRECISION_LOST", f"{name}: {digits} digits")
    return None


def _to_text(value: Any) -> str | None:
    """Return a value as text; bytes as `bytes_text` gives them."""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, bytes):
        return bytes_text(value)
    return None if value is None else str(value)
