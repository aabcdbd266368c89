"""Good files with a few bytes changed: rows or a verdict, in time, whatever was hit."""

from __future__ import annotations

import io
import json
import random
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from connectors import Format
from connectors.readers.archive.zip import unpack
from hub.errors import RejectBatch
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS: list[list[str | int]] = [["编号", "日期", "备注"], ["R1", "2026-03-02", 'say "hi"\nthere'], ["R2", 46083, "张三"]]
TOKENS = (
    b'<c r="XFE1"><v>1</v></c>',
    b's="99999"',
    b't="s"',
    b"<v>1e400</v>",
    b"&#55296;",
    b'r="A-1"',
    b"\x00",
    b'"',
    b"]}",
)


def _workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _changed(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 3, 10])):
        place = chance.randrange(len(data) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            data[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del data[place : place + chance.randrange(40)]
        elif kind == 2:
            data[place:place] = chance.choice(TOKENS)
        else:
            data[place : place + 20] = data[chance.randrange(len(data) + 1) :][:20]
    return bytes(data)


def _package(chance: random.Random) -> bytes:
    """Return a whole workbook in which one part was changed."""
    with zipfile.ZipFile(io.BytesIO(_workbook())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = chance.choice([*parts, "xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"])
    return _zip(parts | {name: _changed(parts[name], chance)})


MESSAGE = "<m a='1'>" + "<g><i>1</i><i>2</i></g><h>张三<b>4</b></h>" * 3 + "</m>"
DOCUMENT = json.dumps([{"a": 1.5, "b": ["x", {"c": None}]}, {"a": {"d": "张三"}}])
TABLE = '编号,备注\nR1,"a ""b""\nc"\nR2,d\n'
MAKE: dict[str, Callable[[random.Random], bytes]] = {
    "csv": lambda chance: _changed(TABLE.encode("gb18030"), chance),
    "json": lambda chance: _changed(DOCUMENT.encode(), chance),
    "xml": lambda chance: _changed(MESSAGE.encode(), chance),
    "xlsx": lambda chance: _package(chance) if chance.random() < 0.8 else _changed(_workbook(), chance),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MAKE)
def test_changed_file(tmp_path: Path, kind: str) -> None:
    chance = random.Random(46)
    path = tmp_path / f"delivery.{kind}"
    for _ in range(300):
        path.write_bytes(MAKE[kind](chance))
        outcome = here(path, kind=kind, encoding="gb18030" if kind == "csv" else "utf-8")
        assert outcome.batches or outcome.verdict


@pytest.mark.slow
def test_changed_archive(tmp_path: Path) -> None:
    chance = random.Random(4600)
    path, content = tmp_path / "delivery.zip", _zip({"a.csv": TABLE.encode() * 20, "b/c.csv": b"x"})
    refused = 0
    for turn in range(300):
        path.write_bytes(_changed(content, chance))
        folder = tmp_path / str(turn)
        folder.mkdir()
        try:
            unpack(path, folder, Format("csv", archive=("zip",)), 1 << 20)
        except RejectBatch:
            refused += 1
    assert refused > 100
