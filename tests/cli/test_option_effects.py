"""Options that name a part of something: each changes what comes out, and leaves out what it must."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from cli.screen import FINDINGS, FINE, guarded
from hub.settings import settings
from tests.support.books import packed
from tests.support.commands import json_of
from tests.support.exchange import submit
from tests.support.linked_sources import DECLARED, WINDOW, LinkedSources, declare, inspect
from tests.support.small_source import SMALL, fires

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.small_source import SmallSource

FORMAT = "{kind: csv, encoding: utf-8}"


@pytest.mark.usefixtures("warehouse")
def test_a_line_is_traced_within_one_file_of_an_archive(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    small.map(FORMAT, "{kind: csv, archive: zip, encoding: utf-8}")
    batch = submit(SMALL, "1.zip", packed({"a.csv": fires("F1"), "b.csv": fires("F2", "F3")}))["batch"]

    def traced(*options: str, line: int = 2) -> list[tuple[str | None, str | None]]:
        found = json_of(capsys, "trace", "--batch", batch, "--line", str(line), *options)
        return [(each.get("member"), each.get("sent", {}).get("no")) for each in found]

    assert traced() == [("a.csv", "F1")], "the first file that has such a line"
    assert traced("--file", "b.csv") == [("b.csv", "F2")]
    assert traced("--file", "b.csv", line=3) == [("b.csv", "F3")]
    assert traced("--file", "a.csv", line=3) == [(None, None)], "that file has no such line"


@pytest.mark.usefixtures("warehouse")
def test_a_line_is_traced_within_one_sheet(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    small.map(FORMAT, "{kind: xlsx}")
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Fires"
    for line in csv.reader(io.StringIO(fires("F1").decode())):
        book.active.append(line)
    book.save(content)
    batch = submit(SMALL, "1.xlsx", content.getvalue())["batch"]

    def became(sheet: str) -> list[str]:
        return [each["became"] for each in json_of(capsys, "trace", "--batch", batch, "--line", "2", "--sheet", sheet)]

    assert became("Fires") == ["record"]
    assert became("Floods") == ["nothing"]


@pytest.mark.usefixtures("warehouse")
def test_one_field_of_a_record_is_traced(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    assert small
    submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,短路,a note"))

    def fields(*options: str) -> dict[str, str]:
        (found,) = json_of(capsys, "trace", "fire_incident", "F1", *options)
        return {each["field"]: each["value"] for each in found["fields"]}

    assert {"narrative", "cause_code", "source_record_no"} < fields().keys()
    assert fields("--field", "narrative") == {"narrative": "a note"}


def test_a_manifest_says_what_its_options_say(small: SmallSource, tmp_path: Path) -> None:
    assert small
    file = tmp_path / "a.csv"
    file.write_bytes(fires("F1", "F2"))
    assert guarded(["manifest", "keygen", "k1", "--folder", str(tmp_path)]) == FINE

    def made(*options: str) -> dict[str, Any]:
        assert guarded(["manifest", "make", "--source", SMALL, str(file), *options]) == FINE
        said: dict[str, Any] = json.loads((tmp_path / "a.csv.manifest.json").read_text("utf-8"))
        return said

    plain = made()
    assert not {"corrects", "reason", "sender", "signature"} & plain.keys()
    assert plain["files"][0]["rows"] == 2
    assert "rows" not in made("--no-count")["files"][0]
    assert made("--operation", "correct", "--corrects", "17")["corrects"] == 17
    batch = "20260501-000000-00000000"
    assert made("--operation", "correct", "--corrects", batch)["corrects"] == batch
    assert (
        made("--reason", "a slip", "--sender", "system 3").items() >= {"reason": "a slip", "sender": "system 3"}.items()
    )
    assert made("--key", str(tmp_path / "k1.key"))["signature"]["key"] == "k1"
    sign = ["manifest", "sign", str(tmp_path / "a.csv.manifest.json"), "--key", str(tmp_path / "k1.key")]
    assert guarded([*sign, "--name", "2026a"]) == FINE
    said = json.loads((tmp_path / "a.csv.manifest.json").read_text("utf-8"))
    assert said["signature"]["key"] == "2026a"


@pytest.mark.usefixtures("warehouse")
def test_conflicts_are_limited_and_summed_up_by_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    LinkedSources(tmp_path / "sources")
    declare({}, {"no": "D2", "entry": "640120260000000002"})
    inspect({"原产国": "泰国"}, {"编号": "P2", "报关单号": "640120260000000002", "原产国": "日本"})
    found = json_of(capsys, "conflict", "list")
    assert {each["right_value"] for each in found} == {"THA", "JPN"}
    assert json_of(capsys, "conflict", "list", "--limit", "1") == found[:1]
    assert [each["open"] for each in json_of(capsys, "conflict", "summary", "--source", DECLARED)] == [2]
    assert json_of(capsys, "conflict", "summary", "--source", WINDOW) == []


@pytest.mark.usefixtures("warehouse")
def test_a_sheet_of_codes_is_filled_in_where_a_suggestion_is_like_enough(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small
    submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,Smokin", "F2,2026-05-01 10:00,qqqq"))
    likeness = {each["value"]: each.get("likeness") for each in json_of(capsys, "code", "check", code=FINDINGS)}
    near = likeness["Smokin"]
    assert 0 < near < 1

    def sheet(*options: str) -> dict[str, str]:
        path = tmp_path / "sheet.csv"
        json_of(capsys, "code", "check", "--export", str(path), *options, code=FINDINGS)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["source_value"]: row["code"] for row in csv.DictReader(file)}

    assert sheet() == {"Smokin": "", "qqqq": ""}
    assert sheet("--prefill", str(near)) == {"Smokin": "smoking", "qqqq": ""}
    assert sheet("--prefill", str(min(near + 0.01, 1))) == {"Smokin": "", "qqqq": ""}


SHEETS = {"first": [["x", "y"], ["1", "2"]], "fires": [["a title", None], ["no", "at"], ["F1", "2026-05-01"]]}


def workbook() -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "options", "columns"),
    [
        ("a.xlsx", workbook(), ["--sheet", "fires", "--header-row", "2"], {"no", "at"}),
        ("a.xlsx", workbook(), [], {"x", "y"}),
        ("a.csv", "編號,時間\n1,2026-05-01\n".encode("big5"), ["--encoding", "big5"], {"編號", "時間"}),
        ("a.csv", b"no;x@at\nF1;1@2026-05-01\n", ["--delimiter", "@"], {"no;x", "at"}),
        ("a.json", b'{"a": [{"x": "1"}], "b": {"c": [{"no": "F1"}]}}', ["--records", "b/c"], {"no"}),
    ],
    ids=["sheet and header", "first sheet", "encoding", "delimiter", "records"],
)
def test_a_draft_reads_its_sample_as_told(  # noqa: PLR0913, PLR0917 - fixtures
    name: str,
    content: bytes,
    options: list[str],
    columns: set[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / name).write_bytes(content)
    new = ["source", "new", "hn_x/fires", "--from", str(tmp_path / name), "--into", str(tmp_path / "sources")]
    drafted = json_of(capsys, *new, "--record-type", "fire_incident", *options)
    assert {each["column"] for each in drafted["columns"]} == columns
