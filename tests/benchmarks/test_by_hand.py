"""The peers of the refine benchmark do the same work: their records are ours, column for column."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from benchmarks.by_hand import with_pandas, with_polars
from benchmarks.one_refine import SOURCES
from benchmarks.refining import rows_in_memory
from mappings.engine import read_source
from pipeline.sources import folder_of
from pipeline.transform.map_batches import refined_batches

ROWS = 3_000
HUB = {"row", "record_uid", "row_hash"}


def ours(shape: str, rows: pa.Table) -> pa.Table:
    source = read_source(folder_of(SOURCES[shape]))
    (route,) = source.routes
    made = [refined.tables[route.name][""] for _, refined in refined_batches(iter(rows.to_batches()), source)]
    return pa.concat_tables(made).sort_by("source_record_no")


def columns(table: pa.Table) -> dict[str, list[Any]]:
    """Return the values by column, decimals and floats alike; a column of nulls only says nothing."""
    ours = [name for name in table.schema.names if name not in HUB]
    found = {name: [_plain(each) for each in table[name].to_pylist()] for name in ours}
    return {name: values for name, values in found.items() if set(values) != {None}}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "timestamp"):
        return value.timestamp()
    if isinstance(value, date):
        return value
    return round(float(value), 6)


@pytest.fixture(scope="module", params=sorted(SOURCES))
def rows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, pa.Table]:
    path = rows_in_memory(request.param, ROWS, tmp_path_factory.mktemp("rows"))
    with pa.OSFile(str(path)) as file:
        return request.param, pa.ipc.open_file(file).read_all()


def text_of(table: pa.Table) -> pa.Table:
    return table.select([name for name in table.schema.names if not name.startswith("@")])


def test_polars_by_hand_gives_our_records(rows: tuple[str, pa.Table]) -> None:
    shape, table = rows
    made = getattr(with_polars, shape)(pl.from_arrow(text_of(table)))[0].to_arrow()
    assert columns(made.sort_by("source_record_no")) == columns(ours(shape, table))


def test_pandas_by_hand_gives_our_records(rows: tuple[str, pa.Table]) -> None:
    shape, table = rows
    text = text_of(table).to_pandas(types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get)
    made = pa.Table.from_pandas(getattr(with_pandas, shape)(text)[0], preserve_index=False)
    assert columns(made.sort_by("source_record_no")) == columns(ours(shape, table))
