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


def names_to_store(names: list[str], source: Source) -> list[str]:
    """Return the columns of a delivery in their order, those hidden that nobody agreed on and that tell of a person."""
    columns = [name for name in names if not name.startswith("@")]
    stored = iter(header_to_keep(columns, {name for name in columns if agreed(name, source)}))
    return [name if name.startswith("@") else next(stored) for name in names]


def with_stored_names(rows: pa.RecordBatch, source: Source) -> pa.RecordBatch:
    """Return rows with such columns, and with files and sheets that are called after nobody."""
    names = names_to_store(rows.schema.names, source)
    arrays = [
        by_distinct(column, _stored_names, pa.string())
        if name in PLACES and column.null_count < len(column)
        else column
        for name, column in zip(names, rows.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _stored_names(texts: list[str | None]) -> list[str | None]:
    return [None if text is None else name_to_keep(text) for text in texts]
