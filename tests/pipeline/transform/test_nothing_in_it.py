"""A file with nothing in it says so, and where the mapping allows it nobody needs to look."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from hub.errors import FixTheHub
from mappings.engine import read_source
from pipeline.checks.check import check_file
from tests.support.small_source import MAPPING, SMALL, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

FORM = "format: {kind: csv, encoding: utf-8}"
HEADER = "no,at,cause,note"


def sheet(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


NOTHING = {
    "csv": (FORM, f"{HEADER}\n".encode()),
    "list": ("format: {kind: json, encoding: utf-8}", b"[]"),
    "member": ("format: {kind: json, encoding: utf-8, records: a/rows}", b'{"a": {"rows": []}}'),
    "null": ("format: {kind: json, encoding: utf-8, records: rows}", b'{"rows": null}'),
    "object": ("format: {kind: json, encoding: utf-8, records: rows}", b'{"rows": {}}'),
    "objects": ("format: {kind: json, encoding: utf-8, records: rows}", b'{"rows": [{}, {"no": {}}, null, {}]}'),
    "empty lines": ("format: {kind: ndjson, encoding: utf-8}", b"{}\n{}\n"),
    "empty elements": ("format: {kind: xml, records: a/r}", b"<a><r/><r></r></a>"),
    "ndjson": ("format: {kind: ndjson, encoding: utf-8}", b"\n"),
    "xml": ("format: {kind: xml, records: a/r}", b"<a/>"),
    "xlsx": ("format: {kind: xlsx}", sheet(HEADER.split(","))),
}


@pytest.mark.parametrize("name", NOTHING)
def test_no_rows_is_what_is_said(name: str, small: SmallSource, tmp_path: Path) -> None:
    form, content = NOTHING[name]
    small.map(FORM, form)
    (path := tmp_path / "1").write_bytes(content)
    verdict = check_file(path, SMALL)
    assert (verdict.state.value, [each["code"] for each in verdict.findings]) == ("validated", ["NO_ROWS"])


@pytest.mark.parametrize("value", ["0", '"x"', "true"])
def test_what_is_no_list_of_records_is_another_format(value: str, small: SmallSource, tmp_path: Path) -> None:
    small.map(FORM, "format: {kind: json, encoding: utf-8, records: rows}")
    (path := tmp_path / "1").write_text(f'{{"rows": {value}}}')
    verdict = check_file(path, SMALL)
    assert (verdict.state.value, [each["code"] for each in verdict.findings]) == ("rejected", ["WRONG_FORMAT"])


@pytest.mark.parametrize("name", ["csv", "list"])
@pytest.mark.parametrize(("zero", "state"), [("", "held"), ("zero: held, ", "held"), ("zero: allowed, ", "validated")])
def test_a_quiet_day_needs_nobody_where_that_is_allowed(
    name: str, zero: str, state: str, small: SmallSource, tmp_path: Path
) -> None:
    form, content = NOTHING[name]
    small.map(FORM, f"{form}\nexpect: {{{zero}rows: {{min: 3}}}}")
    (path := tmp_path / "1").write_bytes(content)
    assert check_file(path, SMALL).state.value == state


def test_few_rows_are_not_none(small: SmallSource, tmp_path: Path) -> None:
    small.map(FORM, f"{FORM}\nexpect: {{zero: allowed, rows: {{min: 3}}}}")
    (path := tmp_path / "1").write_bytes(fires("F1"))
    assert check_file(path, SMALL).state.value == "held"


def test_an_empty_snapshot_is_never_allowed(small: SmallSource) -> None:
    text = MAPPING.replace("mode: upsert", "mode: snapshot\nexpect: {zero: allowed}")
    (small.folder / "mapping.yml").write_text(text, "utf-8")
    with pytest.raises(FixTheHub, match=r"expect\.zero"):
        read_source(small.folder)


@pytest.mark.parametrize("content", [b'[{"no": "\\ud800"}]', b'[{"no": NaN}]'])
def test_a_file_of_one_bad_record_says_what_is_wrong_with_it(
    content: bytes, small: SmallSource, tmp_path: Path
) -> None:
    small.map(FORM, "format: {kind: json, encoding: utf-8}")
    (path := tmp_path / "1").write_bytes(content)
    verdict = check_file(path, SMALL)
    assert (verdict.counts.read, verdict.counts.quarantined) == (1, 1)
    assert {each["code"] for each in verdict.findings} <= {"CONTROL_CHARACTER", "CELL_ERROR"}
