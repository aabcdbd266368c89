"""Fixed width and tagged messages: bytes or characters as agreed, and a line that has slipped is not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS = [{"name": "no", "start": 1, "width": 4}, {"name": "地点", "width": 8}, {"name": "n", "start": 14, "width": 3}]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.txt"


def line(no: str, place: str, number: str, encoding: str | None) -> str:
    wide = len(place.encode(encoding)) if encoding else len(place)
    return f"{no:4}{place}{' ' * (8 - wide)} {number:>3}"


@pytest.mark.parametrize(("encoding", "unit"), [("gbk", "bytes"), ("gb18030", "characters"), ("utf-8", "bytes")])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_by_bytes_or_characters(path: Path, encoding: str, unit: str, end: str) -> None:
    counted = encoding if unit == "bytes" else None
    rows = [line("R1", "海口", "7", counted), "", line("R2", "", "12", counted)]
    path.write_bytes(end.join(rows).encode(encoding))
    outcome = here(path, kind="fixed", encoding=encoding, unit=unit, columns=COLUMNS)
    assert [(row["@line"], row["no"], row["地点"], row["n"]) for row in outcome.rows] == [
        (1, "R1", "海口", "7"),
        (3, "R2", "", "12"),
    ]


def test_lines_that_have_slipped_are_faulty(path: Path) -> None:
    good = line("R1", "海口", "7", "gbk")
    slipped = "R2  " + "x海口市区" + "    8"  # a character stands across the edge of two columns
    path.write_bytes("\n".join([good, good[:-1], good + "  ", good + " x", slipped]).encode("gbk"))
    outcome = here(path, kind="fixed", encoding="gbk", columns=COLUMNS)
    assert outcome.faults == [(2, "WRONG_CELL_COUNT"), (4, "WRONG_CELL_COUNT"), (5, "WRONG_CELL_COUNT")]
    assert outcome.rows[1]["@raw"] == good[:-1]
    trimmed = here(path, kind="fixed", encoding="gbk", columns=COLUMNS, trimmed=True)
    assert trimmed.faults == [(4, "WRONG_CELL_COUNT"), (5, "WRONG_CELL_COUNT")]


def test_header_line_and_last_column_to_the_end(path: Path) -> None:
    path.write_text("code text\n0010  Cholera due to\n0011\n", "utf-8")
    columns = [{"name": "code", "start": 1, "width": 4}, {"name": "text", "start": 7}]
    outcome = here(path, kind="fixed", header={"row": 1}, columns=columns)
    assert outcome.cells == [{"code": "0010", "text": "Cholera due to"}]
    assert outcome.faults == [(3, "WRONG_CELL_COUNT")]


def test_real_list_of_diagnoses(shared: Callable[[str], Path]) -> None:
    path = shared("data/reference/icd10/us_CMS32_DESC_LONG_DX_icd9cm_fixedwidth_latin1.txt")
    columns = [{"name": "code", "start": 1, "width": 5}, {"name": "text", "start": 7}]
    outcome = delivered(path, kind="fixed", encoding="iso8859-1", columns=columns)
    assert len(outcome.cells) == sum(1 for each in path.read_bytes().split(b"\n") if each.strip())
    assert outcome.cells[0] == {"code": "0010", "text": "Cholera due to vibrio cholerae"}
    assert any("è" in row["text"] for row in outcome.cells)


HEAD = [("I_E_FLAG", 1), ("SHIP_ID", 32), ("VOYAGE_NO", 32), ("CUSTOMS_CODE", 4), ("TRAF_MODE", 1)]
LIST = [*HEAD[:4], ("BILL_NO", 32), ("SHIP_NAME_EN", 3)]


def columns(*shape: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "width": width} for name, width in shape]


def tagged(*more: tuple[str, int]) -> dict[str, Any]:
    tags = {
        "HASH_SIGN": None,
        "POST_APPID": None,
        "IC_CODE": [*columns(("ICCARD_ID", 30)), {"name": "rest", "start": 31}],
        "VERSION": None,
        "MANIFEST_CONTA": None,
        "MANIFEST_HEAD": columns(*HEAD, *more),
        "MANIFEST_LIST": [*columns(*HEAD[:4]), {"name": "rest", "start": 70}],
    }
    return {"kind": "tagged", "encoding": "gbk", "record": "MANIFEST_LIST", "tags": tags}


def test_rows_carry_what_stands_around_them(path: Path) -> None:
    tags = {"HEAD": columns(("ship", 6)), "ITEM": columns(("no", 2), ("名", 4)), "END": None}
    text = "<HEAD  >海隆  \n<ITEM  >1 聚乙\n<ITEM  >2 烯  \n<HEAD  >x     \n<ITEM  >3 醇  \n<END   >\n"
    path.write_bytes(text.encode("gbk"))
    outcome = here(path, kind="tagged", encoding="gbk", record="ITEM", tags=tags)
    assert [(row["@line"], row["no"], row["名"], row["HEAD/ship"]) for row in outcome.rows] == [
        (2, "1", "聚乙", "海隆"),
        (3, "2", "烯", "海隆"),
        (5, "3", "醇", "x"),
    ]


def test_unknown_tags_and_broken_lines(path: Path) -> None:
    tags = {"ITEM": columns(("no", 2))}
    path.write_text("<ITEM >1 \n<OTHER >x\nno tag\n<ITEM >1234\n<ITEM>2 \n</ITEM>\n", "utf-8")
    outcome = here(path, kind="tagged", record="ITEM", tags=tags)
    assert outcome.faults == [(2, "BAD_RECORD"), (3, "BAD_RECORD"), (4, "WRONG_CELL_COUNT")]
    assert outcome.cells[:2] == [{"no": "1"}, {"no": "2"}]


def test_real_manifest(shared: Callable[[str], Path]) -> None:
    path = next(shared("data/customs/cn_legacy_manifest_gbk").glob("*.M1"))
    agreed = tagged()
    agreed["tags"]["MANIFEST_HEAD"].append({"name": "rest", "start": 71})
    outcome = delivered(path, **agreed)
    assert not outcome.verdict
    assert not outcome.faults
    row = outcome.cells[0]
    assert row["SHIP_ID"] == "gr30950051"
    assert row["MANIFEST_HEAD/SHIP_ID"] == "gr30950051"
    assert row["MANIFEST_HEAD/CUSTOMS_CODE"] == "0100"
    assert "聚乙烯醇" in row["rest"]
