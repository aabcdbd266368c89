"""The files of an export: Parquet, csv or a workbook, from tables that come part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from hub.formula_guard import guard_column
from pipeline.exports.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

GROUP = 100_000  # rows of a group of a Parquet file, which a reader skips or reads as a whole
LEVEL = 9  # of zstd
SORTED = ("agency", "record_uid", "position")  # what rows of a partition are sorted by, if they have it


class Format(NamedTuple):
    """A form of files.

    `write` writes tables with one schema as one file; `most_rows` is how many rows a file holds, None where there is no
    limit; `by_year` says whether each year has a file of its own.
    """

    suffix: str
    media_type: str
    by_year: bool
    most_rows: int | None
    write: Callable[[IO[bytes], pa.Schema, Iterable[pa.Table]], None]


def write_parquet(file: IO[bytes], schema: pa.Schema, parts: Iterable[pa.Table]) -> None:
    """Write Parquet, compressed by zstd, in groups of the same size however the parts are cut."""
    keys = [pq.SortingColumn(schema.get_field_index(name)) for name in SORTED if name in schema.names]
    options = {"compression": "zstd", "compression_level": LEVEL, "write_page_index": True}
    in_order = schema.names[: len(keys)]
    sorting = keys if set(in_order) | {"feed"} >= {"agency", "record_uid"} else None
    with pq.ParquetWriter(file, schema, sorting_columns=sorting, **options) as writer:
        for group in regrouped(parts, GROUP):
            writer.write_table(group, row_group_size=GROUP)


def write_csv(file: IO[bytes], schema: pa.Schema, parts: Iterable[pa.Table]) -> None:
    """Write csv in UTF-8 with a header; a text that a spreadsheet takes for a formula has an apostrophe in front.

    Null is nothing between two commas, an empty text is "".
    """
    with csv.CSVWriter(file, schema) as writer:
        for part in parts:
            writer.write_table(guarded(part))


def guarded(part: pa.Table) -> pa.Table:
    """Return a table whose texts no spreadsheet takes for formulas."""
    texts = (
        guard_column(column.combine_chunks()) if pa.types.is_string(column.type) else column for column in part.columns
    )
    return pa.Table.from_arrays([*texts], schema=part.schema)


def regrouped(parts: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield the rows of tables in tables of `rows` rows each; the last one has fewer.

    >>> parts = [pa.table({"a": [1, 2, 3]}), pa.table({"a": [4]}), pa.table({"a": [5, 6, 7]})]
    >>> [each["a"].to_pylist() for each in regrouped(parts, 3)]
    [[1, 2, 3], [4, 5, 6], [7]]
    """
    waiting: list[pa.Table] = []
    count = 0
    for part in parts:
        waiting.append(part)
        count += part.num_rows
        while count >= rows:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, rows)
            waiting, count = [whole.slice(rows)], count - rows
    if count:
        yield pa.concat_tables(waiting)


FORMATS = {
    "parquet": Format("parquet", "application/vnd.apache.parquet", by_year=True, most_rows=None, write=write_parquet),
    "csv": Format("csv", "text/csv", by_year=True, most_rows=None, write=write_csv),
    "xlsx": Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        by_year=False,
        most_rows=1_048_575,  # a sheet has 1,048,576, of which one is the header (Excel specifications and limits)
        write=write_workbook,
    ),
}
