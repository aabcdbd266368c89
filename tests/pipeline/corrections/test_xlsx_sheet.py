"""The workbook that goes back: the same bytes each time, texts that stay texts, a note in each bad cell."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from python_calamine import load_workbook

from hub import clock
from pipeline.corrections.summary_sheet import About, summary_sheet
from pipeline.corrections.xlsx_sheet import Properties, Sheet, workbook
from pipeline.corrections.xlsx_styles import Style
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RECEIVED = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
ABOUT = Properties("1.csv <r>", RECEIVED, {"riskhub batch": "20260501-083000-0a1b2c3d"})
TEXTS = (
    "=1+1",
    "007",
    "<r>a</r>",  # XlsxWriter would copy it as markup of its own
    '<r></is></c><c r="C9"><f>1+1</f></c><c r="D9" t="inlineStr"><is></r>',
    "<r>_x0041_</r>",
    "_x0041_",  # looks like the escape of a sign
    "_x0041_x0042_",  # two that share an underscore
    "one\rtwo\r\nthree\nfour",
    "  blanks at both ends  ",
    "\ttab",
    "&<>\"'",
    "http://example.org/",
    "火灾🔥",
)


def column(texts: Iterable[str], style: Style = Style.TEXT) -> Sheet:
    return Sheet("Data", rows=[[("text", Style.HEADER)], *([(text, style)] for text in texts)], filtered=0)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_same_sheets_are_the_same_bytes_at_another_time() -> None:
    sheet = column(TEXTS)
    sheet.notes[1, 0], sheet.choices[0] = "a note", "'Data'!$A$2:$A$3"
    with clock.fixed(datetime(2026, 5, 1, tzinfo=UTC)):
        first = workbook([sheet], ABOUT)
    with clock.fixed(datetime(2031, 12, 24, tzinfo=UTC)):
        assert workbook([sheet], ABOUT) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time[0] for member in package.infolist()} == {1980}
    moments = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"".join(members(first).values()))
    assert set(moments) == {b"2026-05-01T08:30:00Z"}, "that of the submission, and no other"


def test_a_workbook_of_no_submission_has_a_date_of_its_own() -> None:
    assert opened(workbook([column("a")], ABOUT._replace(made=None))).properties.created.year == 1980


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back_as_it_was(text: str, tmp_path: Path) -> None:
    content = workbook([column([text])], ABOUT)
    (tmp_path / "answer.xlsx").write_bytes(content)
    (row,) = here(tmp_path / "answer.xlsx", kind="xlsx").rows
    assert row["text"] == text
    assert load_workbook(io.BytesIO(content)).get_sheet_by_name("Data").to_python()[1:] == [[text]]
    assert opened(content)["Data"]["A2"].data_type == "s"
    assert [cell.coordinate for line in opened(content)["Data"] for cell in line] == ["A1", "A2"]
    assert b"<f>" not in members(content)["xl/worksheets/sheet1.xml"]
    assert b"hyperlink" not in members(content)["xl/worksheets/sheet1.xml"]


def test_what_xml_cannot_hold_becomes_a_mark_everywhere() -> None:
    sheet = column(["a\x00b\ud800c\uffff"])
    sheet.notes[1, 0] = "d\x01e"
    book = opened(workbook([sheet], ABOUT._replace(title="f\x02g")))
    assert book["Data"]["A2"].value == "a\ufffdb\ufffdc\ufffd"
    assert (book["Data"]["A2"].comment.text, book.properties.title) == ("d\ufffde", "f\ufffdg")


def test_every_note_stands_at_its_cell() -> None:
    sheet = column("abcde")
    sheet.notes = {(row, 0): f"note of {row}" for row in (5, 1, 2, 4)}  # row 3 has none
    cells = opened(workbook([sheet], ABOUT))["Data"]
    told = [cells.cell(row + 1, 1).comment for row in range(6)]
    assert [note and note.text for note in told] == [None, "note of 1", "note of 2", None, "note of 4", "note of 5"]


@pytest.mark.parametrize("long", ["x" * 40_000, "🔥" * 20_000])
def test_what_no_cell_and_no_note_can_hold_is_cut_and_not_lost(long: str) -> None:
    sheet = column([long])
    sheet.notes[1, 0] = long
    cell = opened(workbook([sheet], ABOUT))["Data"]["A2"]
    for shown in (cell.value, cell.comment.text):
        assert (shown[:16_000], shown[-1]) == (long[:16_000], "…")
        assert len(shown.encode("utf-16-le")) // 2 <= 32_767


def test_cells_look_as_their_style_says() -> None:
    content = workbook([Sheet("Data", rows=[[("a", style) for style in Style]])], ABOUT)
    assert b"<scheme" not in members(content)["xl/styles.xml"], "the font is named, not that of a theme"
    cells = opened(content)["Data"][1]
    looks = {style: cells[at] for at, style in enumerate(Style)}
    assert {style for style, cell in looks.items() if cell.quotePrefix} == {Style.QUOTED, Style.QUOTED_BAD}
    assert {style for style, cell in looks.items() if cell.fill.fgColor.rgb == "FFFFD9D4"} == {
        Style.BAD,
        Style.QUOTED_BAD,
        Style.ERROR,
    }
    shown = {Style.TEXT, Style.BAD, Style.QUOTED, Style.QUOTED_BAD, Style.MASKED, Style.OWN, Style.NOTE, Style.HEADER}
    assert {looks[style].number_format for style in shown} == {"@"}
    assert looks[Style.COUNT].number_format == "#,##0"


def test_sheets_keep_their_frame() -> None:
    sheet = column("ab")
    sheet.widths, sheet.heights, sheet.frozen = [(20.0, Style.TEXT)], {2: 30.0}, (1, 0)
    sheet.choices[0] = "'lists'!$A$1:$A$2"
    book = opened(workbook([sheet, Sheet("lists", visible=False, rows=[[("a", Style.TEXT)]])], ABOUT))
    data = book["Data"]
    assert data.sheet_view.showGridLines is not False
    assert (data.freeze_panes, data.auto_filter.ref, data.row_dimensions[3].height) == ("A2", "A1:A3", 30)
    (rule,) = data.data_validations.dataValidation
    assert (str(rule.sqref), rule.type, rule.formula1, rule.errorStyle) == (
        "A2:A3",
        "list",
        "'lists'!$A$1:$A$2",
        "warning",
    )
    assert (book["lists"].sheet_state, book.active.title) == ("hidden", "Data")
    assert book.custom_doc_props["riskhub batch"].value == "20260501-083000-0a1b2c3d"


def test_the_summary_has_its_lines_in_order_and_the_true_counts() -> None:
    found = {"code": "BAD_DATE", "level": "error", "count": 12_345, "column": "日期"}
    found |= dict.fromkeys(("file", "sheet", "line", "field", "value", "expected"))
    about = About("hn_fire/incidents", "Fires", "1.csv", "B1", RECEIVED, "en", 20_000, 12_345, 100, True, [found])  # noqa: FBT003
    summary = summary_sheet(about, "summary")
    sheet = opened(workbook([summary], ABOUT))["summary"]
    lines = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert [len(line) for line in lines] == [1, 2, 2, 2, 2, 0, 1, 1, 1, 1, 1, 0, 6, 6]
    assert lines[1][1] == "Fires  (hn_fire/incidents)"
    assert "20,000" in lines[4][1]
    assert "first 100 of 12,345 rows" in lines[10][0]
    assert lines[13][2:4] == ["日期", 12_345]
    assert sorted(map(str, sheet.merged_cells.ranges)) == sorted(f"A{at}:F{at}" for at in (1, 7, 8, 9, 10, 11))
    assert not sheet.sheet_view.showGridLines


def test_no_rows_are_left_among_the_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    workbook([column(TEXTS)], ABOUT)
    assert list(tmp_path.iterdir()) == []
