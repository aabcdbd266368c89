"""Good files with a few bytes changed: the rows that are there or a verdict, whatever was hit."""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import zipfile
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING
from xml.parsers import expat

import pytest
from openpyxl import Workbook
from python_calamine import CalamineError, CalamineWorkbook

from connectors import Format
from connectors.readers.archive.zip import unpack
from hub.errors import RejectBatch
from tests.support.books import packed
from tests.support.csv_judge import require_rows_of_python
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.delivered import Outcome

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
    return packed(parts | {name: _changed(parts[name], chance)})


MESSAGE = "<m a='1'>" + "<g><i>1</i><i>2</i></g><h>张三<b>4</b></h>" * 3 + "</m>"
DOCUMENT = json.dumps([{"a": 1.5, "b": ["x", {"c": None}]}, {"a": {"d": "张三"}}])
TABLE = '编号,备注\nR1,"a ""b""\nc"\nR2,d\n'
DUMP = """-- 备份
CREATE TABLE `t` (`编号` TEXT, b TEXT);
INSERT INTO t VALUES ('R1', 'say ''hi'';'), ('R2', NULL);
INSERT INTO t (b, `编号`) VALUES ('张三
李四', 'R3');
"""
MESSAGES = r"""BHS|^~\&|A
MSH|^~\&|A
PID|1||7^x~8||张三
MSH|^~\&|A
PID|1||9
BTS|2
"""
MAKE: dict[str, Callable[[random.Random], bytes]] = {
    "csv": lambda chance: _changed(TABLE.encode("gb18030"), chance),
    "sql": lambda chance: _changed(DUMP.encode(), chance),
    "hl7": lambda chance: _changed(MESSAGES.encode(), chance),
    "json": lambda chance: _changed(DOCUMENT.encode(), chance),
    "xml": lambda chance: _changed(MESSAGE.encode(), chance),
    "xlsx": lambda chance: _package(chance) if chance.random() < 0.8 else _changed(_workbook(), chance),
}


def _judge_csv(outcome: Outcome, path: Path) -> None:
    try:
        text = path.read_bytes().decode("gb18030")
    except UnicodeDecodeError:
        assert outcome.verdict
    else:
        if not outcome.verdict:
            require_rows_of_python(outcome, text)


def _judge_sql(outcome: Outcome, path: Path) -> None:
    """SQLite executes the dump in memory: what is read of it is what the table then holds."""
    if outcome.verdict or outcome.faults:
        return
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.executescript(path.read_bytes().decode())
            (table,) = database.execute("SELECT name FROM sqlite_master").fetchone()
            held = database.execute(f'SELECT * FROM "{table}"').fetchall()
        except (sqlite3.Error, TypeError, ValueError):
            return  # what SQLite does not take, such as a column that is there twice, or a NUL
    ours = [tuple(value for _, value in sorted(row.items())) for row in outcome.cells]
    assert Counter(map(str, ours)) == Counter(str(tuple(row[at] for at in _order(outcome))) for row in held)


def _order(outcome: Outcome) -> list[int]:
    """Return the places of the columns of the table in the order of their names."""
    names = list(outcome.cells[0]) if outcome.cells else []
    return sorted(range(len(names)), key=names.__getitem__)


def _judge_hl7(outcome: Outcome, path: Path) -> None:
    """Each MSH that is read is a row, and what is read of a message stands in the file."""
    if outcome.verdict:
        return
    text = path.read_bytes().decode()
    assert len(outcome.rows) == sum(line.strip(" \t\x0b").startswith("MSH") for line in re.split("\r\n|\r|\n", text))
    for row in outcome.cells:
        values = [each for value in row.values() for each in (value if isinstance(value, list) else [value])]
        assert all(value in text for value in values if value)


def _judge_json(outcome: Outcome, path: Path) -> None:
    try:
        records = json.loads(path.read_bytes().decode())
    except ValueError:
        assert outcome.verdict
        assert not outcome.rows
    else:
        assert [outcome.verdict, outcome.faults, len(outcome.cells)] == [(), [], len(records)]


def _judge_xml(outcome: Outcome, path: Path) -> None:
    try:
        expat.ParserCreate().Parse(path.read_bytes(), True)  # noqa: FBT003 - its signature
    except expat.ExpatError:
        assert outcome.verdict
        assert not outcome.rows
    else:
        assert [outcome.verdict, outcome.faults] == [(), [(1, "NOT_ONE_VALUE")]], "of `g` there are three"


def _judge_xlsx(outcome: Outcome, path: Path) -> None:
    if outcome.verdict:
        return
    try:
        theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except CalamineError:
        return  # it is stricter about what we do not read, such as the list of what the package holds
    texts = {str(cell).strip() for row in theirs for cell in row}
    for row in outcome.cells:
        assert {value.strip() for value in row.values() if value and not value[:4].isdecimal()} <= texts


JUDGE = {
    "csv": _judge_csv,
    "sql": _judge_sql,
    "hl7": _judge_hl7,
    "json": _judge_json,
    "xml": _judge_xml,
    "xlsx": _judge_xlsx,
}
SEEN = {
    "csv": {"read", "WRONG_ENCODING", "TRUNCATED_FILE", "EMPTY_FILE"},
    "sql": {"read", "WRONG_ENCODING", "TRUNCATED_FILE", "BAD_DOCUMENT", "TABLE_MISSING"},
    "hl7": {"read", "WRONG_ENCODING", "WRONG_FORMAT", "TRUNCATED_FILE", "BAD_DOCUMENT"},
    "json": {"read", "WRONG_ENCODING", "TRUNCATED_FILE", "BAD_DOCUMENT"},
    "xml": {"read", "TRUNCATED_FILE", "BAD_DOCUMENT"},
    "xlsx": {"read", "TRUNCATED_FILE", "BAD_DOCUMENT", "BAD_ARCHIVE"},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MAKE)
def test_changed_file(tmp_path: Path, kind: str) -> None:
    chance = random.Random(46)
    path, seen = tmp_path / f"delivery.{kind}", Counter[str]()
    for _ in range(300):
        path.write_bytes(MAKE[kind](chance))
        more = {"escape": ""} if kind == "sql" else {}
        outcome = here(path, kind=kind, encoding="gb18030" if kind == "csv" else "utf-8", **more)
        seen[outcome.verdict[0].code if outcome.verdict else "read"] += 1
        JUDGE[kind](outcome, path)
    assert {code for code, times in seen.items() if times > 2} == SEEN[kind]


@pytest.mark.slow
def test_changed_archive(tmp_path: Path) -> None:
    chance = random.Random(4600)
    path, content = tmp_path / "delivery.zip", packed({"a.csv": TABLE.encode() * 20, "b/c.csv": b"x"})
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
