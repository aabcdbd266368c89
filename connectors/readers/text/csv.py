"""Delimited text.  Encoding, records and lines are ours; cutting records into cells is Arrow's."""

from __future__ import annotations

import codecs
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from connectors.prefetch import prefetch
from connectors.readers.header import find_header, header_search_lines, require_same_columns
from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault
from connectors.readers.text.csv_records import Records, whole_records
from connectors.readers.text.delimiters import (
    STAND_IN,
    by_hand,
    cells_of,
    either,
    is_long,
    restored,
    signs_of,
    stood_in,
)
from connectors.readers.text.dialect import below_sep, check_signs, sep_line
from connectors.readers.text.encoding import utf8_blocks
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.text.delimiters import Cells

BATCH = 8 << 20  # bytes of text that make one batch
AHEAD = 10  # blocks: the next batch is decoded while this one is cut
LONGEST = 64 << 20  # bytes without the end of a record, after which the file is given up
SUSPECT = 64_000  # bytes that a record with unpaired quotes may span over several lines


class _Table(NamedTuple):
    """The header of a file, and what stands below it."""

    names: list[str]
    records: Iterator[Records]


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of all members.

    Raises RejectBatch: WRONG_FORMAT, WRONG_DELIMITER, NO_HEADER, DUPLICATE_COLUMN, TRUNCATED_FILE, READER_LIMIT,
    MISSING_COLUMN (the members of an archive differ), and what `utf8_blocks` raises.
    """
    del limits
    first: list[str] = []
    for member in members:
        names, records = _open(member, fmt, note)
        if first:
            require_same_columns(first, names, members[0], member)
        first = first or names
        yield Chunk(_no_rows(first), np.empty(0, np.int64), file=member.name)
        for part in records:
            chunk = _chunk(part, names, member, fmt)
            yield replace(chunk, columns=chunk.columns.select(first))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return _open(members[0], fmt, lambda _: None).names


def _no_rows(names: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], pa.string())] * len(names), names=names)


def _open(member: Member, fmt: Format, note: Note) -> _Table:
    require_kind(member, None, expected="csv")
    records = _records(member, fmt, note)
    begin = next(records)
    if len(begin.starts) and sep_line(begin.text(0), member, fmt):
        note(Finding("SEP_LINE", file=member.name, line=begin.line_of(0), value=begin.text(0)))
        begin = begin.without(1)
        fmt = below_sep(fmt, [begin.text(place) for place in range(min(header_search_lines(fmt), len(begin.starts)))])
    texts = [begin.text(place) for place in range(min(header_search_lines(fmt), len(begin.starts)))]
    numbers = [begin.line_of(place) for place in range(len(texts))]
    check_signs(texts, numbers, member, fmt)
    cells = [_cells(text, fmt) for text in texts]
    header = find_header(numbers, cells, member, fmt)

    def below() -> Iterator[Records]:
        yield begin.without(header.rows)
        yield from records

    return _Table(header.names, below())


def _cells(text: str, fmt: Format) -> list[str]:
    """Return the cells of a header: by the delimiter that gives more of them."""
    return max((cells_of(text, sign, fmt.quote) for sign in signs_of(fmt)), key=len)


def _records(member: Member, fmt: Format, note: Note) -> Iterator[Records]:
    """Yield the records of a file, a block at a time, and at last, perhaps empty, what stands after the last block."""
    line, rest, signs = 0, b"", signs_of(fmt)
    blocks = utf8_blocks(member, fmt, note)
    for pieces in _gathered(prefetch(stood_in(blocks, member, fmt) if is_long(fmt) else blocks, AHEAD)):
        part = replace(whole_records(b"".join([rest, *pieces]), fmt.quote, signs, final=False), line=line)
        if len(part.starts):
            yield part
        rest = part.data[part.used :]
        if len(rest) > LONGEST:
            raise _given_up(member, part)
        line += part.breaks
    part = replace(whole_records(rest, fmt.quote, signs, final=True), line=line)
    yield part
    if part.opened is not None:
        raise _given_up(member, part)


def _gathered(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Gather blocks until they make a batch of a good size; the first goes alone, so that a header is seen at once."""
    yield list(islice(blocks, 1))
    pending: list[bytes] = []
    for block in blocks:
        pending.append(block)
        if sum(map(len, pending)) >= BATCH:
            yield pending
            pending = []
    yield pending


def _given_up(member: Member, part: Records) -> RejectBatch:
    """Return the verdict on a file with a record that does not end."""
    if part.opened is None:
        return RejectBatch(
            Finding("READER_LIMIT", file=member.name, line=part.line + 1, value=f"{LONGEST} bytes in a line")
        )
    before = part.data[: part.opened]
    opened = part.line + 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
    shown = part.data[part.opened : part.opened + 1].decode()
    return RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=opened, value=shown))


def _chunk(part: Records, names: list[str], member: Member, fmt: Format) -> Chunk:
    """Cut records into cells; those that cannot be cut become faults."""
    faults = {int(place): _unpaired(part, int(place), member) for place in np.flatnonzero(part.unpaired)}
    sound = np.flatnonzero(~part.unpaired)
    columns, wrong = _cut(part, sound, names, fmt)
    faults |= {int(sound[place]): Fault("WRONG_CELL_COUNT", part.text(int(sound[place]))) for place in wrong}
    if columns.num_rows + len(faults) != len(part.starts):
        raise RuntimeError("rows and records do not match")  # never give a row another row's line
    if is_long(fmt):
        columns = restored(columns, fmt)
        faults = {place: Fault(code, raw.replace(STAND_IN, fmt.delimiter)) for place, (code, raw) in faults.items()}
    return Chunk(columns, part.lines + (part.line + 1), faults, member.name)


def _unpaired(part: Records, place: int, member: Member) -> Fault:
    text = part.text(place)
    if len(text) > SUSPECT and "\n" in text:  # who knows how many rows it swallowed
        raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=part.line_of(place), value=text[:1]))
    return Fault("BAD_QUOTES", text)


def _cut(part: Records, sound: Any, names: list[str], fmt: Format) -> Cells:
    """Return the cells of the `sound` records, and which of these have a wrong number of cells (places in `sound`)."""
    data = _data(part, sound)
    if not len(data):
        return _no_rows(names), []
    if not fmt.second_delimiter:
        return _cut_by(signs_of(fmt), data, names, fmt, multiline=part.multiline)
    if fmt.quote and fmt.quote.encode() in bytes(data):
        texts = [part.text(int(place)) for place in sound]
        one, other = (by_hand(texts, names, fmt, sign) for sign in signs_of(fmt))
    else:
        one, other = (_cut_by(sign, data, names, fmt, multiline=False) for sign in signs_of(fmt))
    return either(one, other, len(sound))


def _cut_by(sign: str, data: bytes | memoryview, names: list[str], fmt: Format, *, multiline: bool) -> Cells:
    wrong: list[int] = []

    def aside(row: arrow_csv.InvalidRow) -> str:
        wrong.append(row.number - 1)
        return "skip"

    table = arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(
            delimiter=sign,
            quote_char=fmt.quote or False,
            newlines_in_values=multiline,
            invalid_row_handler=aside,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False, check_utf8=False
        ),
    )
    batches = table.combine_chunks().to_batches()
    return (batches[0] if batches else _no_rows(names)), wrong


def _data(part: Records, sound: Any) -> bytes | memoryview:
    """Return the text of the sound records."""
    data: bytes | memoryview
    if len(sound) == len(part.starts):
        data = memoryview(part.data)[int(part.starts[0]) if len(sound) else part.used : part.used]
    else:
        data = b"\n".join(part.data[part.starts[place] : part.ends[place]] for place in sound)
    mark = codecs.BOM_UTF8
    return mark + data if data[: len(mark)] == mark else data  # Arrow takes one away, but this one is a value
