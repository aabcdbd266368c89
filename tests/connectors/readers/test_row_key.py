"""The key of rows that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from connectors.readers.row_key import with_row_key
from connectors.readers.rows import Chunk
from connectors.sandbox.reader import header
from tests.support.delivered import delivered

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "year,place\n2020,Oak\n2020,Elm\n2020,Oak\n2020,\n"
CELL = st.none() | st.text("a1:-", max_size=3)


def test_rows_that_are_alike_have_keys_of_their_own_that_stay(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(ROWS)
    second.write_text("year,place\n2019,Ash\n2020,\n2020,Oak\n2020,Elm\n2020,Oak\n")
    agreed = {"kind": "csv", "row_key": "number"}
    keys = [row["number"] for row in delivered(first, **agreed).rows]
    assert len({*keys}) == 4
    assert keys[0].removesuffix("-1") == keys[2].removesuffix("-2")
    later = [row["number"] for row in delivered(second, **agreed).rows]
    assert {*keys} < {*later}
    assert header(first, agreed) == ["year", "place", "number"]


def test_a_file_that_brings_the_keys_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("year,number\n2020,k-1\n")
    assert delivered(path, kind="csv", row_key="number").rows[0]["number"] == "k-1"
    assert header(path, {"kind": "csv", "row_key": "number"}) == ["year", "number"]


def test_a_row_with_a_number_of_its_own_has_that_as_its_key(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"id": "E1", "a": "1"}, {"a": "1"}, {"id": " ", "a": "1"}]')
    keys = [row["k"] for row in delivered(path, kind="json", row_key="k", row_key_from=["id", "no"]).rows]
    assert keys[0] == "E1"
    assert keys[1].endswith("-1")
    assert keys[1][:-2] != keys[2][:-2]


def test_a_document_without_an_agreed_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"version": "2.0", "list": [{"a": "1"}]}')
    assert delivered(path, kind="json", records="list", members=["version"]).rows[0]["a"] == "1"
    refused = delivered(path, kind="json", records="list", members=["version", "context"]).verdict
    assert [(each.code, each.expected) for each in refused] == [("WRONG_FORMAT", "JSON: context")]


def test_lists_count_too(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": "1", "b": ["x"]}, {"a": "1", "b": ["y"]}, {"a": "1", "b": ["x"]}]')
    keys = [row["number"] for row in delivered(path, kind="json", row_key="number").rows]
    assert len({*keys}) == 3
    assert keys[0][:-2] == keys[2][:-2] != keys[1][:-2]


@given(st.lists(st.tuples(CELL, CELL), max_size=6))
def test_two_rows_have_one_digest_only_if_they_are_alike(rows: list[tuple[str | None, str | None]]) -> None:
    columns = pa.RecordBatch.from_arrays(
        [pa.array([row[at] for row in rows], pa.string()) for at in (0, 1)], names=["a", "b"]
    )
    (chunk,) = with_row_key([Chunk(columns, np.arange(len(rows)))], "key")
    digests = [key.rpartition("-")[0] for key in chunk.columns.column("key").to_pylist()]
    assert len({*digests}) == len({tuple(cell or "" for cell in row) for row in rows})


def test_a_text_that_means_no_value_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"id": "A"}, {"id": "-", "n": 1}, {"id": "-", "n": 2}, {"id": ["B"]}, {"id": ["C", "D"]}]')
    rows = delivered(path, kind="json", row_key="key", row_key_from=["id"], missing=["-"]).rows
    keys = [row["key"] for row in rows]
    assert [keys[0], keys[3]] == ["A", "B"]
    assert len({*keys}) == 5
    assert not {"-", "C", "D"} & {*keys}
