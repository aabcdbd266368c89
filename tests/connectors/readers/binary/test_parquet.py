"""Parquet: every type has one text, nested columns keep their shape, and memory does not follow a row group."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.readers import Limits
from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.parquet"


MOMENT = dt.datetime(2026, 3, 2, 14, 5)  # noqa: DTZ001 - without a zone on purpose
VALUES: list[tuple[pa.DataType, Any, Any]] = [
    (pa.string(), " 张 ", " 张 "),
    (pa.int64(), 9007199254740993, "9007199254740993"),
    (pa.float64(), 1.5, "1.5"),
    (pa.float64(), 5.0, "5"),
    (pa.float64(), 1e-7, "0.0000001"),
    (pa.float64(), float("nan"), "nan"),
    (pa.decimal128(20, 3), Decimal("12.500"), "12.500"),
    (pa.bool_(), True, "true"),
    (pa.date32(), dt.date(2026, 3, 2), "2026-03-02"),
    (pa.timestamp("us"), MOMENT, "2026-03-02T14:05:00"),
    (pa.timestamp("ms"), MOMENT.replace(microsecond=250_000), "2026-03-02T14:05:00.25"),
    (pa.timestamp("us", "Asia/Shanghai"), MOMENT.replace(tzinfo=dt.UTC), "2026-03-02T14:05:00Z"),
    (pa.time64("us"), dt.time(14, 5), "14:05:00"),
    (pa.binary(), b"\x00\xff", "0x00ff"),
    (pa.binary(), b"\x01\x02", "0x0102"),
    (pa.binary(), b"12", "12"),
    (pa.large_binary(), "海口市".encode(), "海口市"),
    (pa.binary(2), b"34", "34"),
    (pa.float32(), 0.1, "0.1"),
    (pa.float16(), 0.1, "0.1"),
    (pa.dictionary(pa.int8(), pa.string()), "a", "a"),
    (pa.null(), None, None),
    (pa.list_(pa.int32()), [1, None, 3], ["1", None, "3"]),
    (
        pa.struct([("a", pa.float64()), ("b", pa.list_(pa.bool_()))]),
        {"a": 2.0, "b": [False]},
        {"a": "2", "b": ["false"]},
    ),
    (pa.map_(pa.string(), pa.int8()), [("k", 1)], [{"key": "k", "value": "1"}]),
    (pa.list_(pa.struct([("a", pa.date32())])), [{"a": dt.date(2026, 3, 2)}], [{"a": "2026-03-02"}]),
]


@pytest.mark.parametrize(("kind", "value", "text"), VALUES, ids=[str(kind)[:40] for kind, _, _ in VALUES])
def test_every_type_has_one_text(path: Path, kind: pa.DataType, value: object, text: object) -> None:
    pq.write_table(pa.table({"x": pa.array([value, None, value], kind)}), path)
    outcome = here(path, kind="parquet")
    assert [row["x"] for row in outcome.rows] == [text, None, text]
    assert [row["@line"] for row in outcome.rows] == [1, 2, 3]


def test_float_that_cannot_hold_the_number(path: Path) -> None:
    pq.write_table(pa.table({"id": [1.0, 110105194912310020.0, None], "b": ["x", "y", "z"]}), path)
    outcome = here(path, kind="parquet")
    assert outcome.faults == [(2, "PRECISION_LOST")]
    assert [row["b"] for row in outcome.cells] == ["x", "z"]
    assert not here(path, kind="parquet", expected=["b"]).faults
    assert here(path, kind="parquet", expected=["b"], optional=["id"]).faults


@pytest.mark.parametrize(
    ("kind", "last"), [(pa.float64(), 2**53 - 1), (pa.float32(), 2**24 - 1), (pa.float16(), 2**11 - 1)]
)
def test_each_kind_of_float_loses_digits_at_its_own_size(path: Path, kind: pa.DataType, last: int) -> None:
    pq.write_table(pa.table({"id": pa.array(np.array([last, last + 1], kind.to_pandas_dtype()))}), path)
    outcome = here(path, kind="parquet")
    assert outcome.faults == [(2, "PRECISION_LOST")]
    assert [row["id"] for row in outcome.cells] == [str(last)]


def test_broken_files(path: Path) -> None:
    pq.write_table(pa.table({"x": list(range(10_000))}), path, write_page_checksum=True)
    data = path.read_bytes()
    changed = data[:300] + bytes([data[300] ^ 0xFF]) + data[301:]
    for content in (data[:-1], data[: len(data) // 2], b"PAR1", data[:-8] + b"\xff\xff\xff\x7fPAR1", changed):
        path.write_bytes(content)
        assert delivered(path, kind="parquet").codes == ["BAD_DOCUMENT"]
    path.write_bytes(b"a,b\n")
    assert here(path, kind="parquet").codes == ["WRONG_FORMAT"]


def test_double_column(path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", " a"]), path)
    assert here(path, kind="parquet").codes == ["DUPLICATE_COLUMN"]


@pytest.mark.slow
def test_huge_row_group(path: Path) -> None:
    size = 3_000_000
    table = pa.table({"n": range(size), "text": pa.array([f"text number {n}" * 3 for n in range(size)])})
    pq.write_table(table, path, row_group_size=size)
    outcome = delivered(path, Limits(memory=1 << 30), kind="parquet", expected=[])
    assert sum(len(batch) for batch in outcome.batches) == size
