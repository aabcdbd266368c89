"""A batch in figures: one line per column, small whatever the batch's size.  Batch rules look at nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

PROFILE = pa.schema(
    [
        pa.field("table", pa.string()),  # its name in core: `customs_declaration`, `customs_declaration_goods`
        pa.field("column", pa.string()),
        pa.field("rows", pa.int64()),
        pa.field("nulls", pa.int64()),
        pa.field("distinct", pa.int64()),  # of one part; the greatest over the parts of a batch
    ]
)
HUB_COLUMNS = {"row", "record_uid", "row_hash", "position"}


def profile(tables: dict[str, pa.Table]) -> pa.Table:
    """Return the figures of one part of a batch; `tables` by their name in core."""
    lines = [
        (within, name, table.num_rows, table[name].null_count, _distinct(table[name]))
        for within, table in tables.items()
        for name in table.column_names
        if name not in HUB_COLUMNS
    ]
    columns = zip(*lines, strict=True) if lines else [[] for _ in PROFILE]
    return pa.table(
        [pa.array(column, each.type) for column, each in zip(columns, PROFILE, strict=True)], schema=PROFILE
    )


def _distinct(column: pa.ChunkedArray) -> int:
    if column.null_count == len(column):
        return 0
    counted: int = pc.count_distinct(column, mode="only_valid").as_py()
    return counted


def merged(parts: Iterable[pa.Table]) -> pa.Table:
    """Return the figures of a whole batch from those of its parts."""
    every = pa.concat_tables([PROFILE.empty_table(), *parts])
    sums = [("rows", "sum"), ("nulls", "sum"), ("distinct", "max")]
    grouped = every.group_by(["table", "column"], use_threads=False).aggregate(sums)
    names = ["table", "column", "rows_sum", "nulls_sum", "distinct_max"]
    return pa.table([grouped[name] for name in names], schema=PROFILE)
