"""Lines of fixed width: every column has its declared place, in bytes or in characters; padding is removed.

A line must reach the end of the last column, unless the format says that blanks at its end are trimmed.  Text after
the last column must be blank.  Otherwise the row is faulty: its columns may be shifted.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault, empty_chunk, truncated
from connectors.readers.text.encoding import utf8_blocks
from hub.errors import FixTheHub, RejectBatch
from hub.finding import Finding
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.layout import FixedColumn

BATCH_LINES = 20_000
MAX_LINE_BYTES = 1 << 20
PADDING = " \r"
MULTIBYTE = ("utf-", "gb", "big5", "cp9", "euc_", "shift_", "johab")
TWO_BYTE = ("utf-16", "utf-32")


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of all members, all columns as text.

    Raises:
        RejectBatch: WRONG_FORMAT, READER_LIMIT (a line over 1 MiB), and what `utf8_blocks` raises.
        FixTheHub: The columns are counted in bytes, and the text is UTF-16 or UTF-32.
    """
    del limits
    yield empty_chunk(header(members, fmt))
    for member in members:
        for numbers, lines in read_lines(member, fmt, note):
            cells, faults = split_lines(lines, fmt.layout, fmt)
            yield Chunk(cells, numbers, faults, member.name)


def header(members: Sequence[Member], fmt: Format, limits: Limits | None = None) -> list[str]:
    """Return the declared names of the columns."""
    del members, limits
    return [column.name for column in fmt.layout]


def read_lines(member: Member, fmt: Format, note: Note) -> Iterator[tuple[np.ndarray, list[str]]]:
    """Yield the lines below the header that are not blank.

    Args:
        member: The file.
        fmt: The declared format.
        note: Called with what `utf8_blocks` notes.

    Yields:
        The 1-based numbers (int64) and the texts of up to 20,000 lines.

    Raises:
        RejectBatch: WRONG_FORMAT, READER_LIMIT (a line over 1 MiB), and what `utf8_blocks` raises.
        FixTheHub: The columns are counted in bytes, and the text is UTF-16 or UTF-32.
    """
    require_kind(member, None, "html", expected=fmt.kind)  # a tag may be called HEAD
    if fmt.unit == "bytes" and codecs.lookup(fmt.encoding).name.startswith(TWO_BYTE):
        raise error_of(FixTheHub, "format.bytes_of_two", where="format.unit")
    first = fmt.header if isinstance(fmt.header, int) else 0
    numbers, lines = [], []
    for number, line in _lines(member, fmt, note):
        if number > first and line.strip(PADDING):
            numbers.append(number)
            lines.append(line.removesuffix("\r"))
        if len(lines) == BATCH_LINES:
            yield np.array(numbers, np.int64), lines
            numbers, lines = [], []
    if lines:
        yield np.array(numbers, np.int64), lines


def _lines(member: Member, fmt: Format, note: Note) -> Iterator[tuple[int, str]]:
    number, rest = 0, b""
    for block in utf8_blocks(member, fmt, note):
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            yield number, line.decode()
        if len(rest) > MAX_LINE_BYTES:
            limit = f"{MAX_LINE_BYTES} bytes in a line"
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, line=number + 1, value=limit))
    yield number + 1, rest.decode()


def split_lines(
    lines: list[str], layout: Sequence[FixedColumn], fmt: Format
) -> tuple[pa.RecordBatch, dict[int, Fault]]:
    """Split lines into cells.

    Args:
        lines: The texts.
        layout: The columns, in the order of the line.
        fmt: The declared format: encoding, unit, and whether blanks at the end may be missing.

    Returns:
        The cells of the good lines, without padding; and the faults of the others (WRONG_CELL_COUNT), by index.
    """
    encoding = codecs.lookup(fmt.encoding).name
    single = fmt.unit == "characters" or not encoding.startswith(MULTIBYTE)
    texts = pa.array(lines, pa.string())
    coded = [] if single else [line.encode(encoding) for line in lines]
    sizes = pc.utf8_length(texts) if single else pa.array([len(line) for line in coded])
    # Arrow cannot slice bytes beyond their end, nor without an end.
    values = texts if single else pa.array([line.ljust(layout[-1].begin + 1) for line in coded], pa.binary())
    wrong = _wrong_length(values, sizes, layout, fmt)
    columns: list[pa.Array] = []
    undecodable = np.zeros(len(lines), bool)
    for column in layout:
        part = _slice(values, column, single=single)
        text, broken = (part, None) if single else _decode(part, encoding)
        columns.append(pc.utf8_trim(text, PADDING))
        if broken is not None:
            undecodable |= broken
    bad = wrong | undecodable
    faults = {int(place): Fault("WRONG_CELL_COUNT", truncated(lines[place])) for place in np.flatnonzero(bad)}
    batch = pa.RecordBatch.from_arrays(columns, names=[column.name for column in layout])
    return batch.filter(pa.array(~bad)), faults


def _wrong_length(values: pa.Array, sizes: pa.Array, layout: Sequence[FixedColumn], fmt: Format) -> np.ndarray:
    """Return which lines are too short, or have text after the last column."""
    last = layout[-1]
    least = last.begin if last.end is None else last.end
    lengths = sizes.to_numpy(zero_copy_only=False)
    wrong = lengths < (0 if fmt.trimmed else least)
    if last.end is not None:
        long = lengths > last.end
        for place in np.flatnonzero(long):
            wrong[place] |= bool(values[int(place)].as_py()[last.end :].strip())
    return np.asarray(wrong)


def _slice(values: pa.Array, column: FixedColumn, *, single: bool) -> pa.Array:
    if single:
        return pc.utf8_slice_codeunits(values, column.begin, column.end)
    return pc.binary_slice(values, column.begin, MAX_LINE_BYTES if column.end is None else column.end)


def _decode(part: pa.Array, encoding: str) -> tuple[pa.Array, np.ndarray | None]:
    """Return bytes as text, and which of them cut a character in two; each distinct value is decoded once."""
    coded = part.dictionary_encode()
    texts, broken = [], []
    for value in coded.dictionary.to_pylist():
        try:
            texts.append(value.decode(encoding))
            broken.append(False)
        except UnicodeDecodeError:
            texts.append("")
            broken.append(True)
    found = pa.array(texts, pa.string()).take(coded.indices)
    if not any(broken):
        return found, None
    return found, np.array(broken)[coded.indices.to_numpy(zero_copy_only=False)]
