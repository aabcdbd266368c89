"""One JSON object per line (ndjson, jsonl), streamed; a line that is no JSON makes one faulty row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from connectors.readers.header import clean_name
from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault, truncated
from connectors.readers.text.encoding import utf8_blocks
from connectors.readers.tree.arrow_ndjson import Lines
from connectors.readers.tree.flatten import Shape, bounded, chunk_of, columns_of, schema_of
from connectors.readers.tree.flatten_arrow import fitted, flattened, see
from connectors.readers.tree.strict_json import BadJsonError, loads, record_of
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.tree.flatten import Record

LONGEST = 64 << 20  # bytes of one line, after which the file is given up
TOGETHER = 5_000  # lines
KEPT = 64 << 20  # bytes of text whose records need not be read again, once their shape is known
ALONE = 10  # times as much memory take records that are not arrays


class Piece(NamedTuple):
    """Some lines of a file: their records as arrays by path, or one by one, each with its line."""

    arrays: dict[str, pa.Array] | None
    lines: npt.NDArray[np.int64]  # of the arrays
    records: list[tuple[int, Record | Fault]]
    size: int  # roughly, in memory


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per line of all members, each of which is read twice; empty lines are none.

    Raises RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (no line is JSON), TRUNCATED_FILE, READER_LIMIT, and what
    `utf8_blocks` raises.
    """
    shape, kept = _shape(members, fmt, limits, note)
    schema = schema_of(shape)
    yield Chunk(columns_of([], shape, schema), np.empty(0, np.int64))
    for member in members:
        for piece in kept.pop(member, None) or _pieces(member, fmt, limits, lambda _: None):
            if piece.arrays is None:
                yield chunk_of(piece.records, shape, schema, member)
            else:
                yield Chunk(_columns(piece, shape, schema), piece.lines, file=member.name)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns that the records have; the whole delivery is read for that."""
    return [clean_name(name) for name in _shape(members, fmt, limits, lambda _: None)[0].members]


def _shape(
    members: Sequence[Member], fmt: Format, limits: Limits, note: Note
) -> tuple[Shape, dict[Member, list[Piece]]]:
    """Return what the records of all members have in common, and the records of the members that are small.

    Raises RejectBatch when a member has none.
    """
    shape, room = Shape(), KEPT
    kept: dict[Member, list[Piece]] = {}
    for member in members:
        good, faults = 0, 0
        kept[member] = []
        for piece in _pieces(member, fmt, limits, note):
            bad = sum(isinstance(record, Fault) for _, record in piece.records)
            faults += bad
            good += len(piece.lines) + len(piece.records) - bad
            _widen(shape, piece)
            bounded(shape, member)
            room -= piece.size
            if room >= 0 and member in kept:
                kept[member].append(piece)
            else:
                kept.pop(member, None)
        if faults > 1 and not good:
            wrong = Finding("BAD_DOCUMENT", file=member.name, line=1, value="no line is JSON", expected="ndjson")
            raise RejectBatch(wrong)
    shape.settle()
    return shape, kept


def _widen(shape: Shape, piece: Piece) -> None:
    if piece.arrays is not None:
        see(shape, piece.arrays)
    for _, record in piece.records:
        if not isinstance(record, Fault):
            shape.add(record)


def _columns(piece: Piece, shape: Shape, schema: pa.Schema) -> pa.RecordBatch:
    arrays, size = piece.arrays or {}, len(piece.lines)
    columns = [
        fitted(arrays[name], member) if name in arrays else pa.nulls(size, field.type)
        for (name, member), field in zip(shape.members.items(), schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _pieces(member: Member, fmt: Format, limits: Limits, note: Note) -> Iterator[Piece]:
    require_kind(member, None, expected="ndjson")
    rest, number, reader = b"", 0, Lines(limits.cell_bytes)
    for block in utf8_blocks(member, fmt, note):
        data = rest + block
        begin = 0
        for end in _ends(data):
            yield _piece(data[begin:end], number, reader, limits, member)
            begin, number = end, number + data.count(b"\n", begin, end)
        rest = data[begin:]
        if len(rest) > LONGEST:
            what = f"{LONGEST} bytes in a line"
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, line=number + 1, value=what))
    if rest:
        yield _piece(rest, number, reader, limits, member)


def _ends(data: bytes) -> list[int]:
    """Return where pieces of whole lines end."""
    after = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    return sorted({*after[TOGETHER - 1 :: TOGETHER].tolist(), *after[-1:].tolist()})


def _piece(data: bytes, before: int, reader: Lines, limits: Limits, member: Member) -> Piece:
    """Return the records of whole lines; `before` lines come before them."""
    if found := reader.read(data):
        batch, lines = found
        return Piece(flattened(batch.schema.names, batch.columns), lines + before + 1, [], len(data))
    *whole, last = data.split(b"\n")
    read = [(number, _record(line, limits, member, number)) for number, line in enumerate(whole, before + 1)]
    number = before + len(whole) + 1
    read.append((number, _record(last, limits, member, number, ended=False)))
    records = [(number, record) for number, record in read if record is not None]
    return Piece(None, np.empty(0, np.int64), records, ALONE * len(data))


def _record(data: bytes, limits: Limits, member: Member, number: int, *, ended: bool = True) -> Record | Fault | None:
    line = data.decode()
    if not line.strip():
        return None
    try:
        item = loads(line)
    except BadJsonError as error:
        if error.ended and not ended:
            raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=number, value=error.what)) from None
        return Fault("BAD_RECORD", truncated(line))
    if not isinstance(item, dict):
        return Fault("BAD_RECORD", truncated(line))
    return record_of(item, limits.cell_bytes)
