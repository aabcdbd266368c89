"""SQL dumps: the rows of the INSERT statements of one table.  They are parsed and never executed.

A value is a literal: a string, a number, NULL, true or false, hexadecimal bytes.  A row with anything else, such as the
call of a function, is faulty; where values are computed by operators, or where databases disagree about what is a
comment, the file is rejected.  A statement after the first row that would change rows rejects the file, since a
database would then hold other rows than those that are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from connectors.readers.header import column_names
from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault, empty_chunk, truncated
from connectors.readers.stringify import bytes_text
from connectors.readers.text.encoding import utf8_blocks
from connectors.readers.text.sql_literals import value_of
from connectors.readers.text.sql_script import Insert, Row, Script
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format

BATCH_ROWS = 5_000
BATCH_CHARACTERS = 8 << 20


class _Part(NamedTuple):
    """Consecutive rows with the columns of their INSERT statements."""

    columns: list[str]
    rows: list[Row]


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the declared table, or of the only one, of all members.

    The line of a row is the one on which it begins.  The columns are those of the first INSERT statement; another may
    name them in another order, or fewer of them.  A row with a column that the first does not name is faulty.

    Raises:
        RejectBatch: WRONG_FORMAT, BAD_DOCUMENT, TRUNCATED_FILE, TABLE_MISSING, DUPLICATE_COLUMN, READER_LIMIT, and
            what `utf8_blocks` raises.
    """
    del limits
    first: list[str] = []
    for member in members:
        for part in _parts(member, fmt, note):
            if not first:
                first = part.columns
                yield empty_chunk(first, member.name)
            yield _chunk(part, first, member, fmt)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first INSERT statement of the table."""
    del limits
    return next(_parts(members[0], fmt, lambda _: None, 1)).columns


def _parts(member: Member, fmt: Format, note: Note, most: int = BATCH_ROWS) -> Iterator[_Part]:
    """Yield the rows of the table, up to `most` at a time."""
    require_kind(member, None, expected="sql")
    script = Script(utf8_blocks(member, fmt, note), member, fmt.escape)
    tables: dict[str, None] = {}
    part, held, found = _Part([], []), 0, False
    for insert in script.inserts():
        tables[insert.table] = None
        twins = [each for each in tables if fmt.table in {None, each} or each.lower() == (fmt.table or "").lower()]
        in_one_place = script.claims.is_in_one_place(insert.table, insert.above)
        if len(twins) > 1 or (insert.table in twins and not in_one_place):
            tables |= dict.fromkeys(
                ".".join(each) for each in sorted(script.claims.places[insert.table]) if not in_one_place
            )
            raise _missing(member, tables, fmt.table or "one table")
        own: list[str] = []
        for row in script.rows():
            if fmt.table not in {None, insert.table}:
                continue
            own = own or _columns(insert, row, member, fmt, part.columns)
            if part.rows and (own != part.columns or len(part.rows) >= most or held > BATCH_CHARACTERS):
                yield part
                part, held = _Part(own, []), 0
            part, held, found = _Part(own, part.rows), held + len(row.text), True
            part.rows.append(row)
    if not found:
        raise _missing(member, tables, fmt.table or "one table")
    yield part


def _columns(insert: Insert, row: Row, member: Member, fmt: Format, before: list[str]) -> list[str]:
    """Return the names of the columns of an INSERT: its own, those of CREATE TABLE, the declared ones, or places.

    They are the names of the INSERT `before` it where they are written alike.
    """
    names = list(insert.columns or fmt.columns or [""] * len(row.cells or [""]))
    return before if names == before else column_names(names, member, insert.line, fmt=fmt)


def _missing(member: Member, tables: dict[str, None], wanted: str) -> RejectBatch:
    value = quoted(", ".join(tables)) or None
    return RejectBatch(Finding("TABLE_MISSING", file=member.name, value=value, expected=wanted))


def _chunk(part: _Part, first: list[str], member: Member, fmt: Format) -> Chunk:
    own, rows = part
    faults: dict[int, Fault] = {}
    good: list[list[str | None]] = []
    unknown = not set(own) <= set(first)
    for place, row in enumerate(rows):
        if row.cells is None or unknown:
            faults[place] = Fault("BAD_RECORD", truncated(row.text))
        elif len(row.cells) != len(own):
            faults[place] = Fault("WRONG_CELL_COUNT", truncated(row.text))
        else:
            good.append([_text(each, fmt) for each in row.cells])
    columns = {name: pa.array([row[at] for row in good], pa.string()) for at, name in enumerate(own)}
    absent = pa.nulls(len(good), pa.string())
    batch = pa.RecordBatch.from_arrays([columns.get(name, absent) for name in first], names=first)
    return Chunk(batch, np.array([row.line for row in rows], np.int64), faults, member.name)


def _text(literal: str, fmt: Format) -> str | None:
    value = value_of(literal, fmt.escape)
    if value is not None and value[:2] in {"0x", "0X"} and literal[0] in "0xX":
        return bytes_text(bytes.fromhex(value[2:])) if len(value) % 2 == 0 else value
    return value
