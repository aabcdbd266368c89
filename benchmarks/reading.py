"""Readers against the bare libraries: rows per second of a delivery read in its child process, places and all.

The peer gets the same file and the easiest task: all cells in memory, in its own types, no place, no check of encoding,
no process of its own.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from pyarrow import csv as arrow_csv
from pyarrow import json as arrow_json
from python_calamine import CalamineWorkbook

from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared
from connectors.sandbox.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.source_options import FormatOptions

RUNS = 3
BOOK_ROWS = 50_000  # of a workbook, which takes long to write


def figures(rows: int) -> list[Figure]:
    """Return rows/s per reader against the bare library over files of `rows` rows."""
    with tempfile.TemporaryDirectory(prefix="riskhub-bench-") as folder:
        return [_figure(each) for each in _files(Path(folder), rows)]


class _Case(NamedTuple):
    """One file, how the hub reads it, and the bare library that reads it too."""

    name: str
    path: Path
    form: FormatOptions
    rows: int
    peer: str
    bare: Callable[[Path], Any]


def _files(folder: Path, rows: int) -> list[_Case]:
    """Write one table in several formats."""
    plain = folder / "fire.csv"
    csv: FormatOptions = {"kind": "csv", "encoding": "gb18030"}
    make_fire(plain, rows)
    with read(plain, csv) as reading:
        table = pa.Table.from_batches(list(reading))
    table = table.select([name for name in table.column_names if not name.startswith("@")])
    texts, parquet, lines, book = (folder / f"fire.{kind}" for kind in ("utf8.csv", "parquet", "ndjson", "xlsx"))
    arrow_csv.write_csv(table, texts)
    pq.write_table(table, parquet)
    few = table.slice(0, min(rows, BOOK_ROWS))
    _write_lines(table, lines)
    _write_book(few, book)
    gb18030 = arrow_csv.ReadOptions(encoding="gb18030")
    return [
        _Case("read csv gb18030", plain, csv, rows, "pyarrow.csv", lambda path: arrow_csv.read_csv(path, gb18030)),
        _Case("read csv utf-8", texts, {"kind": "csv"}, rows, "pyarrow.csv", arrow_csv.read_csv),
        _Case("read ndjson", lines, {"kind": "ndjson"}, rows, "pyarrow.json", arrow_json.read_json),
        _Case("read parquet", parquet, {"kind": "parquet"}, rows, "pyarrow.parquet", pq.read_table),
        _Case("read xlsx", book, {"kind": "xlsx"}, few.num_rows, "calamine", _calamine),
    ]


def _write_lines(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for batch in table.to_batches(20_000):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())


def _write_book(table: pa.Table, path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(table.column_names)
    for row in table.to_pylist():
        sheet.append(list(row.values()))
    book.save(path)


def _calamine(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def _figure(case: _Case) -> Figure:
    ours = case.rows / min(_seconds(lambda: _all(case.path, case.form)) for _ in range(RUNS))
    theirs = case.rows / min(_seconds(lambda: case.bare(case.path)) for _ in range(RUNS))
    return compared(case.name, ours, "rows/s", case.peer, theirs, "")


def _all(path: Path, form: FormatOptions) -> int:
    return sum(batch.num_rows for batch in read(path, form))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
