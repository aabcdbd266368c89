"""Workbooks: dates, zeros, errors and formulas say what their author sees, or the row says why it cannot."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.cell_text import moment_text, number_text
from connectors.readers.spreadsheet.ooxml import Shows, Style, parse_style
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

HEADER = ["编号", "值"]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a workbook: rows of values, a value with its number format as a pair."""

    def write(*rows: list[Any], change: Callable[[Worksheet], object] | None = None) -> Path:
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                plain, shown = value if isinstance(value, tuple) else (value, None)
                cell = sheet.cell(line, column, plain)
                if shown:
                    cell.number_format = shown
        if change:
            change(sheet)
        path = tmp_path / "delivery.xlsx"
        workbook.save(path)
        return path

    return write


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("文本 ", "文本 "),
        (5, "5"),
        (5.0, "5"),
        (-3, "-3"),
        (0, "0"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
        (1e14, "100000000000000"),
        (46082, "46082"),
        (46082.5, "46082.5"),
        (True, "TRUE"),
        ((123456789, "0000000000"), "0123456789"),
        ((46, '000000;-000000;""'), "000046"),
        ((7, "0.00"), "7"),
        ((1234.5, "#,##0.00"), "1234.5"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 14, 5), "2026-03-02T14:05:00"),  # noqa: DTZ001 - a workbook has no zones
        ((datetime(2026, 3, 2), "yyyy-mm-dd hh:mm"), "2026-03-02T00:00:00"),  # noqa: DTZ001
        ((46083, "m/d/yyyy"), "2026-03-02"),
        ((46083, "yyyy年m月d日"), "2026-03-02"),
        ((46083, '[$-804]yyyy"年"m"月"d"日";@'), "2026-03-02"),
        ((46083.25, "m/d/yyyy"), "2026-03-02T06:00:00"),
        (time(14, 5), "14:05:00"),
        (timedelta(hours=36, minutes=5), "36:05:00"),
        ((46083, '"day "0'), "day 46083"),
        ((46083, "General"), "46083"),
        ("_x000D_x", "\rx"),
    ],
)
def test_cell_says_what_its_author_sees(book: Callable[..., Path], value: object, text: str) -> None:
    outcome = here(book(HEADER, ["R1", value]), kind="xlsx")
    assert outcome.rows[0]["值"] == text, outcome.rows[0]


def test_empty_cell_is_an_empty_text(book: Callable[..., Path]) -> None:
    assert here(book(HEADER, ["R1", None], [None, "x"]), kind="xlsx").cells == [
        {"编号": "R1", "值": ""},
        {"编号": "", "值": "x"},
    ]


@pytest.mark.parametrize(
    ("value", "fault", "raw"),
    [
        (110105194912310020, "PRECISION_LOST", "值: 18 digits"),
        (1234567890123456, "PRECISION_LOST", "值: 16 digits"),
        ("=1/0", "CELL_ERROR", "值: formula"),
        (ArrayFormula("B2", "=SUM(A1:A2)"), "CELL_ERROR", "值: formula"),
        ("#N/A", "CELL_ERROR", "值: #N/A"),
    ],
)
def test_value_that_cannot_be_trusted(book: Callable[..., Path], value: object, fault: str, raw: str) -> None:
    path = book(HEADER, ["R1", "a"], ["R2", value], ["R3", "c"])
    outcome = here(path, kind="xlsx")
    assert [(row["编号"], row["@line"], row["@fault"], row["@raw"]) for row in outcome.rows] == [
        ("R1", 2, None, None),
        (None, 3, fault, raw),
        ("R3", 4, None, None),
    ]
    # In a column that the mapping does not use, or agreed to mean nothing, it harms nobody.
    unused = here(path, kind="xlsx", expected=["编号"])
    assert [row["编号"] for row in unused.cells] == ["R1", "R2", "R3"]
    assert here(path, kind="xlsx", expected=["编号"], optional=["值"]).faults == [(3, fault)]
    assert not here(path, kind="xlsx", missing=[raw.removeprefix("值: ")]).faults


def test_titles_above_and_empty_rows_between(book: Callable[..., Path]) -> None:
    rows = [["查验结果"], [], ["单位", "海口海关"], HEADER, [], ["R1", "1"], ["", " "], ["R2", "2"]]
    path = book(*rows)
    for header in ({"row": 4}, "find"):
        outcome = here(path, kind="xlsx", header=header, expected=HEADER)
        assert [(row["@line"], row["编号"]) for row in outcome.rows] == [(6, "R1"), (8, "R2")]
        assert outcome.rows[0]["@sheet"] == "Sheet"
    assert here(path, kind="xlsx", header={"row": 2}).codes == ["NO_HEADER"]


def test_value_beside_the_table(book: Callable[..., Path]) -> None:
    outcome = here(book(HEADER, ["R1", "1"], ["R2", "2", None, 'see "a", b']), kind="xlsx")
    assert outcome.faults == [(3, "WRONG_CELL_COUNT")]
    assert outcome.rows[1]["@raw"] == 'R2,2,,"see ""a"", b"'


def test_unnamed_column_is_called_by_its_place(book: Callable[..., Path]) -> None:
    assert here(book(["a", None, "c"], [1, 2, 3]), kind="xlsx").cells == [{"a": "1", "#2": "2", "c": "3"}]


def test_sheet_by_name(book: Callable[..., Path]) -> None:
    def more(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        codes = sheet.parent.create_sheet("代码")
        codes.append(["代码", "名称"])
        codes.append(["1", "海关"])

    path = book(HEADER, ["R1", "1"], change=more)
    first = here(path, kind="xlsx")
    assert [row["编号"] for row in first.rows] == ["R1"]
    assert [(finding.code, finding.value) for finding in first.findings] == [("SHEET_NOT_READ", "代码")]
    named = here(path, kind="xlsx", sheet="代码")
    assert named.cells == [{"代码": "1", "名称": "海关"}]
    assert not named.codes
    missing = here(path, kind="xlsx", sheet="没有")
    assert [(finding.code, finding.value) for finding in missing.verdict] == [("SHEET_MISSING", "Sheet, 代码")]


def test_merged_cells_are_told(book: Callable[..., Path]) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A3:A4")

    rows = [["标题"], HEADER, ["R1", "1"], [None, "2"]]
    outcome = here(book(*rows, change=merge), kind="xlsx", header={"row": 2})
    assert [(finding.code, finding.value) for finding in outcome.findings] == [("MERGED_CELLS", "A3:A4")]


def test_header_only(book: Callable[..., Path]) -> None:
    outcome = here(book(HEADER), kind="xlsx")
    assert outcome.batches[0].schema.names[:2] == HEADER
    assert not outcome.rows


@pytest.mark.parametrize(
    ("number", "code", "style"),
    [
        (0, None, Style()),
        (14, None, Style(Shows.DATE)),
        (22, None, Style(Shows.MOMENT)),
        (46, None, Style(Shows.TIME)),
        (57, None, Style(Shows.DATE)),
        (164, "General", Style()),
        (164, "0.00E+00", Style()),
        (164, "[Red]0", Style()),
        (164, "00000", Style(zeros=5)),
        (164, "mmm-yy", Style(Shows.DATE)),
        (164, "mm:ss.0", Style(Shows.TIME)),
        (164, "[mm]:ss", Style(Shows.ELAPSED)),
        (164, "上午/下午h时mm分", Style(Shows.TIME)),
    ],
)
def test_meaning_of_number_formats(number: int, code: str | None, style: Style) -> None:
    assert parse_style(number, code) == style


def test_serials() -> None:
    assert moment_text(1, Shows.DATE) == "1900-01-01"
    assert moment_text(59, Shows.DATE) == "1900-02-28"
    assert moment_text(61, Shows.DATE) == "1900-03-01"
    assert moment_text(0, Shows.DATE, from_1904=True) == "1904-01-01"
    assert moment_text(46083.58680555555, Shows.MOMENT) == "2026-03-02T14:05:00"
    assert moment_text(46083.999999999, Shows.MOMENT) == "2026-03-03T00:00:00"
    assert number_text("-5", Style(Shows.DATE)) == Fault("CELL_ERROR", "date")
    assert number_text("3.3000000000000003", Style()) == "3.3000000000000003"
    assert number_text("0.10000000000000001", Style()) == "0.1"
    assert number_text("1E3", Style()) == "1000"
    assert number_text("x", Style()) == Fault("CELL_ERROR", "number")
    assert number_text("INF", Style()) == Fault("CELL_ERROR", "number")


@pytest.mark.parametrize(
    ("code", "value", "seen"),
    [
        ('0!.0,"万元"', "35000", "3.5万元"),
        (r'0\.0,"万元"', "35400", "3.54万元"),  # not rounded as the format rounds it
        ('"XF"0000', "17", "XF0017"),
        ('0.0"亩"', "12.5", "12.5亩"),
        ('General"亩"', "3", "3亩"),
        ("#,##0.00 [$元-804]", "5", "5 元"),
        ("0%", "0.125", "12.5%"),
        ('0.00,,"百万"', "1500000", "1.5百万"),
        ("0000-00-00", "20260501", "2026-05-01"),
        ('[=2]"两";0', "2", "两"),
        ('[=2]"两";0', "3", "3"),
        ('[>=10000]0!.0,"万";0', "12000", "1.2万"),
        ('[>=10000]0!.0,"万";0', "12", "12"),
        ('0"亩"', "-5", "-5亩"),
        ("#,##0,", "1234567", Fault("SHOWN_OTHERWISE", "1234567")),
        ("0;0", "-1", Fault("SHOWN_OTHERWISE", "-1")),
        ("-0.0", "5", Fault("SHOWN_OTHERWISE", "5")),
        ('"-"0;-0', "5", Fault("SHOWN_OTHERWISE", "5")),
        ("-0.0", "0", "0"),
        ("_-0_-", "5", "5"),
        ("0;-0", "-5", "-5"),
        (";;;", "5", Fault("SHOWN_OTHERWISE", "5")),
        (".0", "0.5", "0.5"),
        ("0.0", "12.3456", "12.3456"),  # what is only rounded or decorated is the number
        ("# ?/?", "0.5", "0.5"),
        ("[DBNum1]0", "5", "5"),
        ("@", "5", "5"),
        ("0;[Red]0", "-1", "-1"),
        ("#,##0_);(#,##0)", "-1", "-1"),
        ("0;-0;;@", "0", "0"),
        ('"¥"#,##0.00', "5", "5"),
        ("[$¥-804]#,##0.00", "5", "5"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0", "0"),
        ("aaaa", "46143", "2026-05-01"),
        ("yyyy-mm-dd", "-1.2", Fault("CELL_ERROR", "date")),
        ("yyyy-mm-dd", "2958466", Fault("CELL_ERROR", "date")),
    ],
)
def test_number_says_what_its_sender_sees(code: str, value: str, seen: str | Fault) -> None:
    assert number_text(value, parse_style(164, code)) == seen


SIGNS = [
    '"元"', "0", "#", "?", ",", ".", "%", "-", ";", "[Red]", "[>1]", "!", "_", "*", "E+", "/", "@", "万", "[",
]  # fmt: skip


@given(st.lists(st.sampled_from(SIGNS), max_size=9).map("".join), st.floats(allow_nan=False, allow_infinity=False))
def test_any_format_and_number_gives_a_text_or_a_fault(code: str, number: float) -> None:
    assert isinstance(number_text(repr(number), parse_style(164, code)), str | Fault)
