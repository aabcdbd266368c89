"""`riskhub sql` in its forms: a table, a line for each value, csv, and a Parquet file."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len

from cli import screen
from cli.screen import FINE, WRONG, guarded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
QUERY = "select n, case when n = 2 then '=1+1' end as text, n::numeric(9,2) as money from generate_series(1, 2) n"


def test_csv_has_a_header_and_no_formulas(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert guarded(["sql", "-c", QUERY, "--csv"]) == FINE
    [header, one, two] = csv.reader(io.StringIO(capsysbinary.readouterr().out.decode()))
    assert header == ["n", "text", "money"]
    assert (one, two) == (["1", "", "1.00"], ["2", "'=1+1", "2.00"])


def test_parquet_has_types_and_all_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "all.parquet"
    query = "select n, now() as at from generate_series(1, 60000) n"
    assert guarded(["sql", "-c", query, "--parquet", str(path)]) == FINE
    assert "60,000" in capsys.readouterr().out
    table = pq.read_table(path)
    assert table["n"].to_pylist() == [*range(1, 60_001)]
    assert str(table.schema.field("at").type) == "timestamp[us, tz=UTC]"


def test_a_refused_query_leaves_no_file(tmp_path: Path) -> None:
    for query in ("select * from nowhere", "select 1 / (n - 50000) from generate_series(1, 60000) n"):
        assert guarded(["sql", "-c", query, "--parquet", str(tmp_path / "x.parquet")]) == WRONG
        assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_expanded_has_a_line_for_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["sql", "-c", QUERY, "--expanded"]) == FINE
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines if line.startswith("text")] == [["text"], ["text", "=1+1"]]


def test_an_empty_answer_names_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    for query in ("select * from core_en.injury_case", "select 1 as n where false", "select * from mart.risk_event"):
        assert guarded(["sql", "-c", query]) == FINE
        told = capsys.readouterr().out
        assert told.strip()
        assert "No rows" in told or told.split() == ["n"]


def test_tables_are_readable_at_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.out, "_width", 80)
    wide = "select 'a' as one, repeat('电', 30) as two, repeat('x', 30) as three"
    for query in (wide, "select * from code.entry where list = 'hazard_class' order by code", QUERY):
        assert guarded(["sql", "-c", query]) == FINE
        lines = capsys.readouterr().out.splitlines()
        assert lines
        assert max(map(cell_len, lines)) <= 80, query


def test_one_form_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "x.parquet")
    for options in (["--csv"], ["--parquet", path], ["-c", "select 1", "--csv", "--parquet", path]):
        assert guarded(["sql", *options]) == WRONG
    assert guarded(["sql", "-c", "select 1", "--csv", "--json"]) == WRONG


@pytest.mark.parametrize(
    "query", ["select * from core.injury_case", "select narrative from core.injury_case", "table core.injury_case"]
)
def test_a_closed_column_says_how_to_read_the_open_ones(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["sql", "-c", query]) == WRONG
    told = " ".join(capsys.readouterr().err.split())
    for cure in re.findall("`(select [^`]*)`", told):
        assert guarded(["sql", "-c", cure]) == FINE, cure
    assert "core_en.injury_case" in told
    assert "source_record_no" in capsys.readouterr().out
