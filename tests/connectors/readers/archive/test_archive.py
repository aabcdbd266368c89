"""Zip archives: members in order of name, names as people wrote them, and nothing unsafe unpacked."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from connectors import Format
from connectors.readers.archive.zip import unpack
from hub.errors import RejectBatch
from tests.support.books import Described, xlsx
from tests.support.delivered import delivered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ONE, TWO = b"a,b\n1,2\n", b"b,a\n4,3\n6,5\n"


@pytest.fixture
def zip_of(tmp_path: Path) -> Callable[..., Path]:
    def write(members: Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
        path = tmp_path / "delivery.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return path

    return write


def test_members_by_name_and_columns_by_name(zip_of: Callable[..., Path]) -> None:
    clutter = [("__MACOSX/._1.csv", b"x"), ("2/.DS_Store", b"x"), ("2/", b"")]
    path = zip_of([("2/报告.csv", TWO), ("1.csv", ONE), *clutter])
    outcome = delivered(path, kind="csv", archive="zip")
    assert [(row["@file"], row["@line"], row["a"], row["b"]) for row in outcome.rows] == [
        ("1.csv", 2, "1", "2"),
        ("2/报告.csv", 2, "3", "4"),
        ("2/报告.csv", 3, "5", "6"),
    ]


def test_members_with_different_columns_are_refused(zip_of: Callable[..., Path]) -> None:
    path = zip_of([("1.csv", ONE), ("2.csv", b"a,c\n1,2\n")])
    outcome = delivered(path, kind="csv", archive="zip")
    assert [(finding.code, finding.file, finding.column) for finding in outcome.verdict] == [
        ("MISSING_COLUMN", "2.csv", "b"),
        ("MISSING_COLUMN", "1.csv", "c"),
    ]


@pytest.mark.parametrize("other", [["a", "c"], ["a", "b", "c"], ["a"], ["b", "a"]])
def test_workbooks_with_different_columns_are_refused(zip_of: Callable[..., Path], other: list[str]) -> None:
    books = [xlsx(Described([[*names], [f"{name}!" for name in names]])) for names in (["a", "b"], other)]
    outcome = delivered(zip_of([("1.xlsx", books[0]), ("2.xlsx", books[1])]), kind="xlsx", archive="zip")
    lacks = [("2.xlsx", name) for name in ("a", "b") if name not in other]
    lacks += [("1.xlsx", name) for name in other if name not in ("a", "b")]
    assert [(finding.file, finding.column) for finding in outcome.verdict] == lacks
    assert {finding.code for finding in outcome.verdict} == ({"MISSING_COLUMN"} if lacks else set())
    if not lacks:
        assert [(row["a"], row["b"]) for row in outcome.rows] == [("a!", "b!")] * 2


def test_verdict_names_the_member(zip_of: Callable[..., Path]) -> None:
    outcome = delivered(zip_of([("1.csv", ONE), ("2.csv", b"a,b\n1,\xff\n")]), kind="csv", archive="zip")
    assert [(finding.code, finding.file, finding.line) for finding in outcome.verdict] == [
        ("WRONG_ENCODING", "2.csv", 2)
    ]


def test_messages_of_one_shape_each(zip_of: Callable[..., Path]) -> None:
    path = zip_of([("b.xml", b"<m><x>1</x><g><i>1</i></g></m>"), ("a.xml", b"<m><y>2</y><g/></m>")])
    outcome = delivered(path, kind="xml", records="m", repeat=["g/i"], archive="zip")
    assert outcome.cells == [{"y": "2", "x": None, "g/i": None}, {"y": None, "x": "1", "g/i": ["1"]}]
    assert [(row["@file"], row["@line"]) for row in outcome.rows] == [("a.xml", 1), ("b.xml", 1)]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_a_mark(zip_of: Callable[..., Path], encoding: str) -> None:
    name = "报关单.csv".encode(encoding)
    path = zip_of([("X" * len(name), ONE)])
    path.write_bytes(path.read_bytes().replace(b"X" * len(name), name))
    assert delivered(path, kind="csv", archive="zip").rows[0]["@file"] == "报关单.csv"


def _special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([("../x.csv", ONE)], "path"),
        ([("a/../../x.csv", ONE)], "path"),
        ([("/etc/x.csv", ONE)], "path"),
        ([("..\\x.csv", ONE)], "path"),
        ([("C:x.csv", ONE)], "path"),
        ([(_special("l.csv", 0o120777), b"/etc/passwd")], "link"),
        ([(_special("d.csv", 0o020666), b"")], "special file"),
        ([("a.csv", ONE), ("A.csv", ONE)], "name stands twice"),
        ([("é.csv", ONE), ("e\u0301.csv", ONE)], "name stands twice"),
        ([("a\x1b[2J.csv", ONE)], "control character in the name"),
        ([("a\u202evsc.exe", ONE)], "control character in the name"),
        ([("inner.zip", b"")], "archive within the archive"),
        ([("inner.csv", b"PK\x03\x04")], "archive within the archive"),
    ],
)
def test_what_is_not_safe_is_refused_before_anything_is_read(
    zip_of: Callable[..., Path], members: list[tuple[str | zipfile.ZipInfo, bytes]], why: str
) -> None:
    (verdict,) = delivered(zip_of(members), kind="csv", archive="zip").verdict
    assert (verdict.code, verdict.value) == ("ARCHIVE_REFUSED", why)
    assert verdict.file is not None
    assert verdict.file.isprintable()


def test_bytes_are_counted_as_they_come(zip_of: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    path = zip_of([("a.csv", bytes(range(256)) * 1000), ("b.csv", bytes(range(256)) * 1000)])
    with pytest.raises(RejectBatch) as verdict:
        unpack(path, folder, Format("csv", archive=("zip",)), 300_000)
    assert [finding.code for finding in verdict.value.findings] == ["READER_LIMIT"]
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 300_000


def test_honest_tables_of_zeros_are_not_bombs(zip_of: Callable[..., Path]) -> None:
    path = zip_of([("a.csv", b"a,b\n" + b"0,0\n" * 200_000)])
    assert len(delivered(path, kind="csv", archive="zip").rows) == 200_000


def test_bomb_is_stopped_early(zip_of: Callable[..., Path]) -> None:
    path = zip_of([("a.csv", b"0" * 300_000_000)])
    (verdict,) = delivered(path, kind="csv", archive="zip").verdict
    assert verdict.code == "ARCHIVE_REFUSED"


def test_workbooks_in_an_archive(zip_of: Callable[..., Path], tmp_path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    assert book.active is not None
    book.active.append(["a"])
    book.active.append([1])
    book.save(tmp_path / "x.xlsx")
    path = zip_of([("x.xlsx", (tmp_path / "x.xlsx").read_bytes())])
    assert [(row["@file"], row["@sheet"], row["a"]) for row in delivered(path, kind="xlsx", archive="zip").rows] == [
        ("x.xlsx", "Sheet", "1")
    ]


@pytest.mark.parametrize("packing", ["zip", "gz", ["zip", "gz"]])
def test_file_may_come_without_its_packing(
    zip_of: Callable[..., Path], tmp_path: Path, packing: str | list[str]
) -> None:
    bare = tmp_path / "bare.csv"
    bare.write_bytes(ONE)
    assert delivered(bare, kind="csv", archive=packing, plain=True).cells == [{"a": "1", "b": "2"}]
    assert [finding.code for finding in delivered(bare, kind="csv", archive=packing).verdict] == ["WRONG_FORMAT"]
    if packing == "zip":
        packed = zip_of([("1.csv", ONE), ("2.csv", TWO)])
        assert len(delivered(packed, kind="csv", archive=packing, plain=True).rows) == 3
    other = tmp_path / "other"
    other.write_bytes(b"Rar!\x1a\x07\x00" + bytes(600))
    assert delivered(other, kind="csv", archive=packing, plain=True).verdict
