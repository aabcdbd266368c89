"""The file of bad rows goes back, is corrected as a clerk does it, comes back and is known again."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pytest
from python_calamine import load_workbook

from hub.settings import settings
from pipeline.corrections.xlsx_limits import in_cell, in_one_cell, sheet_name
from tests.support.exchange import ask, codes, counts, receipt, sample, submit
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse import listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
HOSPITAL, MARKET = "hn_hospital/injuries", "hn_market/sampling"
FORMULAS = ("=1+1", "+86 139", "-x", "@sum", "＝1", "'quoted")


@pytest.fixture
def small(small: SmallSource) -> SmallSource:
    small.map("mode: upsert\n", "mode: upsert\npersonal: [note]\n")
    return small


def answer(batch: dict[str, Any], kind: str) -> bytes:
    """Return the file that lies in the sender's folder."""
    return (settings().exchange / batch["source"] / "out" / f"{batch['batch']}.fix.{kind}").read_bytes()


def rows_of(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def as_csv(rows: list[dict[str, str]], encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def in_excel(content: bytes, change: Callable[[Any], None], sheet: str | None = None) -> bytes:
    """Open a workbook, change its cells and save it, as another program does."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book[sheet] if sheet else book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"".join(package.read(name) for name in package.namelist())


def thread(batch: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    with connect() as conn:
        lines = listings.readings_of(conn, batch["batch"])
    return [(line["role"], line["open"], line["corrected"], line["resent"]) for line in lines]


def narratives() -> dict[str, str]:
    return {row["no"]: row["narrative"] for row in ask("select source_record_no no, narrative from core.fire_incident")}


def test_a_corrected_csv_closes_its_submission(small: SmallSource) -> None:  # noqa: ARG001
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-02-30 10:00,短路,张三 13907541234", ",2026-05-02 10:00,短路,b"))
    rows = rows_of(answer(first, "csv"))
    assert [row["no"] for row in rows] == ["F2", ""]
    assert {row["note"] for row in rows} == {"***"}
    assert b"13907541234" not in answer(first, "csv") + unzipped(answer(first, "xlsx"))
    rows[0]["at"], rows[1]["no"] = "2026-02-28 10:00", "F3"
    second = submit(SMALL, "mended.csv", as_csv(rows[::-1]))
    assert counts(second) == {"read": 2, "new": 2}
    assert narratives() == {"F1": None, "F2": "张三 13907541234", "F3": "b"}
    assert thread(first) == thread(second) == [("origin", 0, 2, 0), ("correction", 0, 0, 0)]
    (told,) = receipt(second)["corrects"]
    assert (told["batch"], told["closed"], told["open"]) == (first["batch"], 2, 0)
    assert {each["code"] for each in told["findings"]} == {"BAD_DATE", "MISSING_VALUE"}


def test_what_is_still_wrong_is_counted_once(small: SmallSource) -> None:  # noqa: ARG001
    first = submit(SMALL, "1.csv", fires("F1,2026-02-30 10:00", "F2,2026-02-30 10:00", "F3,2026-02-30 10:00"))
    rows = rows_of(answer(first, "csv"))
    rows[0]["at"], rows[1]["at"] = "2026-02-28 10:00", "2026-02-31 10:00"
    second = submit(SMALL, "2.csv", as_csv(rows[:2]))
    assert thread(first) == [("origin", 1, 1, 1), ("correction", 1, 0, 0)]
    (told,) = receipt(second)["corrects"]
    assert (told["closed"], told["resent"], told["open"]) == (1, 1, 1)
    third = submit(SMALL, "3.csv", fires("F2", "F3"))  # no mark: known by the keys
    assert thread(first)[0] == ("origin", 0, 2, 1)
    assert {each["batch"]: each["closed"] for each in receipt(third)["corrects"]} == {
        first["batch"]: 1,
        second["batch"]: 1,
    }
    assert thread(third) == [("origin", 0, 2, 1), ("correction", 0, 1, 0), ("correction", 0, 0, 0)]


def test_the_workbook_is_taken_by_a_csv_source_too(small: SmallSource) -> None:  # noqa: ARG001
    first = submit(SMALL, "1.csv", fires("007,2026-02-30 10:00,短路,x", "46010020260501000001,2026-05-01 10:00,雷击,y"))

    def mend(sheet: Any) -> None:
        assert [cell.value for cell in sheet[2]][:4] == ["007", "2026-02-30 10:00", "短路", "***"]
        assert {cell.number_format for cell in sheet[2]} == {"@"}
        assert "2026-02-30" in sheet["B2"].comment.text
        sheet["B2"] = "2026-02-28 10:00"
        sheet["C3"] = "抽烟"

    second = submit(SMALL, "1.fix.xlsx", in_excel(answer(first, "xlsx"), mend))
    assert counts(second) == {"read": 2, "new": 2}
    assert codes(second) == {}, "the second sheet is ours: nothing is said about it"
    assert narratives() == {"007": "x", "46010020260501000001": "y"}
    assert thread(first)[0] == ("origin", 0, 2, 0)


def test_a_row_that_only_the_warehouse_refuses_comes_back_too(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: append")
    submit(SMALL, "1.csv", fires("F1"))
    second = submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,other", "F2,2026-05-01 10:00,雷击"))
    assert codes(second) == {"KEY_TAKEN": 1, "UNKNOWN_CODE": 1}
    one, two = rows_of(answer(second, "csv"))
    assert ((one["no"], two["no"]), receipt(second)["answer"]["rows"]) == (("F1", "F2"), 2)
    assert "The number F1 belongs to another row" in one[list(one)[-1]]
    one["no"], two["no"], two["cause"] = "F3", "F1", "抽烟"
    third = submit(SMALL, "2.fix.csv", as_csv([one, two]))
    assert (counts(third), codes(third)) == ({"read": 2, "new": 1, "quarantined": 1}, {"KEY_TAKEN": 1})
    assert thread(second) == [("origin", 0, 1, 1), ("correction", 1, 0, 0)], "what was refused again is not put right"
    assert rows_of(answer(third, "csv"))[0]["no"] == "F1"


def test_a_workbook_goes_back_and_forth() -> None:
    first = submit(MARKET, *sample(MARKET))

    def mend(sheet: Any) -> None:
        header = {cell.value: cell.column for cell in sheet[2]}
        for row in range(3, sheet.max_row + 1):
            if sheet.cell(row, header["抽样日期"]).value == "2026-02-30":
                sheet.cell(row, header["抽样日期"]).value = "2026-09-28"
            if sheet.cell(row, header["检验结论"]).value == "基本合格":
                sheet.cell(row, header["检验结论"]).value = "合格"

    content = answer(first, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[:2] == ["抽检信息", "问题汇总"]
    assert book.worksheets[0].data_validations.count >= 1
    assert [len(load_workbook(io.BytesIO(content)).get_sheet_by_name("抽检信息").to_python())] == [12]
    second = submit(MARKET, "更正.xlsx", in_excel(content, mend))
    (told,) = receipt(second)["corrects"]
    assert (told["batch"], told["closed"], told["open"]) == (first["batch"], 2, 1)
    assert told["resent"] == counts(second)["quarantined"]


def test_a_hidden_person_is_the_same_person_afterwards() -> None:
    first = submit(HOSPITAL, *sample(HOSPITAL))
    rows = rows_of(answer(first, "csv"), "gb18030")
    wrong = next(row for row in rows if row["伤害发生时间"].startswith("2026-11-31"))
    wrong["伤害发生时间"] = "2026-10-30 20:00"
    wrong["就诊时间"] = "2026-10-30 21:00"
    wrong["伤害原因"] = "跌倒/坠落"
    second = submit(HOSPITAL, "2.csv", as_csv([wrong], "gb18030"))
    assert counts(second)["read"] - counts(second).get("quarantined", 0) == 1, codes(second)
    _, content = sample(HOSPITAL)
    sent = next(row for row in rows_of(content, "gb18030") if row["报告卡编号"] == wrong["报告卡编号"])
    sent |= {name: wrong[name] for name in ("伤害发生时间", "就诊时间", "伤害原因")}
    third = submit(HOSPITAL, "3.csv", as_csv([sent], "gb18030"))
    assert counts(third) == {"read": 1, "unchanged": 1}, "token, age and sex are those that were sent at first"


def test_a_hidden_value_is_never_data(small: SmallSource) -> None:  # noqa: ARG001
    first = submit(SMALL, "1.csv", fires("F1,2026-02-30 10:00,短路,secret"))
    rows = rows_of(answer(first, "csv"))
    rows[0]["at"] = "2026-02-28 10:00"
    without = [{name: row[name] for name in ("no", "at", "cause", "note")} for row in rows]
    lost = submit(SMALL, "2.csv", as_csv(without))
    assert codes(lost) == {"HIDDEN_VALUE": 1}
    touched = [rows[0] | {"note": "*** and more"}]
    assert codes(submit(SMALL, "3.csv", as_csv(touched))) == {"HIDDEN_VALUE": 1}
    changed = [rows[0] | {"note": "written anew"}]
    assert counts(submit(SMALL, "4.csv", as_csv(changed))) == {"read": 1, "new": 1}
    assert narratives() == {"F1": "written anew"}


def test_nobody_corrects_what_is_not_theirs(small: SmallSource, tmp_path: Path) -> None:  # noqa: ARG001
    first = submit(SMALL, "1.csv", fires("F1,2026-02-30 10:00,短路,secret"))
    other = tmp_path / "sources" / "hn_other" / "fires"
    other.parent.mkdir()
    (tmp_path / "sources" / SMALL).parent.joinpath("agency.yml").rename(other.parent / "agency.yml")
    (other.parent.parent / "hn_small" / "agency.yml").write_text((other.parent / "agency.yml").read_text())
    other.mkdir()
    for path in (tmp_path / "sources" / SMALL).rglob("*"):
        if path.is_file():
            target = other / path.relative_to(tmp_path / "sources" / SMALL)
            target.parent.mkdir(exist_ok=True)
            target.write_text(path.read_text().replace("hn_small", "hn_other"))
    rows = rows_of(answer(first, "csv"))
    rows[0]["at"] = "2026-02-28 10:00"
    batch = submit("hn_other/fires", "theirs.csv", as_csv(rows))
    assert codes(batch) == {"HIDDEN_VALUE": 1, "UNKNOWN_REFERENCE": 1}
    unknown = next(each for each in receipt(batch)["findings"] if each["code"] == "UNKNOWN_REFERENCE")
    assert (unknown["line"], unknown["value"]) == (2, f"{first['batch']}/0"), "where to look"
    assert thread(first) == [("origin", 1, 0, 0)], "and it closes nothing there"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_and_every_cell_comes_back_as_it_was(small: SmallSource, text: str) -> None:
    small.map()
    first = submit(SMALL, "1.csv", fires(f"F1,2026-02-30 10:00,短路,{text}"))
    assert not rows_of(answer(first, "csv"))[0]["note"].startswith(tuple("=+-@＝"))
    cell = openpyxl.load_workbook(io.BytesIO(answer(first, "xlsx"))).worksheets[0]["D2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    rows = rows_of(answer(first, "csv"))
    rows[0]["at"] = "2026-02-28 10:00"
    submit(SMALL, "2.csv", as_csv(rows))
    assert narratives() == {"F1": text}


def test_the_csv_is_written_as_the_sender_writes(small: SmallSource) -> None:
    small.map("format: {kind: csv, encoding: utf-8}", 'format: {kind: csv, encoding: gb18030, delimiter: ";"}')
    content = '"no";"at";"cause";"note"\r\n"F;1";"2026-02-30 10:00";"短路";""\r\n'.encode("gb18030")
    written = answer(submit(SMALL, "1.csv", content), "csv").decode("gb18030")
    assert written.startswith('"no";"at";"cause";"note";"riskhub:row";"riskhub:what to do"\r\n"F;1";"2026-02-30 10:00"')


def test_what_rows_write_in_two_ways_comes_back_in_the_workbook_only(small: SmallSource) -> None:
    small.map("format: {kind: csv, encoding: utf-8}", 'format: {kind: csv, encoding: utf-8, delimiter: [",", ";"]}')
    first = submit(SMALL, "1.csv", b"no,at,cause,note\nF1;2026-02-30 10:00;;x\n")
    made = (settings().exchange / SMALL / "out").glob(f"{first['batch']}.fix.*")
    assert [path.suffix for path in made] == [".xlsx"]


def test_a_file_without_quotes_stays_one(small: SmallSource) -> None:
    small.map(
        "format: {kind: csv, encoding: utf-8}", 'format: {kind: csv, encoding: utf-16, delimiter: "\\t", quote: ""}'
    )
    content = 'no\tat\tcause\tnote\nF1\t2026-02-30 10:00\t短路\t5" pipe\n'.encode("utf-16")
    first = submit(SMALL, "1.csv", content)
    header, row = answer(first, "csv").decode("utf-16").splitlines()
    assert header.split("\t")[:4] == ["no", "at", "cause", "note"]
    assert len(row.split("\t")) == 6
    mended = answer(first, "csv").decode("utf-16").replace("02-30", "02-28", 1)
    submit(SMALL, "2.csv", mended.encode("utf-16"))
    assert narratives() == {"F1": '5" pipe'}


def test_a_name_cannot_break_the_lines_above_a_header(small: SmallSource) -> None:
    agreed = 'format: {kind: csv, encoding: utf-8, quote: "", header: {row: 3}}'
    small.map("format: {kind: csv, encoding: utf-8}", agreed)
    first = submit(SMALL, '1,"2.csv', b"fires\n.\n" + fires("F1,2026-02-30 10:00"))
    title, dot, header, *_ = answer(first, "csv").decode("utf-8-sig").splitlines()
    assert (title.split(",")[1:], dot) == ([], ".")
    assert header.startswith("no,at,cause,note,riskhub:row")


def test_a_text_that_begins_with_pk_is_no_workbook(small: SmallSource) -> None:
    small.map()
    first = submit(SMALL, "1.csv", b"PK,no,at,cause,note\n1,F1,2026-02-30 10:00,,x\n")
    (row,) = rows_of(answer(first, "csv"))
    assert (row["no"], row["note"]) == ("F1", "x")


def test_columns_called_like_our_own_are_the_senders(small: SmallSource) -> None:
    small.map()
    batch = submit(SMALL, "1.csv", b"no,at,cause,note,@batch,@corrects\nF1,2026-02-28 10:00,,x,y,z\n")
    assert codes(batch) == {"UNMAPPED_COLUMN": 2}
    assert counts(batch) == {"read": 1, "new": 1}


def test_what_no_cell_can_hold_comes_back_whole(small: SmallSource) -> None:
    small.map()
    story = "x" * 40_000
    first = submit(SMALL, "1.csv", fires(f"F1,2026-02-30 10:00,短路,{story}"))

    def mend(sheet: Any) -> None:
        assert len(sheet["D2"].value) < 300
        sheet["B2"] = "2026-02-28 10:00"

    second = submit(SMALL, "2.xlsx", in_excel(answer(first, "xlsx"), mend))
    outcome = (counts(second), codes(second))
    assert outcome == ({"read": 1, "quarantined": 1}, {"TEXT_TOO_LONG": 1}), "never HIDDEN_VALUE, never the cut text"
    (row,) = ask("select original from quarantine.row where state = 'open'")
    assert row["original"]["note"] == story


def test_a_row_of_totals_comes_back_as_it_was_sent(small: SmallSource) -> None:
    small.map()
    first = submit(SMALL, "1.csv", fires("F1") + "合计,2026-05-01 10:00,,12\n".encode())
    assert (codes(first), counts(first)) == ({"ROW_OF_TOTALS": 1}, {"read": 2, "new": 1, "quarantined": 1})
    (row,) = rows_of(answer(first, "csv"))
    assert [row[name] for name in ("no", "at", "cause", "note")] == ["合计", "2026-05-01 10:00", "", "12"]


def test_names_that_no_cell_can_hold_are_cut_and_stay_apart(small: SmallSource) -> None:
    small.map()
    long = "列" * 40_000
    lines = f"no,at,cause,note,{long}1,{long}2\nF1,2026-02-30 10:00,短路,x,y,z\n"
    first = submit(SMALL, "1.csv", lines.encode())
    book = openpyxl.load_workbook(io.BytesIO(answer(first, "xlsx")))
    names = [cell.value for cell in book.worksheets[0][1]]
    assert [name[-4:] for name in names[4:6]] == ["… #5", "… #6"]
    assert all(len(str(cell.value)) <= 32_767 for sheet in book for row in sheet.iter_rows() for cell in row)

    def mend(sheet: Any) -> None:
        sheet["B2"] = "2026-02-28 10:00"

    second = submit(SMALL, "2.xlsx", in_excel(answer(first, "xlsx"), mend))
    assert counts(second) == {"read": 1, "new": 1}
    assert codes(second) == {"UNMAPPED_COLUMN": 2, "COLUMN_DROPPED": 2}  # nobody reads them
    assert thread(first)[0][1] == 0


@pytest.mark.parametrize(
    ("agreed", "named"), [("History", "History_"), ("火灾", "火灾"), ("a/b" * 20, ("a_b" * 20)[:31])]
)
def test_a_sheet_is_never_called_what_a_spreadsheet_forbids(small: SmallSource, agreed: str, named: str) -> None:
    small.map("format: {kind: csv, encoding: utf-8}", f"format: {{kind: xlsx, sheet: {agreed}}}")
    sent = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(fires("F1,2026-02-30 10:00").decode())):
        sent.active.append(row)
    stream = io.BytesIO()
    sent.save(stream)
    with zipfile.ZipFile(stream) as package, zipfile.ZipFile(whole := io.BytesIO(), "w") as other:
        for name in package.namelist():  # openpyxl would not call it so either
            other.writestr(name, package.read(name).replace(b'name="Sheet"', f'name="{agreed}"'.encode()))
    first = submit(SMALL, "1.xlsx", whole.getvalue())
    assert openpyxl.load_workbook(io.BytesIO(answer(first, "xlsx"))).sheetnames[0] == named

    def mend(sheet: Any) -> None:
        sheet["B2"] = "2026-02-28 10:00"

    second = submit(SMALL, "2.xlsx", in_excel(answer(first, "xlsx"), mend))
    assert counts(second) == {"read": 1, "new": 1}, codes(second)


def test_what_is_two_units_of_a_spreadsheet_counts_twice() -> None:
    emoji = "🔥" * 20_000
    assert in_one_cell(emoji) == in_cell(pa.array([emoji]))[0].as_py() == "🔥" * 200 + "… ***"
    assert in_one_cell(emoji[:15_000]) == in_cell(pa.array([emoji[:15_000]]))[0].as_py() == emoji[:15_000]
    assert sheet_name("🔥" * 31) == "🔥" * 15


def test_many_bad_rows_make_an_answer_of_bounded_size(small: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:
    small.map()
    monkeypatch.setattr("pipeline.corrections.select_rows.ROWS", 100)
    first = submit(SMALL, "1.csv", fires(*(f"F{at},2026-02-30 10:00" for at in range(3_000))))
    told = receipt(first)
    assert (told["answer"]["rows"], told["answer"]["of"], told["findings"][0]["count"]) == (100, 3_000, 3_000)
    assert len(rows_of(answer(first, "csv"))) == 100
    summary = openpyxl.load_workbook(io.BytesIO(answer(first, "xlsx"))).worksheets[1]
    text = " ".join(str(cell.value) for row in summary.iter_rows() for cell in row if cell.value)
    assert "first 100 of 3,000 rows" in text
