"""Delimiters: any text within a line, or two in one file, and no cell is ever given to a wrong column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.txt"


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", "^", "||", "|+|", "¦", "，", "\x1f", "\x01", "-", "]"])
def test_any_delimiter(path: Path, delimiter: str) -> None:
    rows = [["编号", "值"], ["R1", "a"], ["R2", f'"x{delimiter}y\nz"'], ["R3", "|"[: delimiter != "|"] + "b"]]
    path.write_text("\n".join(map(delimiter.join, rows)) + "\n", "utf-8")
    outcome = here(path, kind="csv", delimiter=delimiter)
    assert [(row["@line"], row["编号"], row["值"]) for row in outcome.rows] == [
        (2, "R1", "a"),
        (3, "R2", f"x{delimiter}y\nz"),
        (5, "R3", rows[3][1]),
    ]


def test_long_delimiter_across_blocks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", 3)
    path.write_text("a|+|b\n" + "1|+|2|\n" * 20, "utf-8")
    assert here(path, kind="csv", delimiter="|+|").cells == [{"a": "1", "b": "2|"}] * 20


def test_faulty_row_shows_its_own_delimiter(path: Path) -> None:
    path.write_text("a||b\n1||2||3\n", "utf-8")
    outcome = here(path, kind="csv", delimiter="||")
    assert outcome.rows[0]["@raw"] == "1||2||3"


def test_stand_in_that_was_there_before_is_refused(path: Path) -> None:
    path.write_text("a||b\n1\x1f||2\n", "utf-8")
    assert here(path, kind="csv", delimiter="||").codes == ["WRONG_FORMAT"]


@pytest.mark.parametrize("header", ["a,b,c", "a;b;c"])
def test_two_delimiters_in_one_file(path: Path, header: str) -> None:
    lines = [header, "1,2,3", "4;5;6", '"x;y",8,"9\n9"', "1,2;3", "1,2,3;", "10;11,5;12"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    outcome = here(path, kind="csv", delimiter=[",", ";"])
    assert [(row["@line"], row["a"], row["b"], row["c"], row["@fault"]) for row in outcome.rows] == [
        (2, "1", "2", "3", None),
        (3, "4", "5", "6", None),
        (4, "x;y", "8", "9\n9", None),
        (6, None, None, None, "WRONG_CELL_COUNT"),  # neither cuts it
        (7, "1", "2", "3;", None),
        (8, "10", "11,5", "12", None),
    ]


def test_row_that_both_delimiters_cut_is_not_guessed(path: Path) -> None:
    path.write_text("a,b\n1,2\n3;4\n5,6;7\n", "utf-8")
    outcome = here(path, kind="csv", delimiter=[",", ";"])
    assert outcome.faults == [(4, "WRONG_CELL_COUNT")]


def test_one_delimiter_agreed_and_two_there(path: Path) -> None:
    path.write_text("a,b,c\n1,2,3\n4;5;6\n", "utf-8")
    assert here(path, kind="csv").faults == [(3, "WRONG_CELL_COUNT")]


HEADERS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("检验,,结果\n项目,值,\n1,2,3\n", {"row": 1, "rows": 2}, ["检验/项目", "检验/值", "结果"]),
    ("title\n,甲,,乙,\nno,x,y,x,y\n1,2,3,4,5\n", {"row": 2, "rows": 2}, ["no", "甲/x", "甲/y", "乙/x", "乙/y"]),
]


@pytest.mark.parametrize(("text", "header", "names"), HEADERS)
def test_header_of_two_rows(path: Path, text: str, header: dict[str, Any], names: list[str]) -> None:
    path.write_text(text, "utf-8")
    outcome = here(path, kind="csv", header=header)
    assert [list(row) for row in outcome.cells] == [names]


def test_file_without_header(path: Path) -> None:
    path.write_text("1\tFord\n2\tFiat\n3\n", "utf-8")
    outcome = here(path, kind="csv", delimiter="\t", header="none", columns=["id", "make"])
    assert outcome.cells == [{"id": "1", "make": "Ford"}, {"id": "2", "make": "Fiat"}]
    assert outcome.faults == [(3, "WRONG_CELL_COUNT")]


def test_real_table_by_tabs(shared: Callable[[str], Path]) -> None:
    path = shared("data/reference/countries/country_converter_crosswalk.tsv")
    outcome = here(path, kind="csv", delimiter="\t")
    assert len(outcome.cells) > 200
    assert outcome.faults == [(3, "WRONG_CELL_COUNT")]  # the file itself has a cell too few there
