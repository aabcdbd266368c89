"""Files that are only looked at: no mapping says what their columns mean, and yet the same is said of their rows.

What needs no mapping is judged by the very functions that judge a mapped feed: rows that cannot be read, control
characters and garbled text, totals, footers, repeated headers.  So a file gets one verdict, whoever looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from hub.finding import findings_of
from mappings.engine.arrays import as_text, one_array
from mappings.engine.run.footers import footers_apart
from mappings.engine.run.mask import shown_text
from mappings.engine.run.reader_faults import reading_faults
from mappings.engine.run.totals import totals_among
from mappings.engine.text.repair import repaired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.model.source import Source


def findings_without_mapping(rows: pa.RecordBatch, source: Source) -> pa.Table:
    """Return what is to be said of rows whose columns nobody has agreed on; a total is told by its first column."""
    names = [name for name in rows.schema.names if not name.startswith("@")]
    _, told = footers_apart(rows)
    rows = totals_among(rows, names[:1])
    found = [told, reading_faults(rows, source)]
    for name in names:
        found += _of_column(rows, name)
    return pa.concat_tables(found)


def _of_column(rows: pa.RecordBatch, name: str) -> Iterator[pa.Table]:
    column = rows.column(name)
    if pa.types.is_nested(column.type):
        return
    text = one_array(as_text(column))
    for code, where in repaired(text, halve=False).said():
        if code == "REPAIRED_INVISIBLE":
            continue  # the reader has said so already
        row = one_array(rows.column("@row")).filter(where)
        yield findings_of(row, code, column=name, values=shown_text(text.filter(where)))
