"""A file gets one verdict: looked at without a mapping, the same is said of its rows as a mapped feed hears."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.checks.check import check_file
from tests.support.small_source import ANY, SMALL, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

    from hub.receipt import Verdict

FORM = "format: {kind: csv, encoding: utf-8}"
HEADER = "no,at,cause,note"
AT = "2026-05-01 10:00"
OF_A_MAPPING = {"FORMAT_FOUND", "MISSING_VALUE", "BAD_DATE", "UNKNOWN_CODE"}


def sheet(*rows: list[Any], shown: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in [HEADER.split(","), *rows]:
        book.active.append(row)
    for cell, form in (shown or {}).items():
        book.active[cell].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FILES = {
    "good": fires("F1", "F2"),
    "control characters": fires("F1", f"F2,{AT},短路,a\x01b"),
    "a NUL in a workbook": sheet(["F1", AT, "短路", "a_x0000_b"], ["F2", AT, "短路", "x"]),
    "garbled": fires(f"F1,{AT},短路,caf\ufffd"),
    "read in a wrong encoding": fires(f"F1,{AT},短路,{'北京市海淀区'.encode().decode('gbk', 'replace')}"),
    "blanks": fires(f"F1,{AT},短路, x "),
    "a cell too many": fires("F1") + f"F2,{AT},短路,x,y\n".encode(),
    "quotes": fires("F1") + f'F2,{AT},短路,"x"y\n'.encode(),
    "totals": fires("F1") + "合 计,,,\n".encode(),
    "footers": fires("F1") + "填表人：张某,,,审核：李某\n填表日期,2026-05-02,,\n".encode(),
    "header again": fires("F1") + f"{HEADER}\n".encode() + fires("F2").partition(b"\n")[2],
    "an error in a cell": sheet(["F1", AT, "短路", "=1/0"], ["F2", AT, "短路", "x"]),
    "a long number": sheet(["F1", AT, "短路", 1234567890123456789]),
    "shown otherwise": sheet(["F1", AT, "短路", 1_234_567], shown={"D2": "#,##0,"}),
    "a negative date": sheet(["F1", AT, "短路", -1.2], shown={"D2": "yyyy-mm-dd"}),
    "two columns of one name": f"no,at,cause,note,note\nF1,{AT},短路,x,y\n".encode(),
    "nothing": f"{HEADER}\n".encode(),
}


def look(path: Path, small: SmallSource) -> Verdict:
    """Check a file as `generic/any` does."""
    small.only_check(ANY)
    return check_file(path, SMALL)


def said(verdict: Verdict) -> set[tuple[str, int, int | None]]:
    """Return what is said but for the mapping; the line of a header is known to who agreed on one."""
    return {
        (each["code"], each["count"], None if each["code"] == "DUPLICATE_COLUMN" else each["line"])
        for each in verdict.findings
        if each["code"] not in OF_A_MAPPING
    }


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_only_looked_at_hears_what_a_feed_hears(name: str, small: SmallSource, tmp_path: Path) -> None:
    content = FILES[name]
    small.map(FORM, "format: {kind: xlsx}" if content[:2] == b"PK" else FORM)
    (path := tmp_path / "1").write_bytes(content)
    mapped = check_file(path, SMALL)
    looked = look(path, small)
    assert said(looked) == said(mapped)
    assert looked.counts.quarantined == 0
    if mapped.state.value != "rejected":
        assert looked.counts.read == looked.counts.skipped == mapped.counts.read


def test_rows_are_counted_though_a_header_repeats(small: SmallSource, tmp_path: Path) -> None:
    (path := tmp_path / "1").write_bytes(FILES["two columns of one name"])
    verdict = look(path, small)
    assert (verdict.state.value, verdict.counts.read) == ("validated", 1)
