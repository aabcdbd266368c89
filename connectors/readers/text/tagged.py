"""Flat messages of tagged lines, such as `<MANIFEST_LIST       >I52005...`: each tag has columns of fixed width.

The lines of one tag, `record`, are the rows.  What the lines of other tags before them say, such as the head of the
message, stands in each row under `TAG/name`: a new line of such a tag replaces what the last one said.  A tag that was
not agreed on, and a line without a tag, make a faulty row.  A tag without columns is known and left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from connectors.readers.rows import Chunk, Fault, truncated
from connectors.readers.text.fixed_width import batches, cut, no_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.layout import FixedColumn

TAG = re.compile(r"<(/?[A-Za-z_][A-Za-z0-9_]*) *>(.*)", re.DOTALL)


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per line of the agreed tag.  Raises what the reader of fixed width raises."""
    yield no_rows(header(members, fmt, limits))
    for member in members:
        around: dict[str, dict[str, str]] = {}
        for numbers, lines in batches(member, fmt, note):
            yield _chunk(numbers, lines, around, fmt, member)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of the columns: of the record, then of the tags around it."""
    del members, limits
    return _names(fmt)


def _names(fmt: Format) -> list[str]:
    tags = dict(fmt.tags)
    own = [each.name for each in tags[str(fmt.record)]]
    return own + [f"{tag}/{each.name}" for tag, layout in fmt.tags if tag != fmt.record for each in layout]


def _chunk(
    numbers: np.ndarray, lines: list[str], around: dict[str, dict[str, str]], fmt: Format, member: Member
) -> Chunk:
    """Cut the lines of a batch; `around` is what the lines before said, and is brought up to date."""
    tags = dict(fmt.tags)
    faults: dict[int, Fault] = {}
    places: list[int] = []  # of the lines that are rows, good or not
    rows: list[dict[str, str]] = []
    for place, line in enumerate(lines):
        match = TAG.fullmatch(line)
        tag = match[1] if match else None
        if match and tag and (tag.removeprefix("/") in tags):
            said, fault = _said(match[2], () if tag.startswith("/") else tags[tag], fmt)
            if tag != fmt.record and fault is None:
                around[tag] = said
                continue
        else:
            said, fault = {}, Fault("BAD_RECORD", truncated(line))
        if fault:
            faults[len(places)] = fault
        else:
            outer = {f"{each}/{name}": text for each, found in around.items() for name, text in found.items()}
            rows.append({**said, **outer})
        places.append(place)
    names = _names(fmt)
    columns = [pa.array([row.get(name) for row in rows], pa.string()) for name in names]
    return Chunk(pa.RecordBatch.from_arrays(columns, names=names), numbers[places], faults, member.name)


def _said(text: str, layout: Sequence[FixedColumn], fmt: Format) -> tuple[dict[str, str], Fault | None]:
    """Return the cells of one line."""
    if not layout:
        return {}, None
    batch, faults = cut([text], layout, fmt)
    return (batch.to_pylist()[0], None) if not faults else ({}, faults[0])
