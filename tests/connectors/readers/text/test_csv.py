"""Delimited text: cells as written, every row in its place, every trap with a finding that names the line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from connectors.readers import Limits
from connectors.readers.format import Format
from connectors.readers.text import csv, csv_records
from hub.errors import FixTheHub
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPECTRUM = [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
]  # fmt: skip


@pytest.fixture
def csv_of(tmp_path: Path) -> Callable[[bytes | str], Path]:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "delivery.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum_cell_by_cell(shared: Callable[[str], Path], name: str) -> None:
    expected = json.loads(shared(f"hostile/csv-spectrum/json/{name}.json").read_bytes())
    if name == "location_coordinates":  # the corpus contradicts itself
        expected = [expected | {"Contact Phone Number": "2095257564"}]
    if name == "newlines_crlf":  # its csv has lost the CR
        expected[1]["a"] = "Once upon \na time"
    outcome = here(shared(f"hostile/csv-spectrum/csvs/{name}.csv"), kind="csv")
    assert outcome.cells == expected
    assert not outcome.faults
    assert not outcome.codes


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a,b\n1,2\n3,4\n", [2, 3]),
        ("a,b\r\n1,2\r\n3,4", [2, 3]),
        ("a,b\r1,2\r3,4\r", [2, 3]),
        ("a,b\n1,2\r\n3,4\r5,6", [2, 3, 4]),
        ("\n\na,b\n\n1,2\n\n\n3,4\n", [5, 8]),
        ('a,b\n"1\n1",2\n3,"4\r\n4\r4"\n5,6\n', [2, 4, 7]),
        ('"a\nx",b\n1,2\n', [3]),
        ('a,b\n"1""\n""1",2\n3,4\n', [2, 4]),
        ('a,b\n5" pipe,"x\ny"\n3,4\n', [2, 4]),
    ],
)
def test_line_is_the_line_of_the_file(csv_of: Callable[[str], Path], text: str, lines: list[int]) -> None:
    outcome = here(csv_of(text), kind="csv")
    assert [row["@line"] for row in outcome.rows] == lines
    assert not outcome.faults


@pytest.mark.parametrize("block", [64, 100, 1000])
def test_lines_and_cells_do_not_depend_on_the_blocks(
    csv_of: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    rows = [f'{n},"张{n}\n\r\n""x""",{"y" * (n % 40)}\r\n' + "\n" * (n % 3) for n in range(400)]
    text = "n,名\t称,y\r\n" + "".join(rows)
    whole = here(csv_of(text), kind="csv")
    monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", block)
    monkeypatch.setattr(csv, "BATCH_BYTES", block)
    pieces = here(csv_of(text), kind="csv")
    assert len(pieces.batches) > 10
    assert pieces.rows == whole.rows
    assert [row["n"] for row in whole.rows] == [str(n) for n in range(400)]
    lines = text.replace("\r\n", "\n").split("\n")
    assert all(lines[row["@line"] - 1].startswith(f'{row["n"]},"张') for row in whole.rows)


def test_ragged_rows_stay_in_their_places(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of('a,b\n1,2\n3\n"x\ny",4,5\n6,7\n8,9,\n'), kind="csv")
    assert outcome.faults == [(3, "WRONG_CELL_COUNT"), (4, "WRONG_CELL_COUNT"), (7, "WRONG_CELL_COUNT")]
    assert [row["@raw"] for row in outcome.rows] == [None, "3", '"x\ny",4,5', None, "8,9,"]
    assert [row["a"] for row in outcome.rows] == ["1", None, None, "6", None]


def test_quotes_that_do_not_pair_up_make_their_row_faulty_and_only_that(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of('a,b\n1,"x"y\n"2","z"\n3,say "hi"\n"4"4,"5\n5"\n6,7\n'), kind="csv")
    assert outcome.faults == [(2, "BAD_QUOTES"), (5, "BAD_QUOTES")]
    assert outcome.cells == [{"a": "2", "b": "z"}, {"a": "3", "b": 'say "hi"'}, {"a": "6", "b": "7"}]


def test_stray_quote_that_swallows_many_rows_rejects_the_file(csv_of: Callable[[str], Path]) -> None:
    text = 'a,b\n1,2\n3,"4\n' + "5,6\n" * 20_000 + '7,"8"\n'
    outcome = here(csv_of(text), kind="csv")
    assert [(finding.code, finding.line) for finding in outcome.verdict] == [("TRUNCATED_FILE", 3)]


def test_unclosed_quote_tells_where_it_opened(csv_of: Callable[[str], Path]) -> None:
    text = 'a,b\n1,2\n"x\ny","z\n' + "5,6\n" * 5000
    outcome = here(csv_of(text), kind="csv")
    assert [(finding.code, finding.line) for finding in outcome.verdict] == [("TRUNCATED_FILE", 4)]


def test_unclosed_quote_behind_a_stray_one(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of('a,b\n5" x,1\n2,"3\n4,5\n'), kind="csv")
    assert [(finding.code, finding.line) for finding in outcome.verdict] == [("TRUNCATED_FILE", 3)]


def test_open_quote_is_given_up_within_bounds(csv_of: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "MAX_RECORD_BYTES", 1 << 20)
    monkeypatch.setattr(csv, "BATCH_BYTES", 1 << 20)
    outcome = here(csv_of('a,b\n1,"2\n' + "5,6\n" * 1_000_000), kind="csv")
    assert [(finding.code, finding.line) for finding in outcome.verdict] == [("TRUNCATED_FILE", 2)]
    outcome = here(csv_of("a,b\n1,2\n" + "x" * 3_000_000 + ",1\n"), kind="csv")
    assert [(finding.code, finding.line) for finding in outcome.verdict] == [("READER_LIMIT", 3)]


def test_long_cell_makes_its_row_faulty_and_the_others_survive(csv_of: Callable[[str], Path]) -> None:
    rows = ["a,b", "1,2", "3," + "x" * 10_000_000, "4,5", '"' + "y\n" * 2_000_000 + '",6', "7,8,9", "10,11"]
    outcome = here(csv_of("\n".join(rows)), kind="csv")
    assert outcome.faults == [(3, "CELL_TOO_LONG"), (5, "CELL_TOO_LONG"), (2_000_006, "WRONG_CELL_COUNT")]
    assert [row["@raw"] for row in outcome.rows if row["@fault"]] == [
        "b: 10000000 bytes",
        "a: 4000000 bytes",
        "7,8,9",
    ]
    assert [row["a"] for row in outcome.cells] == ["1", "4", "10"]


def test_limit_of_a_cell_is_exact(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of("a\n" + "é" * 50 + "\n" + "é" * 50 + "x\n"), Limits(cell_bytes=100), kind="csv")
    assert outcome.faults == [(3, "CELL_TOO_LONG")]


def test_wide_row_of_short_cells_is_not_long(csv_of: Callable[[str], Path]) -> None:
    names = ",".join(f"c{n}" for n in range(100))
    row = ",".join(["x" * 900_000] * 3 + ["y"] * 97)
    outcome = here(csv_of(f"{names}\n{row}\n{row}\n"), kind="csv")
    assert len(outcome.cells) == 2


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "EMPTY_FILE"),
        ("\n\n", "NO_HEADER"),
        ("\ufeff", "NO_HEADER"),
        ("a,b,a\n1,2,3\n", "DUPLICATE_COLUMN"),
        ("a,b, a \n1,2,3\n", "DUPLICATE_COLUMN"),
        (",".join(f"c{n}" for n in range(2001)), "READER_LIMIT"),
        ("<!DOCTYPE html><html>", "WRONG_FORMAT"),
        ("PK\x03\x04...", "WRONG_FORMAT"),
        ("%PDF-1.7", "WRONG_FORMAT"),
    ],
)
def test_file_that_is_no_csv(csv_of: Callable[[str], Path], text: str, verdict: str) -> None:
    assert here(csv_of(text), kind="csv").codes == [verdict]


def test_duplicate_columns_are_all_told(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of("a,b,a,b,a,c\n"), kind="csv")
    assert [(finding.column, finding.expected) for finding in outcome.verdict] == [("a", "3"), ("b", "2")]


def test_names_are_cleaned_and_reserved_ones_moved_aside(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of("\ufeff  编号\u3000,e\u0301,,@line,@corrects\n1,2,3,4,5\n"), kind="csv")
    assert outcome.cells == [{"编号": "1", "é": "2", "#3": "3", "./@line": "4", "./@corrects": "5"}]


TITLED: dict[str, Any] = {"kind": "csv", "expected": ["编号", "时间"]}


@pytest.mark.parametrize("header", ["find", {"row": 4}])
def test_header_below_titles(csv_of: Callable[[str], Path], header: Any) -> None:
    text = "火灾情况统计表,,\n填报单位：,海口,\n\n编号,时间,备注\n1,2026-03-02,编号\n"
    outcome = here(csv_of(text), header=header, **TITLED)
    assert outcome.cells == [{"编号": "1", "时间": "2026-03-02", "备注": "编号"}]
    assert outcome.rows[0]["@line"] == 5


@pytest.mark.parametrize("header", ["find", {"row": 3}, {"row": 99}])
def test_header_that_is_not_there(csv_of: Callable[[str], Path], header: Any) -> None:
    outcome = here(csv_of("编号,日期\n1,2\n\n3,4\n"), header=header, **TITLED)
    assert outcome.codes == ["NO_HEADER"]


@pytest.mark.parametrize(("delimiter", "quote"), [("\t", '"'), (";", "'"), ("|", ""), ("^", "$")])
def test_other_delimiters_and_quotes(csv_of: Callable[[str], Path], delimiter: str, quote: str) -> None:
    within = delimiter if quote else '"'
    text = f"a{delimiter}b\n1{delimiter}{quote}2,{within}3{quote}\n"
    outcome = here(csv_of(text), kind="csv", delimiter=delimiter, quote=quote)
    assert outcome.cells == [{"a": "1", "b": f"2,{within}3"}]


@pytest.mark.parametrize(
    ("signs", "says"),
    [
        ({"quote": "''"}, "`quote` must be one ASCII character"),
        ({"quote": "“"}, "`quote` must be one ASCII character"),
        ({"quote": ";", "delimiter": ";"}, "must differ"),
        ({"quote": "\n"}, "text within a line"),
        ({"delimiter": ""}, "text within a line"),
    ],
)
def test_signs_that_cannot_split_a_line(signs: dict[str, str], says: str) -> None:
    with pytest.raises(FixTheHub, match=says):
        Format("csv", **signs)


def test_control_characters_pass(csv_of: Callable[[str], Path]) -> None:
    outcome = here(csv_of("a,b\n1\x002,\x1b\x85\u2028\n"), kind="csv")
    assert outcome.cells == [{"a": "1\x002", "b": "\x1b\x85\u2028"}]


def test_mark_within_the_text_is_a_value(csv_of: Callable[[str], Path]) -> None:
    assert here(csv_of("a\n\ufeff\n\ufeffx\n"), kind="csv").cells == [{"a": "\ufeff"}, {"a": "\ufeffx"}]


def test_record_cutting_says_what_is_whole() -> None:
    part = csv_records.split_records(b'a,"b\n', '"', ",", final=False)
    assert (part.consumed, len(part.starts), part.open_quote) == (0, 0, 2)
    part = csv_records.split_records(b"a\r", '"', ",", final=False)  # the CR may be half of CR LF
    assert (part.consumed, len(part.starts)) == (0, 0)
    part = csv_records.split_records(b"a\rb\r\n\nc", '"', ",", final=True)
    assert [part.text(place) for place in range(3)] == ["a", "b", "c"]
    assert list(part.lines) == [0, 1, 3]
