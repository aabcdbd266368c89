"""Rows of totals in a source that says nothing of them: kept out and told, never one more record."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from mappings.engine import read_source
from pipeline.checks.check import CheckRequest, check
from tests.support.small_source import SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

DATE, FORMAT = "2026-05-01 10:00", "format: {kind: csv, encoding: utf-8}"


def told(small: SmallSource, path: Path, content: bytes) -> list[tuple[str, str | None, str | None, int]]:
    path.write_bytes(content)
    verdict = check(path, read_source(small.folder), CheckRequest()).verdict
    assert verdict.counts.new + verdict.counts.quarantined + verdict.counts.skipped == verdict.counts.read
    return [(each["code"], each["column"], each["value"], each["line"]) for each in verdict.findings]


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        (f"合计,{DATE},短路,", "no", "合计"),  # it would be a record without any fault
        ("合计,2,,", "no", "合计"),
        ("合 计：,,,", "no", "合 计"),
        ("\u3000总\u3000计\u3000,,,", "no", "总\u3000计"),
        ("小计,,99,", "no", "小计"),
        ("Grand Total,,,12", "no", "Grand Total"),
        ("sub-total:,,,12", "no", "sub-total"),
        (",,合计,12", "cause", "合计"),
        (",Total,,12", "at", "Total"),
    ],
)
def test_row_of_totals_is_kept_out_for_that_alone(
    small: SmallSource, tmp_path: Path, row: str, column: str, word: str
) -> None:
    content = fires("F1", "F2") + f"{row}\n".encode()
    assert told(small, tmp_path / "1.csv", content) == [("ROW_OF_TOTALS", column, word, 4)]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (f"F3,{DATE},短路,合计", []),  # a text of a record that has a key
        (f"合计01,{DATE},短路,", []),
        (f"Totally,{DATE},短路,", []),
        (",,短路,Total loss of the house", ["MISSING_VALUE", "MISSING_VALUE"]),
    ],
)
def test_record_is_not_taken_for_totals(small: SmallSource, tmp_path: Path, row: str, codes: list[str]) -> None:
    found = told(small, tmp_path / "1.csv", fires("F1") + f"{row}\n".encode())
    assert [code for code, *_ in found] == codes


def test_product_called_total_is_a_product(small: SmallSource, tmp_path: Path) -> None:
    small.map("key: [no]", "key: [no, note]")
    content = fires(f"F1,{DATE},短路,Total", f"F2,{DATE},短路,合计", f",{DATE},短路,Total")
    path = tmp_path / "1.csv"
    path.write_bytes(content)
    (found,) = check(path, read_source(small.folder), CheckRequest()).verdict.findings
    # In the first row Total is the name of a product; in the third nothing else is in the key.
    assert (found["code"], found["count"], found["line"]) == ("ROW_OF_TOTALS", 2, 3)


def test_what_was_agreed_to_be_passed_over_is(small: SmallSource, tmp_path: Path) -> None:
    small.map("mode: upsert\n", "mode: upsert\nskip: [{column: no, starts: [合计], reason: totals}]\n")
    assert told(small, tmp_path / "1.csv", fires("F1") + "合计,,,\n".encode()) == []


def test_totals_of_a_workbook(small: SmallSource, tmp_path: Path) -> None:
    small.map(FORMAT, "format: {kind: xlsx}")
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["no", "at", "cause", "note"], ["F1", DATE, "短路", "x"], ["合计", None, None, 1]):
        sheet.append(row)
    sheet.merge_cells("A3:C3")
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "1.xlsx"
    path.write_bytes(stream.getvalue())
    findings = check(path, read_source(small.folder), CheckRequest()).verdict.findings
    assert [(each["code"], each["line"]) for each in findings if each["level"] == "error"] == [("ROW_OF_TOTALS", 3)]
