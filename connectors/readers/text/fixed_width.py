"""Lines of fixed width: every column has its agreed place, in bytes or in characters, and padding is no value.

A line must reach the end of the last column, unless the agreement says that blanks at its end are trimmed; what stands
behind the last column must be blank.  Otherwise the row is faulty: a line that has slipped must not be read.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.readers.magic import require_kind
from connectors.readers.rows import Chunk, Fault, truncated
from connectors.readers.text.encoding import utf8_blocks
from hub.errors import FixTheHub, RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.layout import FixedColumn

BATCH = 20_000  # lines
LONGEST = 1 << 20  # bytes of a line
PADDING = " \r"
SEVERAL_BYTES_PER_SIGN = ("utf-", "gb", "big5", "cp9", "euc_", "shift_", "johab")
NO_BYTES = ("utf-16", "utf-32")


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of all members.  Raises RejectBatch: WRONG_FORMAT, READER_LIMIT, and what `utf8_blocks` raises."""
    del limits
    yield no_rows(header(members, fmt))
    for member in members:
        for numbers, lines in batches(member, fmt, note):
            cells, faults = cut(lines, fmt.layout, fmt)
            yield Chunk(cells, numbers, faults, member.name)


def no_rows(names: list[str]) -> Chunk:
    """Return the chunk that tells the columns."""
    nothing = [pa.array([], pa.string())] * len(names)
    return Chunk(pa.RecordBatch.from_arrays(nothing, names=names), np.empty(0, np.int64))


def header(members: Sequence[Member], fmt: Format, limits: Limits | None = None) -> list[str]:
    """Return the agreed names of the columns."""
    del members, limits
    return [each.name for each in fmt.layout]


def batches(member: Member, fmt: Format, note: Note) -> Iterator[tuple[np.ndarray, list[str]]]:
    """Yield the lines below the header with their numbers, without the empty ones."""
    require_kind(member, None, "html", expected=fmt.kind)  # a tag may be called HEAD
    if fmt.unit == "bytes" and codecs.lookup(fmt.encoding).name.startswith(NO_BYTES):
        raise FixTheHub("Columns in bytes and two-byte text do not go together.", where="format.unit")
    first = fmt.header if isinstance(fmt.header, int) else 0
    numbers, lines = [], []
    for number, line in _lines(member, fmt, note):
        if number > first and line.strip(PADDING):
            numbers.append(number)
            lines.append(line.removesuffix("\r"))
        if len(lines) == BATCH:
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
        if len(rest) > LONGEST:
            limit = f"{LONGEST} bytes in a line"
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, line=number + 1, value=limit))
    yield number + 1, rest.decode()


def cut(lines: list[str], layout: Sequence[FixedColumn], fmt: Format) -> tuple[pa.RecordBatch, dict[int, Fault]]:
    """Return the cells of the lines that can be cut, and of the others why not, by their place."""
    encoding = codecs.lookup(fmt.encoding).name
    single = fmt.unit == "characters" or not encoding.startswith(SEVERAL_BYTES_PER_SIGN)
    texts = pa.array(lines, pa.string())
    coded = [] if single else [line.encode(encoding) for line in lines]
    sizes = pc.utf8_length(texts) if single else pa.array([len(line) for line in coded])
    # Arrow cannot cut a piece from behind the end of bytes, nor one without an end.
    written = texts if single else pa.array([line.ljust(layout[-1].begin + 1) for line in coded], pa.binary())
    wrong = _wrong(written, sizes, layout, fmt)
    columns: list[pa.Array] = []
    broken = np.zeros(len(lines), bool)
    for each in layout:
        part = _part(written, each, single=single)
        text, halved = (part, None) if single else _decoded(part, encoding)
        columns.append(pc.utf8_trim(text, PADDING))
        if halved is not None:
            broken |= halved
    bad = wrong | broken
    faults = {int(place): Fault("WRONG_CELL_COUNT", truncated(lines[place])) for place in np.flatnonzero(bad)}
    batch = pa.RecordBatch.from_arrays(columns, names=[each.name for each in layout])
    return batch.filter(pa.array(~bad)), faults


def _wrong(written: pa.Array, sizes: pa.Array, layout: Sequence[FixedColumn], fmt: Format) -> np.ndarray:
    """Return which lines are too short, or go on behind the last column."""
    last = layout[-1]
    least = last.begin if last.end is None else last.end
    lengths = sizes.to_numpy(zero_copy_only=False)
    wrong = lengths < (0 if fmt.trimmed else least)
    if last.end is not None:
        long = lengths > last.end
        for place in np.flatnonzero(long):
            wrong[place] |= bool(written[int(place)].as_py()[last.end :].strip())
    return np.asarray(wrong)


def _part(written: pa.Array, each: FixedColumn, *, single: bool) -> pa.Array:
    if single:
        return pc.utf8_slice_codeunits(written, each.begin, each.end)
    return pc.binary_slice(written, each.begin, LONGEST if each.end is None else each.end)


def _decoded(part: pa.Array, encoding: str) -> tuple[pa.Array, np.ndarray | None]:
    """Return bytes as text, and which end or begin within a character; each distinct value is decoded once."""
    coded = part.dictionary_encode()
    texts, halved = [], []
    for value in coded.dictionary.to_pylist():
        try:
            texts.append(value.decode(encoding))
            halved.append(False)
        except UnicodeDecodeError:
            texts.append("")
            halved.append(True)
    found = pa.array(texts, pa.string()).take(coded.indices)
    if not any(halved):
        return found, None
    return found, np.array(halved)[coded.indices.to_numpy(zero_copy_only=False)]
