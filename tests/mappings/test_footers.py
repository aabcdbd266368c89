"""What stands below a table is no record, and a record that begins like it stays one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.run.footers import footers_apart
from tests.support.folders import rows_of

WIDTH = 6


def apart(*cells: str) -> tuple[bool, list[str]]:
    names = [f"c{at}" for at in range(WIDTH)]
    filled = [*cells, *[""] * (WIDTH - len(cells))]
    where, told = footers_apart(rows_of({name: [cell] for name, cell in zip(names, filled, strict=True)}))
    return where[0].as_py(), told["value"].to_pylist()


@pytest.mark.parametrize(
    "cells",
    [
        ["填表日期", "2026-05-02"],
        ["填表日期：2026年5月2日"],
        ["制表人：张某", "", "", "", "审核：李某"],
        ["填报单位：海口市消防救援支队", "", "填报人：张某", "联系电话：0898-00000000"],
        ["", "", "单位负责人：", "张某", "填表人：", "李某"],
        ["制 表 人：", "张某"],
        ["审核人（签字）：", ""],
        ["备注：数据截至5月1日，不含三沙市。"],
        ["注1：本表由各单位填报。"],
        ["（以下空白）"],
        ["以下无正文"],
        ["第 1 页", "", "共 3 页"],
        ["第1页，共3页"],
        ["Page 1 of 3"],
        ["Prepared by: Li", "", "Date prepared: 2 May 2026"],
        ["Note: excludes drills."],
        ["End of report"],
    ],
)
def test_line_below_a_table_is_passed_over(cells: list[str]) -> None:
    found, (word,) = apart(*cells)
    assert found
    assert "张某" not in word
    assert "0898" not in word


@pytest.mark.parametrize(
    "cells",
    [
        ["C26", "2026-05-01", "海口市"],
        ["备注：门锁损坏", "C26", "2026-05-01"],  # a narrative in the first column
        ["C27", "填报单位：海口", "", ""],
        ["填表日期", "2026-05-02", "海口市", "电气"],
        ["联系电话", "0898-00000000"],  # a table of names and values
        ["电话", "x"],
        ["说明书缺失", "", ""],
        ["审核中", "2026-05-01"],
        ["完好", ""],
        ["Notebook", "", ""],
        ["Source code", "x"],
        ["注射器", "2026-05-01"],
        ["1", "", ""],
        ["12", "第3页", ""],
    ],
)
def test_record_stays_a_record(cells: list[str]) -> None:
    assert apart(*cells) == (False, [])


def test_header_once_more_is_passed_over_and_named() -> None:
    batch = rows_of({"编号": ["A1", "编号", "编号"], "时间": ["x", "时间", ""], "地点": ["y", "地点", "海口"]})
    where, told = footers_apart(batch)
    assert where.to_pylist() == [False, True, False]
    assert told["code"].to_pylist() == ["REPEATED_HEADER"]


def test_table_of_two_columns_has_too_little_shape() -> None:
    where, _ = footers_apart(rows_of({"a": ["备注：x"], "b": [""]}))
    assert where.to_pylist() == [False]


@given(st.lists(st.text(max_size=8), min_size=WIDTH, max_size=WIDTH))
def test_whatever_stands_there_a_row_with_a_full_key_and_numbers_is_a_record(cells: list[str]) -> None:
    found, _ = apart("C1", *cells[: WIDTH - 1])
    assert not found
