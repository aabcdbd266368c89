"""The names that a delivery brings along (columns, members, sheets) as they may be kept: without personal data.

A column that nobody agreed on may be called after a person, above all when the first row of data stands where the
header should.  It keeps its place, and its values are not read anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from hub.named import header_to_keep, name_to_keep
from mappings.engine.arrays import by_distinct
from mappings.engine.run.header import agreed

if TYPE_CHECKING:
    from mappings.engine import Source

PLACES = ("@file", "@sheet")


def kept_names(names: list[str], source: Source) -> list[str]:
    """Return the columns of a delivery in their order, those hidden that nobody agreed on and that tell of a person."""
    columns = [name for name in names if not name.startswith("@")]
    kept = iter(header_to_keep(columns, {name for name in columns if agreed(name, source)}))
    return [name if name.startswith("@") else next(kept) for name in names]


def with_kept_names(rows: pa.RecordBatch, source: Source) -> pa.RecordBatch:
    """Return rows with such columns, and with files and sheets that are called after nobody."""
    names = kept_names(rows.schema.names, source)
    arrays = [
        by_distinct(column, _kept, pa.string()) if name in PLACES and column.null_count < len(column) else column
        for name, column in zip(names, rows.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _kept(words: list[str | None]) -> list[str | None]:
    return [None if word is None else name_to_keep(word) for word in words]
