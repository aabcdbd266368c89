"""Files of one delivery that belong together: lists by their key, rows without a record, rows that end early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors.readers import Limits
from connectors.sandbox.reader import header
from tests.support.books import packed
from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.delivered import Outcome

AGREED: dict[str, Any] = {
    "kind": "csv",
    "archive": "zip",
    "join": {
        "records": "main*.csv",
        "lists": {"notes": {"files": "note*.csv", "on": ["no", "year"]}, "marks": {"files": "Mark.csv", "on": ["no"]}},
    },
}
MAIN = "no,year,name\n1,2025,a\n2,2025,b\n1,2026,c\n"
NOTES = "no,year,text\n1,2026,x\n1,2025,y\n1,2026,z\n"
MARKS = "no,mark\n2,m\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.zip"


def read(path: Path, files: dict[str, str], limits: Limits | None = None, **more: Any) -> Outcome:
    path.write_bytes(packed({name: text.encode() for name, text in files.items()}))
    return delivered(path, limits, **{**AGREED, **more})


def whole(**files: str) -> dict[str, str]:
    return {
        "main.csv": MAIN,
        "note1.csv": NOTES,
        "mark.csv": MARKS,
        **{f"{name}.csv": each for name, each in files.items()},
    }


def test_the_rows_of_other_files_are_lists_of_the_records(path: Path) -> None:
    outcome = read(path, whole())
    assert not outcome.codes
    assert [(row["name"], [each["text"] for each in row["notes"]], row["marks"]) for row in outcome.cells] == [
        ("a", ["y"], []),
        ("b", [], [{"no": "2", "mark": "m"}]),
        ("c", ["x", "z"], []),
    ]
    assert [(row["@file"], row["@line"]) for row in outcome.rows] == [("main.csv", 2), ("main.csv", 3), ("main.csv", 4)]
    assert header(path, AGREED) == ["no", "year", "name", "notes", "marks"]


def test_several_files_of_each_name_in_any_order_and_folder(path: Path) -> None:
    files = {"Z/NOTE2.CSV": "no,year,text\n2,2025,v\n", "a/note1.csv": NOTES, "x/mark.csv": MARKS}
    files |= {"main2.csv": "no,year,name\n1,2026,d\n", "main1.csv": MAIN}
    outcome = read(path, files)
    assert [(row["name"], [each["text"] for each in row["notes"]]) for row in outcome.cells] == [
        ("a", ["y"]),
        ("b", ["v"]),
        ("c", ["x", "z"]),
        ("d", ["x", "z"]),
    ]


def test_a_row_without_a_record_is_never_silent(path: Path) -> None:
    notes = NOTES + "3,2026,lost\n,2026,blank\n1,2024,old\n1,2026,too,many\n 2 , 2025,spaced\n"
    outcome = read(path, whole(note1=notes, mark="no,mark\n9,q\n"))
    assert [row["@file"] for row in outcome.rows if row["@fault"]] == ["note1.csv"] * 4 + ["mark.csv"]
    assert outcome.faults == [
        (5, "NO_PARENT"),
        (6, "NO_PARENT"),
        (7, "NO_PARENT"),
        (8, "WRONG_CELL_COUNT"),
        (2, "NO_PARENT"),
    ]
    assert [row["@raw"] for row in outcome.rows if row["@fault"] == "NO_PARENT"][:2] == ["3|2026|lost", "|2026|blank"]
    assert [each["text"] for each in outcome.cells[1]["notes"]] == ["spaced"]


def test_lists_without_rows(path: Path) -> None:
    outcome = read(path, whole(note1="no,year,text\n", mark="no,mark\n"))
    assert [(row["notes"], row["marks"]) for row in outcome.cells] == [([], [])] * 3
    outcome = read(path, whole(main="no,year,name\n"))
    assert outcome.faults == [(2, "NO_PARENT"), (3, "NO_PARENT"), (4, "NO_PARENT"), (2, "NO_PARENT")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"main": None}, "OTHER_MEMBERS"),
        ({"mark": None}, "OTHER_MEMBERS"),
        ({"other": "a\n1\n"}, "OTHER_MEMBERS"),
        ({"note1": "no,text\n1,x\n"}, "MISSING_COLUMN"),
        ({"main": "no,name\n1,x\n"}, "MISSING_COLUMN"),
    ],
)
def test_files_that_do_not_belong_together(path: Path, change: dict[str, str | None], code: str) -> None:
    files = {name: text for name, text in {**whole(), **{f"{k}.csv": v for k, v in change.items()}}.items() if text}
    assert read(path, files).codes == [code]


def test_a_long_cell_of_a_list_makes_its_row_faulty(path: Path) -> None:
    outcome = read(path, whole(note1=NOTES + f"2,2025,{'x' * 500}\n"), Limits(cell_bytes=400))
    assert outcome.faults == [(5, "CELL_TOO_LONG")]


def test_cells_at_the_end_of_a_row_may_be_missing(path: Path) -> None:
    text = 'a,b,c\n1,2,3\n4\n5,"x,y"\n6,7,8,9\n10,11,\n'
    path.write_text(text, "utf-8")
    outcome = here(path, kind="csv", trimmed=True)
    assert [tuple(row.values()) for row in outcome.cells] == [
        ("1", "2", "3"),
        ("4", "", ""),
        ("5", "x,y", ""),
        ("10", "11", ""),
    ]
    assert outcome.faults == [(5, "WRONG_CELL_COUNT")]
    assert [row["@line"] for row in outcome.rows] == [2, 3, 4, 5, 6]
    assert here(path, kind="csv").faults == [(3, "WRONG_CELL_COUNT"), (4, "WRONG_CELL_COUNT"), (5, "WRONG_CELL_COUNT")]
    path.write_text("a||b||c\n1||2\n", "utf-8")
    assert here(path, kind="csv", trimmed=True, delimiter="||").cells == [{"a": "1", "b": "2", "c": ""}]


def test_as_many_rows_as_there_are_may_end_early(path: Path) -> None:
    path.write_text("a,b,c\n" + "".join(f"{at},x\n{at},x,y\n" for at in range(30_000)), "utf-8")
    outcome = here(path, kind="csv", trimmed=True)
    assert [(row["a"], row["c"]) for row in outcome.cells] == [
        (str(at), last) for at in range(30_000) for last in ("", "y")
    ]


def test_keys_of_several_parts_are_compared_part_by_part(path: Path) -> None:
    main, notes = "no,year,name\na\x1fb,c,x\na,b\x1fc,y\n", "no,year,text\na\x1fb,c,t\n"
    outcome = read(path, whole(main=main, note1=notes, mark="no,mark\n"))
    assert [(row["name"], len(row["notes"])) for row in outcome.cells] == [("x", 1), ("y", 0)]


def test_a_column_with_the_name_of_a_list_is_not_lost(path: Path) -> None:
    assert read(path, whole(main="no,year,notes\n1,2025,own\n")).codes == ["DUPLICATE_COLUMN"]


def test_a_mark_at_the_beginning_of_a_short_row_is_a_value(tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    plain.write_text("a,b\n\ufeff1\n", "utf-8")
    assert here(plain, kind="csv", trimmed=True).cells == [{"a": "\ufeff1", "b": ""}]
