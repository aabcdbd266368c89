"""The same workbook in four formats gives the same rows, the same faults and the same findings, trap by trap."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from connectors.readers import Member
from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.calamine import value_text
from connectors.readers.spreadsheet.table import SheetLayout
from hub.errors import RejectBatch
from tests.support import books
from tests.support.books import Day, Described, Error, Padded
from tests.support.delivered import Outcome, delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = ("xlsx", "xls", "xlsb", "ods")
HEADER: list[books.Cell] = ["编号", "值"]


@pytest.fixture(params=KINDS)
def outcome_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Outcome]:
    """Return a function that writes a described workbook in one of the formats and reads it."""

    def read(book: Described, **agreed: Any) -> Outcome:
        path = tmp_path / f"book.{request.param}"
        path.write_bytes(getattr(books, request.param)(book))
        return here(path, kind=request.param, **agreed)

    read.kind = request.param  # type: ignore[attr-defined]
    return read


def test_plain_values_zeros_and_dates(outcome_of: Callable[..., Outcome]) -> None:
    rows: list[list[books.Cell]] = [
        HEADER,
        ["R1", 1.5],
        ["R2", 5],
        ["R3", Padded(46)],
        ["R4", Day(46083)],
        [None, "张 "],
    ]
    outcome = outcome_of(Described(rows))
    assert [(row["@line"], row["编号"], row["值"]) for row in outcome.rows] == [
        (2, "R1", "1.5"),
        (3, "R2", "5"),
        (4, "R3", "000046"),
        (5, "R4", "2026-03-02"),
        (6, "", "张 "),
    ]
    assert {row["@sheet"] for row in outcome.rows} == {"Data"}
    assert not outcome.codes


def test_error_cells(outcome_of: Callable[..., Outcome]) -> None:
    rows: list[list[books.Cell]] = [HEADER, ["R1", Error("#N/A")], ["R2", "x"], ["R3", Error("#DIV/0!")]]
    outcome = outcome_of(Described(rows))
    assert outcome.faults == [(2, "CELL_ERROR"), (4, "CELL_ERROR")]
    assert outcome.rows[0]["@raw"] == "值: #N/A"
    assert not outcome_of(Described(rows), missing=["#N/A", "#DIV/0!"]).faults
    assert not outcome_of(Described(rows), expected=["编号"]).faults


def test_number_that_lost_digits(outcome_of: Callable[..., Outcome]) -> None:
    rows: list[list[books.Cell]] = [HEADER, ["R1", 110105194912310020], ["R2", 123456789012345]]
    outcome = outcome_of(Described(rows))
    assert outcome.faults == [(2, "PRECISION_LOST")]
    assert outcome.cells == [{"编号": "R2", "值": "123456789012345"}]


def test_titles_totals_and_values_beside_the_table(outcome_of: Callable[..., Outcome]) -> None:
    rows: list[list[books.Cell]] = [["查验结果"], [], HEADER, ["R1", 1], ["合计", 1], ["R2", 2, None, "see"]]
    for header in ({"row": 3}, "find"):
        outcome = outcome_of(Described(rows), header=header, expected=HEADER)
        assert outcome.cells == [{"编号": "R1", "值": "1"}, {"编号": "合计", "值": "1"}]  # `skip:` leaves it out
        assert outcome.faults == [(6, "WRONG_CELL_COUNT")]


def test_header_of_two_rows(outcome_of: Callable[..., Outcome]) -> None:
    rows: list[list[books.Cell]] = [
        ["title"],
        ["编号", "检验", None, "结果", None],
        [None, "项目", "值", "判定", "备注"],
        ["R1", "铅", 1, "x", "y"],
    ]
    merged = ((1, 2, 0, 0), (1, 1, 1, 2))
    outcome = outcome_of(Described(rows, merged=merged), header={"row": 2, "rows": 2})
    # The last column has no cell above it: 结果 is not merged over it.
    assert [list(row) for row in outcome.cells] == [["编号", "检验/项目", "检验/值", "结果/判定", "备注"]]


def test_hidden_rows_and_columns_are_read_and_said(outcome_of: Callable[..., Outcome]) -> None:
    rows: list[list[books.Cell]] = [HEADER, *([f"R{number}", number] for number in range(1, 6))]
    outcome = outcome_of(Described(rows, hidden_rows=(0, 2, 4, 5), hidden_columns=(1,)))
    assert len(outcome.cells) == 5
    assert [(each.code, each.value, each.count) for each in outcome.findings] == [
        ("HIDDEN_ROWS", "3, 5-6", 3),
        ("HIDDEN_COLUMNS", "值", 1),
    ]


def test_hidden_sheet_is_not_taken_for_the_table(outcome_of: Callable[..., Outcome]) -> None:
    outcome = outcome_of(Described([HEADER, ["R1", 1]], before=True, behind=True))
    assert outcome.cells == [{"编号": "R1", "值": "1"}]
    assert [(each.code, each.value) for each in outcome.findings] == [("SHEET_NOT_READ", "Codes, More")]
    assert outcome_of(Described([HEADER], before=True), sheet="Codes").cells == [{"x": "y"}]
    missing = outcome_of(Described([HEADER]), sheet="没有")
    assert [(each.code, each.value) for each in missing.verdict] == [("SHEET_MISSING", "Data")]


def test_days_from_1904(outcome_of: Callable[..., Outcome]) -> None:
    if outcome_of.kind == "ods":  # type: ignore[attr-defined]
        pytest.skip("dates of OpenDocument are written as dates")
    outcome = outcome_of(Described([HEADER, ["R1", Day(44621)]], from_1904=True))
    assert outcome.cells == [{"编号": "R1", "值": "2026-03-02"}]
    assert outcome.codes == ["OTHER_DATE_SYSTEM"]


def test_merged_cells_below_the_header(outcome_of: Callable[..., Outcome]) -> None:
    outcome = outcome_of(Described([HEADER, ["R1", 1], [None, 2]], merged=((1, 2, 0, 0),)))
    assert [(each.code, each.value) for each in outcome.findings] == [("MERGED_CELLS", "A2:A3")]


def test_header_only_and_nothing(outcome_of: Callable[..., Outcome]) -> None:
    assert outcome_of(Described([HEADER])).batches[0].schema.names[:2] == HEADER
    assert outcome_of(Described([])).codes == ["NO_HEADER"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", [*KINDS, "csv"])
def test_another_format_under_the_name(tmp_path: Path, kind: str, other: str) -> None:
    path = tmp_path / f"book.{kind}"
    path.write_bytes(b"a,b\n1,2\n" if other == "csv" else getattr(books, other)(Described([HEADER, ["R1", 1]])))
    outcome = delivered(path, kind=kind)
    if kind == other:
        assert outcome.cells
    else:
        assert [each.code for each in outcome.verdict] == ["WRONG_FORMAT"]


def test_last_cell_does_not_take_all_the_memory(tmp_path: Path) -> None:
    """Calamine would ask for 17 billion cells and end the process; the rectangle is measured before it is called."""
    path = tmp_path / "book.xlsb"
    path.write_bytes(books.xlsb(Described([HEADER, ["R1", 1.0]], far=((1 << 20) - 1, (1 << 14) - 1))))
    assert delivered(path, kind="xlsb").codes == ["READER_LIMIT"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_other_peoples_workbooks(shared: Callable[[str], Path], kind: str) -> None:
    """Every cell is what calamine says, or an error that it hides."""
    from importlib import import_module  # noqa: PLC0415

    root, module, read = shared("hostile"), import_module(f"connectors.readers.spreadsheet.{kind}"), 0
    for path in sorted(root.rglob(f"*.{kind}")):
        try:
            book = module.open_workbook(Member(path))
            cells = {
                (sheet.name, row.line - 1, column): cell
                for sheet in book.sheets
                for row in book.rows(sheet, SheetLayout())
                for column, cell in row.cells.items()
            }
        except RejectBatch:
            continue
        read += 1
        judge = CalamineWorkbook.from_path(path)
        for sheet in book.sheets:
            grid = judge.get_sheet_by_name(sheet.name)
            for line, row in enumerate(grid.to_python(skip_empty_area=False)):
                for column, value in enumerate(row):
                    ours = cells.pop((sheet.name, line, column), "")
                    theirs = value_text(value)
                    assert isinstance(ours, Fault) or _same(ours, str(theirs)), (path, sheet.name, line, column)
        assert all(isinstance(each, Fault) for each in cells.values()), (path, cells)
    assert read > 5


def _same(ours: str, theirs: str) -> bool:
    """Whether two texts are the same but for blanks around them, midnights, and durations of more than a day."""
    plain = theirs.strip().removesuffix("T00:00:00")
    if ours.endswith("%"):  # which calamine does not tell
        return ours.strip("0%").replace(".", "").strip("0") == plain.replace(".", "").strip("0")
    return ours.strip() == plain or (theirs.startswith("PT") and ours.endswith(theirs[-3:-1]))


@pytest.mark.parametrize("seed", range(12))
def test_one_workbook_of_our_own_in_four_formats(tmp_path: Path, seed: int) -> None:
    """The same cells from each format, and for xlsx the very ones that calamine sees."""
    chance = random.Random(seed)
    makers: list[Callable[[], books.Cell]] = [
        lambda: chance.choice(["海口", "a b", "0012", "x" * 300, "é", "+1", "1e5", "TRUE", "2026-05-01"]),
        lambda: chance.randrange(-(10**9), 10**9),
        lambda: chance.randrange(1, 10**6) / 64,
        lambda: Day(chance.randrange(1, 60_000)),
        lambda: Padded(chance.randrange(10**6)),
        lambda: None,
    ]
    width = chance.randrange(2, 7)
    rows = [[chance.choice(makers)() for _ in range(width)] for _ in range(chance.randrange(1, 40))]
    header: list[books.Cell] = [f"列{at}" for at in range(width)]
    book, read = Described([header, *rows], behind=bool(seed % 2)), {}
    for kind in KINDS:
        path = tmp_path / f"book.{kind}"
        path.write_bytes(getattr(books, kind)(book))
        outcome = here(path, kind=kind, sheet="Data")
        assert not outcome.verdict
        read[kind] = [(row["@line"], *(row[str(name)] for name in header)) for row in outcome.rows]
    assert read["xlsx"]
    assert all(each == read["xlsx"] for each in read.values())
    seen = CalamineWorkbook.from_path(tmp_path / "book.xlsx").get_sheet_by_name("Data").to_python()
    texts = [[str(cell) for cell in row] for row in seen[1:] if any(cell not in {"", None} for cell in row)]
    assert len(texts) == len(read["xlsx"])
    for ours, theirs, sent in zip(read["xlsx"], texts, (row for row in rows if any(row)), strict=True):
        plain = [at for at, cell in enumerate(sent) if isinstance(cell, str)]
        assert [ours[1 + at] for at in plain] == [theirs[at] for at in plain]


@pytest.mark.parametrize("stem", ["issues", "any_sheets", "date", "date_1904"])
def test_one_real_workbook_in_four_formats(shared: Callable[[str], Path], stem: str) -> None:
    root = shared("hostile/xls-calamine")
    read = {
        kind: here(root / f"{stem}.{kind}", kind=kind).rows
        for kind in KINDS
        if (root / f"{stem}.{kind}").exists() and not (kind == "ods" and stem == "date")  # another file by that name
    }
    first = read.pop("xlsx")
    assert first
    assert [kind for kind, rows in read.items() if rows == first] == [*read] >= ["xls", "xlsb"]


def test_real_black_list(shared: Callable[[str], Path]) -> None:
    outcome = delivered(shared("data/market/cn_运输失信企业名单_93516.xls"), kind="xls")
    assert len(outcome.cells) == 270
    assert not outcome.codes


def test_text_of_two_bytes_a_character_is_put_together() -> None:
    assert value_text("I\0D\0") == "ID"
    assert value_text("I\0DX") == "I\0DX"


def test_panic_of_the_library_is_a_broken_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panics(_: Path) -> None:
        raise PanicException

    from connectors.readers.spreadsheet import calamine  # noqa: PLC0415

    monkeypatch.setattr(calamine, "CalamineWorkbook", type("Broken", (), {"from_path": staticmethod(panics)}))
    with pytest.raises(RejectBatch) as verdict:
        calamine.open_workbook(Member(tmp_path / "1.xls"))
    assert [each.code for each in verdict.value.findings] == ["BAD_DOCUMENT"]


def test_negative_date_is_no_value() -> None:
    assert value_text(datetime(1898, 12, 29, 19, 12, tzinfo=UTC)) == Fault("CELL_ERROR", "date")
    assert value_text(timedelta(days=-1)) == Fault("CELL_ERROR", "date")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes([9, 0, 4, 0, 2, 0, 16, 0, 10, 0, 0, 0]), "BIFF2-4"),
        (bytes([9, 4, 6, 0, 0, 4, 16, 0, 0, 0, 10, 0, 0, 0]), "BIFF2-4"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><a/></Workbook>',
            "SpreadsheetML",
        ),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
    ],
)
@pytest.mark.parametrize("kind", ["xls", "xlsx", "any"])
def test_old_workbooks_are_named_with_the_cure(tmp_path: Path, kind: str, content: bytes, said: str) -> None:
    if (kind, said) == ("any", "HTML"):
        return  # whoever has agreed on nothing has not called it a workbook
    (path := tmp_path / "1.xls").write_bytes(content)
    (verdict,) = here(path, kind=kind).verdict
    assert verdict.code == "OTHER_WORKBOOK"
    assert said in (verdict.value or "")
