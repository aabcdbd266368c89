"""Lines of JSON read by Arrow, many at once, where that gives the very texts that reading each would.

Arrow makes numbers of numbers, so they are put into quotes first.  It forgives what our reader does not, such as two
records on one line, so lines are looked at before; and what it does not take (a broken line, a member that is a text
here and a list there) is left to the reader that reads each line by itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import json

from connectors import labels
from connectors.readers.tree.flatten import DEEPEST as LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

LF, CR = 10, 13
QUOTE, BACKSLASH, OPEN, CLOSE, LIST = b'"\\{}['
DEEPEST = 500  # braces and brackets that open in a line: Arrow falls over some thousands within each other
WIDEST = 2_000  # columns that are expected of the next lines
NOTHING = pa.schema([])
TOKEN = re.compile(rb"(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+|true|false)(?=[ \t\r]*+[,}\]])")
NULL_IN_LIST = re.compile(rb"[\[,][ \t\r]*+null")  # Arrow 26 loses one that is the first (apache/arrow#51305)
BEFORE, SPACE, FIRST = 1, 2, 3
SIGNS = np.zeros(256, np.uint8)
for kind, signs in ((BEFORE, b":[,"), (SPACE, b" "), (FIRST, b"-0123456789tf")):
    SIGNS[list(signs)] = kind


class Lines:
    """Reads lines of JSON; remembers the columns that it met, which saves guessing them anew."""

    def __init__(self, longest: int) -> None:
        self._longest, self._known, self._only_texts = longest, NOTHING, True

    def read(self, data: bytes) -> tuple[pa.RecordBatch, npt.NDArray[np.int64]] | None:
        """Return the records of whole lines, all leaves texts, and the 0-based line of each; None if Arrow cannot."""
        lines = _records(data, self._longest)
        if lines is None or not len(lines):
            return None
        if self._only_texts and (found := self._read(data, len(lines))):
            return found, lines
        quoted = _in_quotes(data)
        self._only_texts = quoted is data
        found = self._read(quoted, len(lines))
        return (found, lines) if found else None

    def _read(self, data: bytes, count: int) -> pa.RecordBatch | None:
        """Return the records if they are so many, and all their leaves are texts."""
        for known in (self._known, NOTHING) if self._known else (NOTHING,):
            with suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError, RecursionError):
                found = _parsed(data, known)
                plain = pa.schema([pa.field(each.name, _plain(each.type)) for each in found.schema])
                width = _distinct(plain)
                if plain != found.schema:  # texts that look like a moment, and what is always null
                    found = _parsed(data, plain)
                if "list<" in str(plain) and NULL_IN_LIST.search(data):
                    return None
                if found.num_rows == count and found.schema == plain:
                    self._known = plain if width <= WIDEST else NOTHING
                    return found.combine_chunks().to_batches()[0]
        return None


def _records(data: bytes, longest: int) -> npt.NDArray[np.int64] | None:
    """Return which lines are not empty; None unless each of these begins and ends as an object, and none is too long.

    An object that ends a line and one that begins the next cannot be within a third: no comma is between them.
    """
    points = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(points == LF)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1])
    opened = np.add.reduceat((points == OPEN) | (points == LIST), starts, dtype=np.int64)
    ends = ends - ((ends > starts) & (points[ends - 1] == CR))
    lines = np.flatnonzero(ends > starts)
    starts, ends = starts[lines], ends[lines]
    objects = (points[starts] == OPEN).all() and (points[ends - 1] == CLOSE).all()
    moderate = opened.max() <= DEEPEST and (ends - starts).max(initial=0) <= longest
    return lines if objects and moderate and points.all() else None  # a NUL would end the text


def _in_quotes(data: bytes) -> bytes:
    """Return the text with every number and truth value in quotes: texts keep their digits.

    Were one within a text taken for a number, the text would end where it begins, which no parser takes.  What has
    more than a blank in front is not found, and left to the other reader.
    """
    points = np.frombuffer(data, np.uint8)
    signs = SIGNS[points]
    follows = np.flatnonzero((signs[1:] == FIRST) & (signs[:-1] == BEFORE)) + 1
    after_space = np.flatnonzero((signs[2:] == FIRST) & (signs[1:-1] == SPACE) & (signs[:-2] == BEFORE)) + 2
    places = np.sort(np.concatenate([follows, after_space]))
    if not len(places):
        return data
    quotes = np.flatnonzero(points == QUOTE)
    if b'\\"' in data:
        plain = np.maximum.accumulate(np.where(points == BACKSLASH, 0, np.arange(len(points))))
        quotes = quotes[((quotes - 1 - plain[quotes - 1]) & 1) == 0]
    places = places[(np.searchsorted(quotes, places) & 1) == 0]
    matches = (TOKEN.match(data, place) for place in places.tolist())
    spans = [place for match in matches if match for place in match.span()]
    return np.insert(points, spans, QUOTE).tobytes() if spans else data


def _parsed(data: bytes, known: pa.Schema) -> pa.Table:
    reading = json.ReadOptions(use_threads=False, block_size=len(data) + 1)
    return json.read_json(pa.BufferReader(data), reading, json.ParseOptions(explicit_schema=known))


def _plain(kind: pa.DataType, depth: int = 0) -> pa.DataType:
    """Return a type with texts for leaves; raise ArrowInvalid for what is none."""
    if pa.types.is_string(kind) or pa.types.is_null(kind) or pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_list(kind):
        if depth == LISTS:
            raise pa.ArrowInvalid("nested too deeply")
        return pa.list_(_plain(kind.value_type, depth + 1))
    if not pa.types.is_struct(kind) or not kind.num_fields:
        raise pa.ArrowInvalid(str(kind))
    fields = [pa.field(each.name, _plain(each.type, depth)) for each in kind]
    _distinct(fields)
    return pa.struct(fields)


def _distinct(fields: Iterable[pa.Field]) -> int:
    """Return how many paths there are once objects are flattened; raise ArrowInvalid when two are the same."""
    paths = [path for each in fields for path in _paths(each)]
    if len(set(paths)) < len(paths):
        raise pa.ArrowInvalid("two members of one path")
    if any(labels.plain(path) != path for path in paths):
        raise pa.ArrowInvalid("a control character in a name")
    return len(paths)


def _paths(field: pa.Field) -> list[str]:
    if not pa.types.is_struct(field.type):
        return [field.name]
    return [f"{field.name}/{path}" for each in field.type for path in _paths(each)]
