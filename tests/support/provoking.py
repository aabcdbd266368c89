"""For every code of the catalogue, something a sender may do that provokes it: through the real reading and judging.

The samples of the sources provoke many; `SMALL_CASES` are files of the small source that provoke the others, under a
mapping changed as said; what only the warehouse can tell is in `test_every_finding.py`, and what manifests provoke in
`provoking_submissions.py`.  All of it comes in at one moment, that of the golden pairs: the pages quote days.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import openpyxl

import mappings
from hub.clock import fixed
from hub.settings import settings
from mappings.engine import read_source
from pipeline.authoring.golden import RECEIVED_AT
from pipeline.checks.check import CheckRequest, check
from pipeline.checks.offline import OfflineContext
from pipeline.transform.evaluate import evaluate
from pipeline.transform.map_file import write_parts
from pipeline.transform.staging import Work
from tests.support.books import compound, packed
from tests.support.small_source import ANY, HEAD, MAPPING, fires

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.small_source import SmallSource

FORMAT = "format: {kind: csv, encoding: utf-8}"
HEADER = "no,at,cause,note"
JSON = "format: {kind: json, encoding: utf-8}"


@dataclass(frozen=True)
class Case:
    """A file, and how the mapping differs from that of the small source: `old` is replaced by `new`."""

    content: bytes
    old: str = ""
    new: str = ""
    before: bytes = b""  # the file that the feed has sent eight times before
    causes: tuple[tuple[str, str], ...] = ()


def listed() -> bytes:
    """Return a record with a list where one value was agreed, and one as it should be."""
    fire = {"no": "F1", "at": "2026-05-01 10:00", "cause": "短路", "note": "x"}
    return json.dumps([fire, fire | {"no": "F2", "cause": ["短路", "抽烟"]}]).encode()


def book(change: Callable[[Any], None]) -> bytes:
    """Return a workbook of one fire, with something done to it."""
    made = openpyxl.Workbook()
    for row in (HEADER.split(","), ["F1", "2026-05-01 10:00", "短路", "x"]):
        made.active.append(row)
    change(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _second_sheet(made: Any) -> None:
    made.create_sheet("more").append(["x"])


def _old_epoch(made: Any) -> None:
    made.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - a workbook's day has no zone


def _shown_in_thousands(made: Any) -> None:
    made.active["D2"] = 1_234_567
    made.active["D2"].number_format = "#,##0,"


def _hidden_row(made: Any) -> None:
    made.active.append(["F2", "2026-05-02 10:00", "短路", "x"])
    made.active.row_dimensions[3].hidden = True


def _hidden_column(made: Any) -> None:
    made.active.column_dimensions["D"].hidden = True


def locked() -> bytes:
    """Return what a spreadsheet program makes of a workbook with a password: its parts, encrypted, in a wrapping."""
    return compound({"EncryptionInfo": bytes(64), "EncryptedPackage": bytes(64)})


def database(table: str, *, wal: bool = False) -> bytes:
    """Return a SQLite file with one table, in WAL mode if asked for."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute(f"create table {table} ({HEADER})")
        file = made.serialize()
    return file[:18] + bytes([2, 2]) + file[20:] if wal else file


def archive(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(name, fires("F1"))
    return stream.getvalue()


def month(*, cause: str = "短路", note: str = "5", rows: int = 60) -> bytes:
    return fires(*(f"F{at},2026-05-01 10:00,{cause},{note}" for at in range(rows)))


EXCEL, XML, LINES, TABLE = (
    f"format: {{kind: {kind}}}" for kind in ("xlsx", "xml, records: fires/fire", "ndjson", "sqlite, table: fires")
)
FIRE = json.dumps(dict(zip(HEADER.split(","), ("F1", "2026-05-01 10:00", "短路", ""), strict=True)))
ZIP = "format: {kind: csv, encoding: utf-8, archive: zip}"
JOINED = ZIP.replace("}", ", join: {records: fires*, lists: {notes: {files: notes*, on: [no]}}}}")
GUESS, RULE = "connector: {kind: folder, complete: settle}", "connector: {kind: folder, complete: rename}"
LOSS = "loss_cny: {column: note, decimal: 2}"
CONTAINS = "cause_code: {column: cause, crosswalk: cause, match: contains}"
FIELDS = MAPPING[MAPPING.index("fields:") : MAPPING.index("  narrative:")]
ROUTED = f"""\
{HEAD}{RULE}
{FORMAT}
mode: upsert
records:
  - record_type: fire_incident
    when: {{column: note, in: [fire]}}
    key: [no]
{indent(FIELDS, "    ")}"""
SMALL_CASES = {
    "EMPTY_FILE": Case(b""),
    "NO_ROWS": Case(f"{HEADER}\n".encode()),
    "NO_HEADER": Case(b"a,b\n1,2\n", FORMAT, "format: {kind: csv, encoding: utf-8, header: find}"),
    "WRONG_FORMAT": Case(b"%PDF-1.7 and so on\n"),
    "WRONG_ENCODING": Case(f"{HEADER}\nF1,2026-05-01 10:00,".encode() + "短路".encode("gbk") + b",\n"),
    "ENCODING_CONTRADICTED": Case(b"\xef\xbb\xbf" + fires("F1"), FORMAT, "format: {kind: csv, encoding: gb18030}"),
    "REPAIRED_EURO": Case(
        fires("F1,2026-05-01 10:00,短路,@5").decode().encode("gbk").replace(b"@", b"\x80"),
        FORMAT,
        "format: {kind: csv, encoding: gb18030}",
    ),
    "TRUNCATED_FILE": Case(f'{HEADER}\nF1,2026-05-01 10:00,短路,"and then'.encode()),
    "WRONG_DELIMITER": Case(fires("F1").replace(b",", b";")),
    "SEP_LINE": Case(b"sep=,\n" + fires("F1")),
    "MISSING_COLUMN": Case(b"no,at,cause,notes\nF1,2026-05-01 10:00,,\n"),
    "UNMAPPED_COLUMN": Case(b"no,at,cause,note,phone\nF1,2026-05-01 10:00,,,1\n"),
    "DUPLICATE_COLUMN": Case(b"no,at,cause,note,note\nF1,2026-05-01 10:00,,,\n"),
    "SHEET_MISSING": Case(book(lambda _: None), FORMAT, "format: {kind: xlsx, sheet: 火灾}"),
    "SHEET_NOT_READ": Case(book(_second_sheet), FORMAT, EXCEL),
    "MERGED_CELLS": Case(book(lambda made: made.active.merge_cells("C2:D2")), FORMAT, EXCEL),
    "OTHER_DATE_SYSTEM": Case(book(_old_epoch), FORMAT, EXCEL),
    "BAD_ARCHIVE": Case(archive("a.csv")[:-30], FORMAT, ZIP),
    "ARCHIVE_REFUSED": Case(archive("../a.csv"), FORMAT, ZIP),
    "OTHER_ARCHIVE": Case(b"Rar!\x1a\x07\x01\x00" + bytes(100), FORMAT, ZIP),
    "BAD_RECORD": Case(f'{FIRE}\n{{"no": "F2", "at"\n{FIRE}\n'.encode(), FORMAT, LINES),
    "NO_PARENT": Case(packed({"fires.csv": fires("F1"), "notes.csv": b"no,text\nF1,a\nF2,b\n"}), FORMAT, JOINED),
    "OTHER_MEMBERS": Case(packed({"fires.csv": fires("F1"), "list.csv": b"no,text\n"}), FORMAT, JOINED),
    "FILE_LOCKED": Case(locked(), FORMAT, EXCEL),
    "OTHER_WORKBOOK": Case(bytes([9, 0, 4, 0, 2, 0, 16, 0, 10, 0, 0, 0]), FORMAT, EXCEL),
    "SHOWN_OTHERWISE": Case(book(_shown_in_thousands), FORMAT, EXCEL),
    "HIDDEN_ROWS": Case(book(_hidden_row), FORMAT, EXCEL),
    "HIDDEN_COLUMNS": Case(book(_hidden_column), FORMAT, EXCEL),
    "TABLE_MISSING": Case(database("incidents"), FORMAT, TABLE),
    "FORMAT_FOUND": Case(fires("F1").decode().replace(",", ";").encode("gb18030"), MAPPING, ANY),
    "ENCODING_GUESSED": Case("номер,товар\n1,чайник\n".encode("cp1251"), MAPPING, ANY),
    "NOT_ONE_VALUE": Case(listed(), FORMAT, JSON),
    "FOOTER_ROW": Case(fires("F1") + "填表人：,张三,填表日期：,2026-05-02\n".encode()),
    "REPEATED_HEADER": Case(fires("F1") + f"{HEADER}\n".encode()),
    "ROW_OF_TOTALS": Case(fires("F1", "F2", "合 计：")),
    "NOT_CHECKPOINTED": Case(database("fires", wal=True), FORMAT, TABLE),
    "BAD_DOCUMENT": Case(b"<fires><fire></fires>", FORMAT, XML),
    "DOCTYPE_REFUSED": Case(b'<!DOCTYPE x [<!ENTITY a "b">]><fires/>', FORMAT, XML),
    "READER_LIMIT": Case(",".join(f"c{at}" for at in range(2_001)).encode() + b"\n"),
    "SETTLED_BY_GUESS": Case(fires("F1"), RULE, GUESS),
    "CELL_TOO_LONG": Case(fires(f"F1,2026-05-01 10:00,短路,{'x' * (settings().cell_bytes + 1)}")),
    "HIDDEN_VALUE": Case(fires("F1,2026-05-01 10:00,短路,***"), "mode: upsert\n", "mode: upsert\npersonal: [note]\n"),
    "PERSONAL_HIDDEN": Case(fires("F1,2026-05-01 10:00,短路,业主电话13812345678")),
    "PERSONAL_KEY": Case(fires("13812345678,2026-05-01 10:00,短路,x")),
    "UNKNOWN_REFERENCE": Case(f"{HEADER},riskhub:row\nF1,2026-05-01 10:00,,x,20260101-000000-00000000/7\n".encode()),
    "AMBIGUOUS_CODE": Case(
        fires("F1,2026-05-01 10:00,短路或抽烟"), "cause_code: {column: cause, crosswalk: cause}", CONTAINS
    ),
    "UNKNOWN_UNIT": Case(fires("F1,2026-05-01 10:00,短路,3斗"), "narrative: note", "area_m2: {column: note, unit: m2}"),
    "NO_ROUTE": Case(fires("F1,2026-05-01 10:00,短路,flood"), MAPPING, ROUTED),
    "REPAIRED_SIGNS": Case(fires("F1,2026-05-01 10:00,短路,3。5"), "narrative: note", LOSS),
    "REPAIRED_ENCODING": Case(fires("F1,2026-05-01 10:00,短路,鍖椾含")),
    "CODE_MADE_A_DATE": Case(fires("3-Feb")),
    "DITTO_MARK": Case(fires("F1,2026-05-01 10:00,短路,同上")),
    "REPAIRED_GUARD": Case(fires("'0012")),
    "REPAIRED_INVISIBLE": Case(fires("F\u200b1")),
    "REPAIRED_GLYPHS": Case(fires("F1,2026-05-01 10:00,短路,⻄安⽕灾")),
    "GARBLED_KEY": Case(fires("F\ufffd1")),
    "GARBLED_TEXT": Case(fires("F1,2026-05-01 10:00,短路,张\ufffd家")),
    "PERCENT_SIGN": Case(fires("F1,2026-05-01 10:00,短路,12.5%"), "narrative: note", LOSS),
    "REPAIRED_PADDING": Case(
        fires("F1,2026-05-01 10:00,短路,46"), "narrative: note", "narrative: {column: note, pad: 6}"
    ),
    "VOLUME_UNUSUAL": Case(month(rows=400), before=month()),
    "COLUMN_DROPPED": Case(month(), before=month().replace(b"note", b"note,old", 1).replace(b",5\n", b",5,\n")),
    "COLUMNS_REORDERED": Case(
        b"at,no,cause,note\n" + b"".join(f"2026-05-01 10:00,F{at},,\n".encode() for at in range(60)), before=month()
    ),
    "UNITS_CHANGED": Case(month(note="50000"), "narrative: note", LOSS, before=month()),
    "CODES_SHIFTED": Case(month(cause="抽烟"), before=month()),
    "FILL_UNUSUAL": Case(month(note=""), before=month()),
}


@fixed(RECEIVED_AT)
def samples() -> dict[str, list[dict[str, Any]]]:
    """Return by code the findings that the samples of the sources provoke."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(Path(mappings.__file__).with_name("sources").glob("*/*/sample.*")):
        checked = check(path, read_source(path.parent), CheckRequest(), with_correction_files=False)
        for finding in checked.verdict.findings:
            found.setdefault(finding["code"], []).append(finding)
    return found


@fixed(RECEIVED_AT)
def provoked(case: Case, small: SmallSource, folder: Path) -> list[dict[str, Any]]:
    """Return what is said of a case's file."""
    if case.new == ANY:
        small.only_check(ANY)
    else:
        small.map(case.old, case.new)
    source = read_source(small.folder)
    history = []
    if case.before:
        (folder / "before.csv").write_bytes(case.before)
        work = Work("before", f"file://{folder / 'work'}")
        work.put_facts(write_parts(folder / "before.csv", source, work))
        _, summary = evaluate(source, work, RECEIVED_AT)
        history = [summary.figures] * 8
    path = folder / "1.csv"
    path.write_bytes(case.content)
    against = OfflineContext(source)
    against.history = lambda _: history  # type: ignore[method-assign]
    return check(path, source, CheckRequest(against=against)).verdict.findings
