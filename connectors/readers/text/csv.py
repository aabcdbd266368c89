"""Delimited text (RFC 4180, with the deviations that docs/formats.md lists).

Encoding, record boundaries and line numbers are handled here; Arrow splits the records into cells.
"""

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
from connectors.readers.rows import Chunk, Fault, empty_chunk
from connectors.readers.text.csv_records import Records, split_records
from connectors.readers.text.delimiters import (
    PLACEHOLDER,
    by_either_delimiter,
    delimiter_chars,
    is_multibyte,
    split_cells,
    split_quoted,
    with_placeholder,
    without_placeholder,
)
from connectors.readers.text.dialect import check_delimiter, format_below_sep, is_sep_line
from connectors.readers.text.encoding import utf8_blocks
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.text.delimiters import Cells

BATCH_BYTES = 8 << 20  # bytes of text that make one batch
PREFETCH_BLOCKS = 10  # blocks: the next batch is decoded while this one is split
MAX_RECORD_BYTES = 64 << 20  # bytes without the end of a record, after which the file is rejected
MAX_UNPAIRED_BYTES = 64_000  # bytes that a record with unpaired quotes may span over several lines


class _Table(NamedTuple):
    """The names of the columns of a file, and the records below the header."""

    names: list[str]
    records: Iterator[Records]


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of all members, all columns as text.

    Args:
        members: The delivery, or the members of the archive.
        fmt: The declared format.
        limits: Not used here.
        note: Called with SEP_LINE, and what `utf8_blocks` notes.

    Yields:
        For each member an empty chunk, then one of about 8 MiB of text at a time.

    Raises:
        RejectBatch: WRONG_FORMAT, WRONG_DELIMITER, NO_HEADER, DUPLICATE_COLUMN, TRUNCATED_FILE (a quote is not closed),
            READER_LIMIT, MISSING_COLUMN (the members of an archive differ), and what `utf8_blocks` raises.
    """
    del limits
    first: list[str] = []
    for member in members:
        names, records = _open_table(member, fmt, note)
        if first:
            require_same_columns(first, names, members[0], member)
        first = first or names
        yield empty_chunk(first, member.name)
        for part in records:
            chunk = _chunk(part, names, member, fmt)
            yield replace(chunk, columns=chunk.columns.select(first))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del limits
    return _open_table(members[0], fmt, lambda _: None).names


def _open_table(member: Member, fmt: Format, note: Note) -> _Table:
    require_kind(member, None, expected="csv")
    records = _records(member, fmt, note)
    block = next(records)
    if len(block.starts) and is_sep_line(block.text(0), member, fmt):
        note(Finding("SEP_LINE", file=member.name, line=block.line_of(0), value=block.text(0)))
        block = block.without(1)
        fmt = format_below_sep(fmt, _first_texts(block, fmt))
    texts = _first_texts(block, fmt)
    numbers = [block.line_of(index) for index in range(len(texts))]
    check_delimiter(texts, numbers, member, fmt)
    cells = [_header_cells(text, fmt) for text in texts]
    header = find_header(numbers, cells, member, fmt)

    def below() -> Iterator[Records]:
        yield block.without(header.rows)
        yield from records

    return _Table(header.names, below())


def _first_texts(block: Records, fmt: Format) -> list[str]:
    """Return the records among which the header is searched."""
    return [block.text(index) for index in range(min(header_search_lines(fmt), len(block.starts)))]


def _header_cells(text: str, fmt: Format) -> list[str]:
    """Return the cells of a header: by the delimiter that gives more of them."""
    return max((split_cells(text, delimiter, fmt.quote) for delimiter in delimiter_chars(fmt)), key=len)


def _records(member: Member, fmt: Format, note: Note) -> Iterator[Records]:
    """Yield the records of a file, a block at a time; the last one, perhaps empty, has what follows the last block."""
    line, rest, delimiters = 0, b"", delimiter_chars(fmt)
    blocks = utf8_blocks(member, fmt, note)
    if is_multibyte(fmt):
        blocks = with_placeholder(blocks, member, fmt)
    for pieces in _batched(prefetch(blocks, PREFETCH_BLOCKS)):
        part = replace(split_records(b"".join([rest, *pieces]), fmt.quote, delimiters, final=False), line=line)
        if len(part.starts):
            yield part
        rest = part.data[part.consumed :]
        if len(rest) > MAX_RECORD_BYTES:
            raise _unterminated(member, part)
        line += part.breaks
    part = replace(split_records(rest, fmt.quote, delimiters, final=True), line=line)
    yield part
    if part.open_quote is not None:
        raise _unterminated(member, part)


def _batched(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Gather blocks to batches of `BATCH_BYTES`; the first block is a batch of its own: the header comes at once."""
    yield list(islice(blocks, 1))
    pending: list[bytes] = []
    for block in blocks:
        pending.append(block)
        if sum(map(len, pending)) >= BATCH_BYTES:
            yield pending
            pending = []
    yield pending


def _unterminated(member: Member, part: Records) -> RejectBatch:
    """Return the rejection of a file with a record that does not end."""
    if part.open_quote is None:
        return RejectBatch(
            Finding("READER_LIMIT", file=member.name, line=part.line + 1, value=f"{MAX_RECORD_BYTES} bytes in a line")
        )
    before = part.data[: part.open_quote]
    opened = part.line + 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
    quote = part.data[part.open_quote : part.open_quote + 1].decode()
    return RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=opened, value=quote))


def _chunk(part: Records, names: list[str], member: Member, fmt: Format) -> Chunk:
    """Split records into cells; those that cannot be split become faults."""
    faults = {int(place): _quote_fault(part, int(place), member) for place in np.flatnonzero(part.bad_quotes)}
    sound = np.flatnonzero(~part.bad_quotes)
    columns, wrong = _split(part, sound, names, fmt)
    if fmt.trimmed and wrong and not fmt.second_delimiter:
        columns, wrong = _with_short_rows(part, sound, _Split(columns, wrong), names, fmt)
    faults |= {int(sound[place]): Fault("WRONG_CELL_COUNT", part.text(int(sound[place]))) for place in wrong}
    if columns.num_rows + len(faults) != len(part.starts):
        raise RuntimeError("rows and records do not match")  # never give a row another row's line
    if is_multibyte(fmt):
        columns = without_placeholder(columns, fmt)
        faults = {place: Fault(code, raw.replace(PLACEHOLDER, fmt.delimiter)) for place, (code, raw) in faults.items()}
    return Chunk(columns, part.lines + (part.line + 1), faults, member.name)


class _Split(NamedTuple):
    """The cells of the rows that have as many as the header, and the places of the others."""

    columns: pa.RecordBatch
    wrong: list[int]


def _with_short_rows(part: Records, sound: Any, split: _Split, names: list[str], fmt: Format) -> Cells:
    """Return the cells with those of rows that end early: the cells that they lack are blank.

    The loop is over the rows that end early only; their cells are split once more, all at once.
    """
    delimiter, texts = delimiter_chars(fmt)[0], [part.text(int(sound[place])) for place in split.wrong]
    counts = [len(split_cells(text, delimiter, fmt.quote)) for text in texts]
    short = [at for at, count in enumerate(counts) if 0 < count < len(names)]
    if not short:
        return split.columns, split.wrong
    filled = "\n".join(texts[at] + delimiter * (len(names) - counts[at]) for at in short)
    more, still_wrong = _split_by(delimiter, filled.encode(), names, fmt, multiline=part.multiline)
    if still_wrong:
        raise RuntimeError("rows that were filled up have another number of cells")
    wrong = np.array(split.wrong, np.int64)
    complete = np.setdiff1d(np.arange(len(sound)), wrong)
    order = pa.array(np.argsort(np.concatenate([complete, wrong[short]]), kind="stable"))
    both = pa.Table.from_batches([split.columns, more]).take(order).combine_chunks().to_batches()[0]
    return both, np.delete(wrong, short).tolist()


def _quote_fault(part: Records, place: int, member: Member) -> Fault:
    text = part.text(place)
    if len(text) > MAX_UNPAIRED_BYTES and "\n" in text:  # it may contain any number of rows
        raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=part.line_of(place), value=text[:1]))
    return Fault("BAD_QUOTES", text)


def _split(part: Records, sound: Any, names: list[str], fmt: Format) -> Cells:
    """Return the cells of the `sound` records, and which of these have a wrong number of cells (places in `sound`)."""
    data = _sound_text(part, sound)
    if not len(data):
        return empty_chunk(names).columns, []
    if not fmt.second_delimiter:
        return _split_by(delimiter_chars(fmt), data, names, fmt, multiline=part.multiline)
    if fmt.quote and fmt.quote.encode() in bytes(data):
        texts = [part.text(int(place)) for place in sound]
        one, other = (split_quoted(texts, names, fmt, delimiter) for delimiter in delimiter_chars(fmt))
    else:
        one, other = (_split_by(delimiter, data, names, fmt, multiline=False) for delimiter in delimiter_chars(fmt))
    return by_either_delimiter(one, other, len(sound))


def _split_by(delimiter: str, data: bytes | memoryview, names: list[str], fmt: Format, *, multiline: bool) -> Cells:
    wrong: list[int] = []
    bom = codecs.BOM_UTF8
    data = bom + bytes(data) if data[: len(bom)] == bom else data  # Arrow removes one mark, but this one is a value

    def collect_invalid(row: arrow_csv.InvalidRow) -> str:
        wrong.append(row.number - 1)
        return "skip"

    table = arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            quote_char=fmt.quote or False,
            newlines_in_values=multiline,
            invalid_row_handler=collect_invalid,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False, check_utf8=False
        ),
    )
    batches = table.combine_chunks().to_batches()
    return (batches[0] if batches else empty_chunk(names).columns), wrong


def _sound_text(part: Records, sound: Any) -> bytes | memoryview:
    """Return the text of the sound records."""
    data: bytes | memoryview
    if len(sound) == len(part.starts):
        data = memoryview(part.data)[int(part.starts[0]) if len(sound) else part.consumed : part.consumed]
    else:
        data = b"\n".join(part.data[part.starts[place] : part.ends[place]] for place in sound)
    return data
