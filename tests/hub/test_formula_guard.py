"""No file that a person opens in a spreadsheet has a cell that becomes a formula, and each text comes back."""

from __future__ import annotations

import ast

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formula_guard import guard_cell, guard_column, unguard_cell, unguard_column
from tests.support.code_tree import PRODUCTION, syntax_tree

OPENERS = tuple("=+-@\t\r\n＝＋－＠")
TEXTS = st.text(st.sampled_from("=+-@\t\r\n'＝＋－＠0,.1ax \u2028火"), max_size=6)
# What writes delimited text for people goes through the guard; these are for programs or are one cell of a page.
UNGUARDED = {
    "connectors/readers/spreadsheet/table.py": "a row that a finding quotes",
    "connectors/sql/source.py": "a delivery, which the hub's own reader reads",
    "pipeline/authoring/sample.py": "findings of invented records, which programs compare",
    "standards/exports/data_package.py": "code lists, which programs read as they are written",
    "standards/exports/record_files.py": "invented records, which programs read as they are written",
    "standards/rebuild/__init__.py": "code lists, which the hub reads as they are written",
}


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 139", "-x", "@sum", "\t=1", "\r=1", "\n=1", "＝1", "－1", "＋1", "＠x", "'=1"]
)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.5", "+1", "-1,234.5", "fire", "", "1=2", " =1"])
def test_what_is_harmless_stays(text: str) -> None:
    assert guard_cell(text) == text


@given(TEXTS)
def test_each_text_comes_back_and_none_is_a_formula(text: str) -> None:
    safe = guard_cell(text)
    assert unguard_cell(safe) == text
    assert not safe.startswith(OPENERS) or safe.strip("+-0123456789.,") == ""
    column = guard_column(pa.array([text]))
    assert column.to_pylist() == [safe], "arrays and texts follow one rule"
    assert unguard_column(column).to_pylist() == [text]


@given(TEXTS)
def test_a_file_that_nobody_guarded_is_read_the_same_by_both(text: str) -> None:
    assert unguard_column(pa.array([text])).to_pylist() == [unguard_cell(text)]


def test_whatever_writes_delimited_text_is_guarded() -> None:
    for path in PRODUCTION:
        tree = syntax_tree(path)
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        writes = calls & {"csv.writer", "csv.DictWriter", "csv.write_csv", "csv.CSVWriter"}
        if writes and str(path) not in UNGUARDED:
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert names & {"guard_cell", "guard_column"}, f"{path} writes cells that may become formulas"
