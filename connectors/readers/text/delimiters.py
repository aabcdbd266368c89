"""Delimiters that the cutting of lines does not know: several characters, signs beyond ASCII, or two in one file."""

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

Cells: TypeAlias = "tuple[pa.RecordBatch, list[int]]"  # the rows that could be cut, and the places of the others
LONGEST = 64 << 20
STAND_IN = "\x1f"  # the unit separator of ASCII stands for a delimiter that is more than one byte


def is_long(fmt: Format) -> bool:
    """Whether the delimiter is more than one byte."""
    return len(fmt.delimiter.encode()) > 1


def signs_of(fmt: Format) -> str:
    """Return the one or two ASCII characters by which the lines of a file are cut."""
    return STAND_IN if is_long(fmt) else fmt.delimiter + fmt.second_delimiter


def stood_in(blocks: Iterator[bytes], member: Member, fmt: Format) -> Iterator[bytes]:
    """Yield the text with the stand-in for a long delimiter; raise RejectBatch when the stand-in was there before."""
    wanted, rest = fmt.delimiter.encode(), b""
    for block in blocks:
        if STAND_IN.encode() in block:
            raise RejectBatch(
                Finding("WRONG_FORMAT", file=member.name, value="U+001F", expected=f"csv {fmt.delimiter}")
            )
        data = (rest + block).replace(wanted, STAND_IN.encode())
        # An end that may be the beginning of a delimiter waits for the next block.
        cut = next((size for size in range(len(wanted) - 1, 0, -1) if data.endswith(wanted[:size])), 0)
        data, rest = (data[:-cut], data[-cut:]) if cut else (data, b"")
        yield data
    yield rest


def restored(columns: pa.RecordBatch, fmt: Format) -> pa.RecordBatch:
    """Return the cells with the delimiter itself where the stand-in is still there: within quotes it is text."""
    made = [pc.replace_substring(column, STAND_IN, fmt.delimiter) for column in columns.columns]
    return pa.RecordBatch.from_arrays(made, names=columns.schema.names)


def either(one: Cells, other: Cells, size: int) -> Cells:
    """Return the rows that only one of two delimiters cuts into the right number of cells, and which do not.

    A row that both cut is told apart too: nobody knows which was meant.
    """
    (first, lost), (second, lacking) = one, other
    by_first, by_second = {*range(size)} - {*lost}, {*range(size)} - {*lacking}
    places = {place: at for at, place in enumerate(sorted(by_first))}
    places |= {place: len(by_first) + at for at, place in enumerate(sorted(by_second)) if place not in places}
    sure = sorted(by_first ^ by_second)
    both = pa.concat_batches([first, second])
    return both.take(pa.array([places[place] for place in sure], pa.int64())), sorted({*range(size)} - {*sure})


def cells_of(text: str, sign: str, quote: str) -> list[str]:
    """Return the cells of one record; none when a line break is within quotes for another delimiter only."""
    csv.field_size_limit(LONGEST)
    quoting: dict[str, Any] = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    try:
        return next(csv.reader([text], delimiter=sign, **quoting), [])
    except csv.Error:
        return []


def by_hand(texts: list[str], names: list[str], fmt: Format, sign: str) -> Cells:
    """Cut records with quotes, which other delimiters would open and close elsewhere, one after the other."""
    rows = [cells_of(text, sign, fmt.quote) for text in texts]
    good = [row for row in rows if len(row) == len(names)]
    columns = [pa.array([row[at] for row in good], pa.string()) for at in range(len(names))]
    wrong = [place for place, row in enumerate(rows) if len(row) != len(names)]
    return pa.RecordBatch.from_arrays(columns, names=names), wrong
