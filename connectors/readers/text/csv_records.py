"""Record boundaries of delimited text: the line breaks outside of quotes, found for a whole block at once.

Well-formed quoting (RFC 4180, section 2) is decided by counting quotes: a line break after an odd number of them is
inside a cell.  A block with a misplaced quote, such as `"a"b` or `5" pipe`, is split by a regular expression, one
record after the other.  Records whose quotes do not pair up are marked, because programs read them differently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Places = npt.NDArray[np.int64]

CR, LF = 13, 10


@dataclass(frozen=True)
class Records:
    """The complete records at the beginning of a block; empty lines are not records.

    Attributes:
        data: The block, UTF-8.
        consumed: Byte offset of the first record that is not complete.
        breaks: Number of line breaks before `consumed`.
        starts: Byte offset of each record.
        ends: Byte offset after each record, without its line break.
        lines: 0-based line within `data` on which each record begins.
        bad_quotes: Whether the quotes of each record do not pair up.
        line: 0-based line of the file on which `data` begins.
        open_quote: Byte offset of the quote that `data` does not close; None when there is none.
    """

    data: bytes
    consumed: int
    breaks: int
    starts: Places
    ends: Places
    lines: Places
    bad_quotes: npt.NDArray[np.bool_]
    line: int = 0
    open_quote: int | None = None

    def line_of(self, place: int) -> int:
        """Return the 1-based line of the file on which the record at an index begins."""
        return int(self.lines[place]) + self.line + 1

    def text(self, place: int) -> str:
        """Return the record at an index as it is written; bytes that are not UTF-8 become U+FFFD."""
        return self.data[self.starts[place] : self.ends[place]].decode("utf-8", "replace")

    def without(self, count: int) -> Records:
        """Return the records after the first `count`."""
        rest: dict[str, Any] = {name: getattr(self, name)[count:] for name in ("starts", "ends", "lines", "bad_quotes")}
        return replace(self, **rest)

    @property
    def multiline(self) -> bool:
        """Whether a cell may contain a line break."""
        return self.breaks > len(self.starts)


def split_records(data: bytes, quote: str, delimiter: str, *, final: bool) -> Records:
    r"""Find the complete records of a block.

    Args:
        data: UTF-8, from the beginning of a record on.
        quote: One ASCII character; "" when cells are not quoted.
        delimiter: One ASCII character, or two that both separate cells.
        final: Whether no more data follows.

    >>> found = split_records(b'a,"x\ny"\nb,1\nc', '"', ",", final=False)
    >>> [found.text(index) for index in range(2)], found.data[found.consumed:]
    (['a,"x\ny"', 'b,1'], b'c')
    """
    points = np.frombuffer(data, np.uint8)
    breaks = _line_breaks(data, points, final=final)
    quotes = np.flatnonzero(points == ord(quote)) if quote else np.empty(0, np.int64)
    if not len(quotes):
        return _records(data, breaks, breaks, final=final)
    if not _well_quoted(points, quotes, quote, delimiter):
        return _split_by_pattern(data, breaks, quote, delimiter, final=final)
    outside = breaks[(np.searchsorted(quotes, breaks) & 1) == 0]
    open_quote = int(quotes[-1]) if len(quotes) & 1 else None
    return _records(data, breaks, outside, final=final, open_quote=open_quote)


def _line_breaks(data: bytes, points: npt.NDArray[np.uint8], *, final: bool) -> Places:
    """Return the offset of the last byte of every line break: LF, CR LF, or CR alone."""
    breaks = np.flatnonzero(points == LF)
    if b"\r" not in data:
        return breaks
    returns = np.flatnonzero(points == CR)
    if returns[-1] == len(data) - 1:
        lone = returns[:-1][points[returns[:-1] + 1] != LF]
        lone = np.append(lone, returns[-1]) if final else lone  # at the end it may still become CR LF
    else:
        lone = returns[points[returns + 1] != LF]
    return np.sort(np.concatenate([breaks, lone])) if len(lone) else breaks


def _well_quoted(points: npt.NDArray[np.uint8], quotes: Places, quote: str, delimiter: str) -> bool:
    """Whether every quote opens after, closes before, a delimiter, a line break or another quote."""
    beside = np.zeros(256, bool)
    beside[[ord(quote), *map(ord, delimiter), CR, LF]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    opening = opening[1:] if opening[0] == 0 else opening
    closing = closing[:-1] if len(closing) and closing[-1] == len(points) - 1 else closing
    return bool(beside[points[opening - 1]].all() and beside[points[closing + 1]].all())


def _records(data: bytes, breaks: Places, ends: Places, *, final: bool, open_quote: int | None = None) -> Records:
    """Return the records that end at the line breaks `ends`."""
    last = ends[-1] + 1 if len(ends) else 0
    if final and open_quote is None and last < len(data):
        ends = np.append(ends, len(data))
        last = len(data)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    points = np.frombuffer(data, np.uint8)
    crlf = (points[np.minimum(ends, len(data) - 1)] == LF) & (points[ends - 1] == CR) & (ends > starts)
    ends = ends - crlf
    lines = np.arange(len(ends)) if len(ends) == len(breaks) else np.searchsorted(breaks, starts)
    full = ends > starts
    starts, ends, lines = starts[full], ends[full], lines[full]
    used_breaks = int(np.searchsorted(breaks, last))
    return Records(
        data, int(last), used_breaks, starts, ends, lines, np.zeros(len(starts), bool), open_quote=open_quote
    )


@cache
def _patterns(quote: str, delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """Return the patterns of a record when more data follows, of a record at the end, and of an open quote.

    All repetitions are possessive: each byte is inspected once.
    """
    q, d = re.escape(quote), re.escape(delimiter)  # one or two delimiters, each of which separates cells
    quoted = rf"{q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}(?:([^{d}\r\n]++))?+"
    cell = rf"(?:{quoted}|(?!{q})[^{d}\r\n]*+)"
    cells = rf"{cell}(?:[{d}]{cell})*+"
    more = re.compile(rf"({cells})(?:\r\n|\n|\r(?=[\s\S]))".encode())
    last = re.compile(rf"({cells})(?:\r\n|\n|\r|\Z)".encode())
    return more, last, re.compile(rf"(?:{cell}[{d}])*+{q}".encode())


def _split_by_pattern(data: bytes, breaks: Places, quote: str, delimiter: str, *, final: bool) -> Records:
    """Return the records of a block with a misplaced quote; cells that begin with a quote are quoted cells."""
    more, last, opening = _patterns(quote, delimiter)
    pattern, place = last if final else more, 0
    starts, ends, bad_quotes = [], [], []
    while place < len(data) and (match := pattern.match(data, place)):
        if match.end(1) > place:
            starts.append(place)
            ends.append(match.end(1))
            bad_quotes.append(match.group(2) is not None or match.group(3) is not None)
        place = match.end()
    before = opening.match(data, place) if place < len(data) else None
    begins = np.array(starts, np.int64)
    return Records(
        data,
        place,
        int(np.searchsorted(breaks, place)),
        begins,
        np.array(ends, np.int64),
        np.searchsorted(breaks, begins),
        np.array(bad_quotes, bool),
        open_quote=before.end() - 1 if before else None,
    )
