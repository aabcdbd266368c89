"""Any readable table: its form is found by content, its cells are text, and what is odd about it is said."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.readers.sniff import header_line, records_path, sniff, sniff_table
from tests.support import books
from tests.support.books import Described
from tests.support.delivered import delivered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CELLS = [{"编号": "R1", "值": "海口"}, {"编号": "R2", "值": "儋州"}]
TABLE = "编号,值\nR1,海口\nR2,儋州\n"
ROWS: list[list[books.Cell]] = [["编号", "值"], ["R1", "海口"], ["R2", "儋州"]]
OBJECTS = '{"编号": "R1", "值": "海口"}', '{"编号": "R2", "值": "儋州"}'


def _zip(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(CELLS), file)
    return file.getvalue()


FILES: dict[str, tuple[bytes, str]] = {
    "csv": (TABLE.encode(), "csv · utf-8 · ,"),
    "bom": (TABLE.encode("utf-16"), "csv · utf-16-le · ,"),
    "gb18030": (TABLE.encode("gb18030"), "csv · gb18030 · ,"),
    "semicolon": (TABLE.replace(",", ";").encode(), "csv · utf-8 · ;"),
    "tab and title": (f"标题\n\n{TABLE}".replace(",", "\t").encode(), "csv · utf-8 · TAB · header 3"),
    "ndjson": ("\n".join(OBJECTS).encode(), "ndjson · utf-8"),
    "json": (f'{{"n": 2, "d": {{"rows": [{", ".join(OBJECTS)}]}}}}'.encode(), "json · utf-8 · d/rows"),
    "xml": (
        "<?xml version='1.0'?><m><r><编号>R1</编号><值>海口</值></r><r><编号>R2</编号><值>儋州</值></r></m>".encode(),
        "xml · m/r",
    ),
    "parquet": (_parquet(), "parquet"),
    "gz": (gzip.compress(TABLE.encode("gb18030")), "gz · csv · gb18030 · ,"),
    "bz2": (bz2.compress(TABLE.encode()), "bz2 · csv · utf-8 · ,"),
    "zip": (_zip("a.txt", TABLE.encode()), "zip · csv · utf-8 · ,"),
    "zipped book": (_zip("a.xls", books.xls(Described(ROWS))), "zip · xls"),
    **{kind: (getattr(books, kind)(Described(ROWS)), kind) for kind in ("xlsx", "xls", "xlsb", "ods")},
    "title in a book": (books.xls(Described([["标题"], [], *ROWS])), "xls · header 3"),
}


@pytest.mark.parametrize("name", FILES)
def test_form_is_found_by_content_whatever_the_name_says(tmp_path: Path, name: str) -> None:
    content, form = FILES[name]
    path = tmp_path / "delivery.exe"
    path.write_bytes(content)
    outcome = delivered(path, kind="any")
    assert outcome.cells == CELLS
    found = next(each for each in outcome.findings if each.code == "FORMAT_FOUND")
    assert found.value == form
    assert found.expected == "2: 编号, 值"


@pytest.mark.parametrize(
    ("content", "code", "value"),
    [
        (b"", "EMPTY_FILE", None),
        (b"%PDF-1.7 ...", "WRONG_FORMAT", "pdf"),
        (b"<html><table><tr><td>1", "WRONG_FORMAT", "html"),
        (b"Rar!\x1a\x07\x00", "OTHER_ARCHIVE", "rar"),
        (_zip("word/document.xml", b"<w/>"), "WRONG_FORMAT", "docx"),
        (b"\x89PNG\r\n", "WRONG_FORMAT", "png"),
    ],
)
def test_what_no_reader_reads(tmp_path: Path, content: bytes, code: str, value: str | None) -> None:
    path = tmp_path / "delivery.csv"
    path.write_bytes(content)
    assert [(each.code, each.value) for each in delivered(path, kind="any").verdict] == [(code, value)]


def test_what_is_odd_about_rows_is_left_to_who_judges_them(tmp_path: Path) -> None:
    path = tmp_path / "delivery"
    path.write_text("a,b\n1,2\n1,2,3\n1\n合计,9\n", "utf-8")
    outcome = delivered(path, kind="any")
    assert [each.code for each in outcome.findings] == ["FORMAT_FOUND"]
    assert outcome.faults == [(3, "WRONG_CELL_COUNT"), (4, "WRONG_CELL_COUNT")]


def test_columns_of_one_name_are_told_and_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "delivery"
    path.write_text("a,b,a\n1,2,3\n", "utf-8")
    outcome = delivered(path, kind="any")
    assert outcome.cells == [{"a": "1", "b": "2", "a #2": "3"}]
    assert [(each.code, each.column, each.expected) for each in outcome.findings[1:]] == [
        ("DUPLICATE_COLUMN", "a", "2")
    ]


def test_nested_columns_become_json(tmp_path: Path) -> None:
    path = tmp_path / "delivery"
    path.write_text('[{"a": [1, {"b": "海"}], "c": {"d": true}}]', "utf-8")
    (row,) = delivered(path, kind="any").cells
    assert row == {"a": '[{".": "1", "b": null}, {".": null, "b": "海"}]', "c/d": "true"}


def test_header_and_delimiter_of_first_lines() -> None:
    assert sniff_table('x\na|"b|c"|d\n1|2|3\n') == ("|", 2)
    assert sniff_table("one\ntwo\n") == (",", 1)
    assert header_line([(1, ["t", ""]), (4, ["a", "b"]), (5, ["1", "2"])]) == 4
    assert records_path([{"a": 1}]) is None
    assert records_path({"a": {"b": {"c": [{}]}}}) == "a/b/c"


def test_real_files(shared: Callable[[str], Path]) -> None:
    expected: dict[str, Any] = {
        "data/market/cn_运输失信企业名单_93516.xls": 270,
        "data/market/nhtsa_recalls.json": 50,
        "data/reference/countries/world-countries.xml": 250,
        "data/customs/cn_gacc_params/公路舱单代码表/国家代码（CN001）.xlsx": 248,
        "data/inspection/tw_tfda_border_failures_china_origin_excerpt.ndjson": 10,
    }
    assert {name: len(delivered(shared(name), kind="any").cells) for name in expected} == expected


def test_geopackage_is_told_from_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"SQLite format 3\0".ljust(68, b"\0") + b"GPKG" + bytes(28))
    assert sniff(path) == {"kind": "gpkg"}
