"""A batch in figures: a few lines per column, small whatever the batch's size.  Batch rules look at nothing else.

One line per column counts rows, nulls and, of positive numbers, sum and square sum of their logarithms; one line per
code of a code list counts its rows.  All of it adds up over the parts of a batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standards import Table

PROFILE = pa.schema(
    [
        pa.field("table", pa.string()),  # its name in core: `customs_declaration`, `customs_declaration_goods`
        pa.field("column", pa.string()),
        pa.field("code", pa.string()),  # null on the column's own line
        pa.field("rows", pa.int64()),
        pa.field("nulls", pa.int64()),
        pa.field("positive", pa.int64()),  # values above zero
        pa.field("logs", pa.float64()),  # sum of their natural logarithms
        pa.field("squares", pa.float64()),  # and of the squares of these
    ]
)
KEY = ["table", "column", "code"]
SUMS = ["rows", "nulls", "positive", "logs", "squares"]


def profile(tables: Iterable[tuple[Table, pa.Table]]) -> pa.Table:
    """Return the figures of one part of a batch: records or children, each with what the standard says of them."""
    lines = [PROFILE.empty_table()]
    for table, rows in tables:
        for name, field in table.fields.items():
            column = rows[name]
            lines.append(_line(table.name, name, column))
            if field.codelist and column.null_count < len(column):
                lines.append(_codes(table.name, name, column))
    return pa.concat_tables(lines)


def _line(table: str, name: str, column: pa.ChunkedArray) -> pa.Table:
    positive, logs, squares = 0, 0.0, 0.0
    measured = pa.types.is_decimal(column.type) or pa.types.is_integer(column.type)
    if measured and column.null_count < len(column):
        numbers = pc.cast(column, pa.float64(), safe=False)  # a figure need not be exact, and beyond 2**53 it is not
        logarithms = pc.ln(numbers.filter(pc.greater(numbers, 0)))
        positive = len(logarithms)
        logs = pc.sum(logarithms).as_py() or 0.0
        squares = pc.sum(pc.multiply(logarithms, logarithms)).as_py() or 0.0
    values = (table, name, None, len(column), column.null_count, positive, logs, squares)
    return pa.table([[value] for value in values], schema=PROFILE)


def _codes(table: str, name: str, column: pa.ChunkedArray) -> pa.Table:
    counted = pc.value_counts(column.drop_null())
    size = len(counted)
    same = [pa.repeat(pa.scalar(text), size) for text in (table, name)]
    nothing = [pa.repeat(pa.scalar(0, each.type), size) for each in list(PROFILE)[4:]]
    return pa.table([*same, counted.field(0), counted.field(1), *nothing], schema=PROFILE)


def merged(parts: Iterable[pa.Table]) -> pa.Table:
    """Return the figures of a whole batch from those of its parts."""
    every = pa.concat_tables([PROFILE.empty_table(), *parts])
    grouped = every.group_by(KEY, use_threads=False).aggregate([(name, "sum") for name in SUMS])
    return pa.table([grouped[name] for name in [*KEY, *(f"{name}_sum" for name in SUMS)]], schema=PROFILE)
