"""Compressed files and archives within archives: whole, in proportion, two deep, or refused with the cure."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.delivered import delivered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "a,b\n1,海口\n".encode()
PACK: dict[str, Callable[[bytes], bytes]] = {"gz": lambda data: gzip.compress(data, mtime=0), "bz2": bz2.compress}


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return file.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery"


@pytest.mark.parametrize("kind", PACK)
def test_compressed_file(path: Path, kind: str) -> None:
    pack = PACK[kind]
    for content in (pack(TEXT), pack(TEXT[:5]) + pack(TEXT[5:]), pack(TEXT) + bytes(512)):
        path.write_bytes(content)
        outcome = delivered(path, kind="csv", archive=kind)
        assert outcome.cells == [{"a": "1", "b": "海口"}]
        assert outcome.rows[0]["@file"] is None


@pytest.mark.parametrize("kind", PACK)
def test_compressed_file_that_is_not_whole(path: Path, kind: str) -> None:
    whole = PACK[kind](TEXT * 1000)
    changed = whole[:20] + bytes([whole[20] ^ 0xFF]) + whole[21:]
    for content in (whole[:-1], whole[: len(whole) // 2], whole[:5], whole + b"x,y\n", changed):
        path.write_bytes(content)
        assert [each.code for each in delivered(path, kind="csv", archive=kind).verdict] == ["BAD_ARCHIVE"]


@pytest.mark.parametrize("kind", PACK)
def test_bomb(path: Path, kind: str) -> None:
    path.write_bytes(PACK[kind](bytes(300_000_000)))
    assert [each.code for each in delivered(path, kind="csv", archive=kind).verdict] == ["ARCHIVE_REFUSED"]


def test_archives_within_archives_as_agreed(path: Path) -> None:
    path.write_bytes(zipped(b__csv__gz=PACK["gz"](TEXT), a__csv__gz=PACK["gz"](TEXT)))
    outcome = delivered(path, kind="csv", archive=["zip", "gz"])
    assert [row["@file"] for row in outcome.rows] == ["a.csv.gz", "b.csv.gz"]
    assert delivered(path, kind="csv", archive="zip").codes == ["ARCHIVE_REFUSED"]
    path.write_bytes(zipped(内__zip=zipped(a__csv=TEXT, b__csv=TEXT)))
    outcome = delivered(path, kind="csv", archive=["zip", "zip"])
    assert [row["@file"] for row in outcome.rows] == ["内.zip/a.csv", "内.zip/b.csv"]
    path.write_bytes(zipped(x__zip=zipped(y__zip=zipped(a__csv=TEXT))))
    assert delivered(path, kind="csv", archive=["zip", "zip"]).codes == ["ARCHIVE_REFUSED"]


def test_bomb_within_a_bomb(path: Path) -> None:
    path.write_bytes(zipped(**{f"{n}__zip": zipped(a__csv=b"0" * 50_000_000) for n in range(3)}))
    assert delivered(path, kind="csv", archive=["zip", "zip"]).codes == ["ARCHIVE_REFUSED"]


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return file.getvalue()


OTHERS = [
    (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z"),
    (b"Rar!\x1a\x07\x01\x00" + bytes(100), "rar"),
    (lzma.compress(TEXT), "xz"),
    (b"\x28\xb5\x2f\xfd" + bytes(100), "zstd"),
    (tar(), "tar"),
]


@pytest.mark.parametrize(("content", "name"), OTHERS, ids=[name for _, name in OTHERS])
@pytest.mark.parametrize("agreed", [{}, {"archive": "zip"}, {"archive": "gz"}])
def test_other_archives_are_refused_with_the_cure(
    path: Path, content: bytes, name: str, agreed: dict[str, Any]
) -> None:
    path.write_bytes(content)
    (verdict,) = delivered(path, kind="csv", **agreed).verdict
    assert (verdict.code, verdict.value) == ("OTHER_ARCHIVE", name)


def test_real_compressed_accidents(shared: Callable[[str], Path]) -> None:
    outcome = delivered(shared("data/traffic/fars/accident_2013.csv.bz2"), kind="csv", archive="bz2", encoding="cp1252")
    assert len(outcome.rows) > 30_000
    assert not outcome.verdict
