"""Lines of JSON read by Arrow, many at once, where the result equals that of reading each line.

Arrow converts numbers, so they are quoted first.  It accepts what our reader does not, such as two records on one
line, so lines are checked before.  What it does not accept (a damaged line, a member that is a text here and a list
there) is left to the reader of single lines.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import json

from connectors import labels
from connectors.readers.tree.flatten import MAX_LIST_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

LF, CR = 10, 13
QUOTE, BACKSLASH, OPEN, CLOSE, LIST = b'"\\{}['
MAX_NESTING = 500  # braces and brackets that open in a line: some thousands within each other crash Arrow
MAX_KNOWN_COLUMNS = 2_000  # columns that are remembered for the next lines
NO_COLUMNS = pa.schema([])
SCALAR = re.compile(rb"(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+|true|false)(?=[ \t\r]*+[,}\]])")
NULL_IN_LIST = re.compile(rb"[\[,][ \t\r]*+null")  # Arrow 26 loses a leading null (apache/arrow#51305)
BEFORE, SPACE, FIRST = 1, 2, 3
BYTE_CLASS = np.zeros(256, np.uint8)
for byte_class, chars in ((BEFORE, b":[,"), (SPACE, b" "), (FIRST, b"-0123456789tf")):
    BYTE_CLASS[list(chars)] = byte_class


class ArrowLines:
    """Reads lines of JSON; remembers the columns of earlier lines, which saves inferring them again.

    Args:
        longest: Bytes of the longest line that Arrow may read.
    """

    def __init__(self, longest: int) -> None:
        self._max_line_bytes, self._known_schema, self._all_text = longest, NO_COLUMNS, True

    def read(self, data: bytes) -> tuple[pa.RecordBatch, npt.NDArray[np.int64]] | None:
        """Return the records of complete lines.

        Args:
            data: UTF-8 lines; empty ones are skipped.

        Returns:
            The records, with texts as leaves, and the 0-based line of each; None when Arrow cannot read them.
        """
        lines = _record_lines(data, self._max_line_bytes)
        if lines is None or not len(lines):
            return None
        if self._all_text and (table := self._read(data, len(lines))):
            return table, lines
        quoted = _quote_scalars(data)
        self._all_text = quoted is data
        table = self._read(quoted, len(lines))
        return (table, lines) if table else None

    def _read(self, data: bytes, count: int) -> pa.RecordBatch | None:
        """Return the records if they are so many, and all their leaves are texts."""
        for schema in (self._known_schema, NO_COLUMNS) if self._known_schema else (NO_COLUMNS,):
            with suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError, RecursionError):
                table = _parse(data, schema)
                text_schema = pa.schema([pa.field(each.name, _text_type(each.type)) for each in table.schema])
                width = _count_paths(text_schema)
                if text_schema != table.schema:  # texts that look like a timestamp, and columns that are always null
                    table = _parse(data, text_schema)
                if "list<" in str(text_schema) and NULL_IN_LIST.search(data):
                    return None
                if table.num_rows == count and table.schema == text_schema:
                    self._known_schema = text_schema if width <= MAX_KNOWN_COLUMNS else NO_COLUMNS
                    return table.combine_chunks().to_batches()[0]
        return None


def _record_lines(data: bytes, longest: int) -> npt.NDArray[np.int64] | None:
    """Return the lines that are not empty; None unless each begins and ends as an object and is short enough.

    An object that ends a line and one that begins the next cannot be within a third: there is no comma between them.
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
    within_limits = opened.max() <= MAX_NESTING and (ends - starts).max(initial=0) <= longest
    return lines if objects and within_limits and points.all() else None  # a NUL would end the text


def _quote_scalars(data: bytes) -> bytes:
    """Return the text with every number and boolean in quotes, so that their digits stay as written.

    If a match were inside a text, the inserted quote would end that text, and no parser would accept the result.
    Scalars after more than one blank are not found; such lines are left to the reader of single lines.
    """
    points = np.frombuffer(data, np.uint8)
    chars = BYTE_CLASS[points]
    follows = np.flatnonzero((chars[1:] == FIRST) & (chars[:-1] == BEFORE)) + 1
    after_space = np.flatnonzero((chars[2:] == FIRST) & (chars[1:-1] == SPACE) & (chars[:-2] == BEFORE)) + 2
    places = np.sort(np.concatenate([follows, after_space]))
    if not len(places):
        return data
    quotes = np.flatnonzero(points == QUOTE)
    if b'\\"' in data:
        last_other = np.maximum.accumulate(np.where(points == BACKSLASH, 0, np.arange(len(points))))
        quotes = quotes[((quotes - 1 - last_other[quotes - 1]) & 1) == 0]
    places = places[(np.searchsorted(quotes, places) & 1) == 0]
    matches = (SCALAR.match(data, place) for place in places.tolist())
    spans = [place for match in matches if match for place in match.span()]
    return np.insert(points, spans, QUOTE).tobytes() if spans else data


def _parse(data: bytes, schema: pa.Schema) -> pa.Table:
    reading = json.ReadOptions(use_threads=False, block_size=len(data) + 1)
    return json.read_json(pa.BufferReader(data), reading, json.ParseOptions(explicit_schema=schema))


def _text_type(kind: pa.DataType, depth: int = 0) -> pa.DataType:
    """Return a type with strings as leaves; raise ArrowInvalid when it has other leaves."""
    if pa.types.is_string(kind) or pa.types.is_null(kind) or pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_list(kind):
        if depth == MAX_LIST_DEPTH:
            raise pa.ArrowInvalid("nested too deeply")
        return pa.list_(_text_type(kind.value_type, depth + 1))
    if not pa.types.is_struct(kind) or not kind.num_fields:
        raise pa.ArrowInvalid(str(kind))
    fields = [pa.field(each.name, _text_type(each.type, depth)) for each in kind]
    _count_paths(fields)
    return pa.struct(fields)


def _count_paths(fields: Iterable[pa.Field]) -> int:
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
