"""A key that stands again with other content: the sender is told the line of each row and of the one that counts."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from hub.receipt import SAMPLES
from hub.settings import settings
from pipeline.checks.check import check_file
from tests.support.exchange import receipt, submit
from tests.support.small_source import SMALL, fires

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.small_source import SmallSource

AT = "2026-05-01 10:00"
CSV = "format: {kind: csv, encoding: utf-8}"


def repeats(findings: list[Any]) -> Any:
    (found,) = (each for each in findings if each["code"] == "KEY_REPEATED")
    return found


def checked(content: bytes, tmp_path: Path) -> Any:
    (path := tmp_path / "1.csv").write_bytes(content)
    return repeats(check_file(path, SMALL).findings)


def places(found: Any) -> list[tuple[str, int, str]]:
    return [(each["value"], each["line"], each["expected"]) for each in found["samples"]]


CONTENT = fires(
    f"F1,{AT},短路,a",
    f"F2,{AT},短路,x",
    f"F1,{AT},短路,b",
    f"F3,{AT},短路,x",
    f"F2,{AT},短路,x",
    f"F1,{AT},短路,c",
    f"F3,{AT},短路,y",
)


@pytest.mark.usefixtures("warehouse", "small")
def test_the_receipt_has_the_lines_of_all_rows_of_a_number() -> None:
    batch = submit(SMALL, "1.csv", CONTENT)
    found = repeats(receipt(batch)["findings"])
    assert (found["count"], found["line"], found["column"], found["field"]) == (3, 2, "no", "source_record_no")
    assert places(found) == [("F1", 2, "7"), ("F1", 4, "7"), ("F3", 5, "8")], "F2 only stands twice with one content"
    assert "F1 stands in line 2 and again" in found["message"]
    assert found["message"].endswith("counts: line 7.")
    page = settings().exchange / SMALL / "out" / f"{batch['batch']}.receipt.html"
    assert "The line that counts" in page.read_text("utf-8")


@pytest.mark.usefixtures("small")
def test_a_check_without_a_hub_has_the_same_lines(tmp_path: Path) -> None:
    found = checked(CONTENT, tmp_path)
    assert (found["count"], places(found)) == (3, [("F1", 2, "7"), ("F1", 4, "7"), ("F3", 5, "8")])


@pytest.mark.usefixtures("small")
def test_the_cell_is_quoted_as_it_was_sent(tmp_path: Path) -> None:
    found = checked(fires(f"Ｆ１,{AT},短路,a", f"F1,{AT},短路,b"), tmp_path)
    (place,) = found["samples"]
    assert (place["value"], place["read"], place["line"], place["expected"]) == ("Ｆ１", "F1", 2, "3")


def test_another_member_of_an_archive_is_named(small: SmallSource, tmp_path: Path) -> None:
    small.map(CSV, "format: {kind: csv, encoding: utf-8, archive: zip}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", fires(f"F1,{AT},短路,a", f"F2,{AT},短路,a", f"F2,{AT},短路,b"))
        archive.writestr("b.csv", fires(f"F1,{AT},短路,b"))
    (path := tmp_path / "1.zip").write_bytes(packed.getvalue())
    found = repeats(check_file(path, SMALL).findings)
    assert places(found) == [("F1", 2, "b.csv 2"), ("F2", 3, "4")]
    assert [each["file"] for each in found["samples"]] == ["a.csv", "a.csv"]


def test_a_personal_key_is_not_shown(small: SmallSource, tmp_path: Path) -> None:
    small.map(
        "mode: upsert\nfields:\n  source_record_no: no\n  incident_no: no\n",
        "mode: upsert\npersonal: [no]\nfields:\n  source_record_no: {column: no, token: phone}\n"
        "  incident_no: {column: no, token: phone}\n",
    )
    found = checked(fires(f"F1,{AT},短路,a", f"F1,{AT},短路,b"), tmp_path)
    assert (found["value"], places(found)) == (None, [(None, 2, "3")])


@pytest.mark.usefixtures("small")
def test_the_count_is_of_all_rows_and_the_places_are_the_first(tmp_path: Path) -> None:
    found = checked(fires(*(f"F1,{AT},短路,{number}" for number in range(100))), tmp_path)
    assert (found["count"], len(found["samples"])) == (99, SAMPLES)
    assert places(found)[-1] == ("F1", SAMPLES + 1, "101")
