"""Delimiters that Arrow does not support: several characters, characters beyond ASCII, or two in one file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member
    from connectors.readers.format import Format

Cells: TypeAlias = "tuple[pa.RecordBatch, list[int]]"  # the rows that could be split, and the indices of the others
MAX_CELL_BYTES = 64 << 20
PLACEHOLDER = "\x1f"  # the unit separator of ASCII takes the place of a delimiter of several bytes


def is_multibyte(fmt: Format) -> bool:
    """Whether the delimiter is more than one byte in UTF-8."""
    return len(fmt.delimiter.encode()) > 1


def delimiter_chars(fmt: Format) -> str:
    """Return the one or two ASCII characters by which the lines of a file are split."""
    return PLACEHOLDER if is_multibyte(fmt) else fmt.delimiter + fmt.second_delimiter


def with_placeholder(blocks: Iterator[bytes], member: Member, fmt: Format) -> Iterator[bytes]:
    """Replace a delimiter of several bytes by one byte that Arrow can split by.

    Args:
        blocks: UTF-8 text.
        member: The file, for the finding.
        fmt: The declared format.

    Yields:
        The blocks with U+001F in the place of the delimiter.

    Raises:
        RejectBatch: WRONG_FORMAT; the text contains U+001F itself.
    """
    delimiter_bytes, rest = fmt.delimiter.encode(), b""
    for block in blocks:
        if PLACEHOLDER.encode() in block:
            raise RejectBatch(
                Finding("WRONG_FORMAT", file=member.name, value="U+001F", expected=f"csv {fmt.delimiter}")
            )
        data = (rest + block).replace(delimiter_bytes, PLACEHOLDER.encode())
        # An end that may be the beginning of a delimiter goes to the next block.
        cut = next(
            (size for size in range(len(delimiter_bytes) - 1, 0, -1) if data.endswith(delimiter_bytes[:size])), 0
        )
        data, rest = (data[:-cut], data[-cut:]) if cut else (data, b"")
        yield data
    yield rest


def without_placeholder(columns: pa.RecordBatch, fmt: Format) -> pa.RecordBatch:
    """Return the cells with the delimiter in the place of U+001F: within quotes it is text."""
    restored = [pc.replace_substring(column, PLACEHOLDER, fmt.delimiter) for column in columns.columns]
    return pa.RecordBatch.from_arrays(restored, names=columns.schema.names)


def by_either_delimiter(by_first_cells: Cells, by_second_cells: Cells, size: int) -> Cells:
    """Return the rows that exactly one of two delimiters splits into the right number of cells.

    Args:
        by_first_cells: All rows, split by the first delimiter.
        by_second_cells: All rows, split by the second delimiter.
        size: Number of the rows.

    Returns:
        These rows in order, and the indices of the others.  A row that both split is among the others: it has two
        readings.
    """
    (first_rows, first_failed), (second_rows, second_failed) = by_first_cells, by_second_cells
    by_first, by_second = {*range(size)} - {*first_failed}, {*range(size)} - {*second_failed}
    places = {place: at for at, place in enumerate(sorted(by_first))}
    places |= {place: len(by_first) + at for at, place in enumerate(sorted(by_second)) if place not in places}
    by_one_only = sorted(by_first ^ by_second)
    both = pa.concat_batches([first_rows, second_rows])
    return both.take(pa.array([places[place] for place in by_one_only], pa.int64())), sorted(
        {*range(size)} - {*by_one_only}
    )


def split_cells(text: str, delimiter: str, quote: str) -> list[str]:
    """Return the cells of one record; none when the csv module cannot split it by this delimiter.

    >>> split_cells('a;"b;c"', ";", '"')
    ['a', 'b;c']
    """
    csv.field_size_limit(MAX_CELL_BYTES)
    quoting: dict[str, Any] = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    try:
        return next(csv.reader([text], delimiter=delimiter, **quoting), [])
    except csv.Error:
        return []


def split_quoted(texts: list[str], names: list[str], fmt: Format, delimiter: str) -> Cells:
    """Split records that contain quotes, one after the other.

    Two delimiters need this: a quote that opens a cell for one of them is text for the other.

    Args:
        texts: The records.
        names: Of the columns.
        fmt: The declared format.
        delimiter: One of its two delimiters.
    """
    rows = [split_cells(text, delimiter, fmt.quote) for text in texts]
    good = [row for row in rows if len(row) == len(names)]
    columns = [pa.array([row[at] for row in good], pa.string()) for at in range(len(names))]
    wrong = [place for place, row in enumerate(rows) if len(row) != len(names)]
    return pa.RecordBatch.from_arrays(columns, names=names), wrong
