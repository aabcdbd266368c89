"""Flat messages of tagged lines, such as `<MANIFEST_LIST       >I52005...`: each tag has columns of fixed width.

The lines of one tag, `record`, are the rows.  The fields of other tags, such as the head of the message, are added to
each later row as `TAG/name`, until a new line of that tag replaces them.  A tag that is not declared, and a line
without a tag, make a faulty row.  A tag without columns is accepted and ignored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from connectors.readers.rows import Chunk, Fault, empty_chunk, truncated
from connectors.readers.text.fixed_width import read_lines, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.layout import FixedColumn

TAG = re.compile(r"<(/?[A-Za-z_][A-Za-z0-9_]*) *>(.*)", re.DOTALL)


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per line of the tag `fmt.record`.

    Raises:
        RejectBatch: What the reader of fixed width raises.
    """
    yield empty_chunk(header(members, fmt, limits))
    for member in members:
        context: dict[str, dict[str, str]] = {}
        for numbers, lines in read_lines(member, fmt, note):
            yield _chunk(numbers, lines, context, fmt, member)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of the columns: those of the record, then those of the other tags as `TAG/name`."""
    del members, limits
    return _names(fmt)


def _names(fmt: Format) -> list[str]:
    tags = dict(fmt.tags)
    own = [each.name for each in tags[str(fmt.record)]]
    return own + [f"{tag}/{each.name}" for tag, layout in fmt.tags if tag != fmt.record for each in layout]


def _chunk(
    numbers: np.ndarray, lines: list[str], context: dict[str, dict[str, str]], fmt: Format, member: Member
) -> Chunk:
    """Split the lines of a batch; `context` has the fields of earlier tags, and is updated."""
    tags = dict(fmt.tags)
    faults: dict[int, Fault] = {}
    places: list[int] = []  # of the lines that are rows, good or not
    rows: list[dict[str, str]] = []
    for place, line in enumerate(lines):
        match = TAG.fullmatch(line)
        tag = match[1] if match else None
        if match and tag and (tag.removeprefix("/") in tags):
            fields, fault = _split_fields(match[2], () if tag.startswith("/") else tags[tag], fmt)
            if tag != fmt.record and fault is None:
                context[tag] = fields
                continue
        else:
            fields, fault = {}, Fault("BAD_RECORD", truncated(line))
        if fault:
            faults[len(places)] = fault
        else:
            context_fields = {f"{each}/{name}": text for each, found in context.items() for name, text in found.items()}
            rows.append({**fields, **context_fields})
        places.append(place)
    names = _names(fmt)
    columns = [pa.array([row.get(name) for row in rows], pa.string()) for name in names]
    return Chunk(pa.RecordBatch.from_arrays(columns, names=names), numbers[places], faults, member.name)


def _split_fields(text: str, layout: Sequence[FixedColumn], fmt: Format) -> tuple[dict[str, str], Fault | None]:
    """Return the fields of one line by name, or its fault."""
    if not layout:
        return {}, None
    batch, faults = split_lines([text], layout, fmt)
    return (batch.to_pylist()[0], None) if not faults else ({}, faults[0])
