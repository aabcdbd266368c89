"""One JSON object per line (ndjson, JSON Lines), streamed; a line that is not JSON is one faulty row.

A list that is written with one object per line, `[` on the first line and commas behind the objects, is read likewise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from connectors.readers.header import clean_name
from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault, truncated
from connectors.readers.text.encoding import utf8_blocks
from connectors.readers.tree.arrow_ndjson import ArrowLines
from connectors.readers.tree.flatten import Shape, arrow_schema, check_columns, to_batch, to_chunk
from connectors.readers.tree.flatten_arrow import conform, flatten_structs, widen
from connectors.readers.tree.strict_json import BadJsonError, parse_json, record_of
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.tree.flatten import Record

MAX_LINE_BYTES = 64 << 20  # bytes of one line, after which the file is rejected
LINES_PER_PIECE = 5_000
CACHE_BYTES = 64 << 20  # bytes of text whose records are kept between the two passes
LIST_BEGINS = re.compile(rb"\s*\[[ \t]*\r?\n")
AROUND_OBJECTS = re.compile(rb"^[ \t]*[\[\]][ \t]*(?=\r?$)|,[ \t]*(?=\r?$)", re.MULTILINE)
OBJECT_OVERHEAD = 10  # times the memory that records take as Python objects


class Piece(NamedTuple):
    """Some lines of a file.

    Attributes:
        arrays: Their records as arrays by path; None when Arrow could not read them.
        lines: 1-based line of each record of the arrays.
        records: Pairs of a line and its record or fault, where there are no arrays.
        size: Approximate bytes in memory.
    """

    arrays: dict[str, pa.Array] | None
    lines: npt.NDArray[np.int64]
    records: list[tuple[int, Record | Fault]]
    size: int


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per line that is not empty; each member is read twice, first to infer the columns.

    Raises:
        RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (no line is JSON), TRUNCATED_FILE, READER_LIMIT, DUPLICATE_COLUMN, and
            what `utf8_blocks` raises.
    """
    shape, cached = _shape(members, fmt, limits, note)
    schema = arrow_schema(shape)
    yield Chunk(to_batch([], shape, schema), np.empty(0, np.int64))
    for member in members:
        for piece in cached.pop(member, None) or _pieces(member, fmt, limits, lambda _: None):
            if piece.arrays is None:
                yield to_chunk(piece.records, shape, schema, member)
            else:
                yield Chunk(_to_batch(piece, shape, schema), piece.lines, file=member.name)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns of the records; the whole delivery is read for that."""
    return [clean_name(name) for name in _shape(members, fmt, limits, lambda _: None)[0].members]


def _shape(
    members: Sequence[Member], fmt: Format, limits: Limits, note: Note
) -> tuple[Shape, dict[Member, list[Piece]]]:
    """Return the shape of the records of all members, and the records of small members for the second pass.

    Raises RejectBatch when a member has none.
    """
    shape, room = Shape(), CACHE_BYTES
    cached: dict[Member, list[Piece]] = {}
    for member in members:
        valid, fault_count = 0, 0
        cached[member] = []
        for piece in _pieces(member, fmt, limits, note):
            invalid = sum(isinstance(record, Fault) for _, record in piece.records)
            fault_count += invalid
            valid += len(piece.lines) + len(piece.records) - invalid
            _widen_shape(shape, piece)
            check_columns(shape, member)
            room -= piece.size
            if room >= 0 and member in cached:
                cached[member].append(piece)
            else:
                cached.pop(member, None)
        if fault_count > 1 and not valid:
            wrong = Finding("BAD_DOCUMENT", file=member.name, line=1, value="no line is JSON", expected="ndjson")
            raise RejectBatch(wrong)
    shape.drop_null_members()
    return shape, cached


def _widen_shape(shape: Shape, piece: Piece) -> None:
    if piece.arrays is not None:
        widen(shape, piece.arrays)
    for _, record in piece.records:
        if not isinstance(record, Fault):
            shape.add(record)


def _to_batch(piece: Piece, shape: Shape, schema: pa.Schema) -> pa.RecordBatch:
    arrays, size = piece.arrays or {}, len(piece.lines)
    columns = [
        conform(arrays[name], member) if name in arrays else pa.nulls(size, field.type)
        for (name, member), field in zip(shape.members.items(), schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _pieces(member: Member, fmt: Format, limits: Limits, note: Note) -> Iterator[Piece]:
    require_kind(member, None, expected="ndjson")
    rest, number, reader = b"", 0, ArrowLines(limits.cell_bytes)
    is_list: bool | None = None
    for block in utf8_blocks(member, fmt, note):
        data = rest + block
        is_list = LIST_BEGINS.match(data) is not None if is_list is None else is_list
        begin = 0
        for end in _ends(data):
            lines = AROUND_OBJECTS.sub(b"", data[begin:end]) if is_list else data[begin:end]
            yield _piece(lines, number, reader, limits, member)
            begin, number = end, number + data.count(b"\n", begin, end)
        rest = data[begin:]
        if len(rest) > MAX_LINE_BYTES:
            what = f"{MAX_LINE_BYTES} bytes in a line"
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, line=number + 1, value=what))
    rest = AROUND_OBJECTS.sub(b"", rest) if is_list else rest
    if rest:
        yield _piece(rest, number, reader, limits, member)


def _ends(data: bytes) -> list[int]:
    """Return where pieces of whole lines end."""
    after = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    return sorted({*after[LINES_PER_PIECE - 1 :: LINES_PER_PIECE].tolist(), *after[-1:].tolist()})


def _piece(data: bytes, before: int, reader: ArrowLines, limits: Limits, member: Member) -> Piece:
    """Return the records of complete lines; `before` is the number of lines above them."""
    if found := reader.read(data):
        batch, lines = found
        return Piece(flatten_structs(batch.schema.names, batch.columns), lines + before + 1, [], len(data))
    *whole, last = data.split(b"\n")
    numbered = [(number, _record(line, limits, member, number)) for number, line in enumerate(whole, before + 1)]
    number = before + len(whole) + 1
    numbered.append((number, _record(last, limits, member, number, terminated=False)))
    records = [(number, record) for number, record in numbered if record is not None]
    return Piece(None, np.empty(0, np.int64), records, OBJECT_OVERHEAD * len(data))


def _record(
    data: bytes, limits: Limits, member: Member, number: int, *, terminated: bool = True
) -> Record | Fault | None:
    line = data.decode()
    if not line.strip():
        return None
    try:
        item = parse_json(line)
    except BadJsonError as error:
        if error.truncated and not terminated:
            raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=number, value=error.message)) from None
        return Fault("BAD_RECORD", truncated(line))
    if not isinstance(item, dict):
        return Fault("BAD_RECORD", truncated(line))
    return record_of(item, limits.cell_bytes)
