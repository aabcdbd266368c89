"""Invented persons where rows come back, where they are looked at, and where a process dies."""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest

from hub.settings import settings
from pipeline.checks.inbox import check_ready
from pipeline.intake.receive import exchange_folder
from pipeline.steps.runner import run
from tests.support.canary import found_in, in_files
from tests.support.canary_reports import HOSPITAL, PEOPLE, VALUES, commands, hits, report, story, table, written
from tests.support.exchange import drop
from tests.support.small_source import SMALL, SmallSource, fires

pytestmark = pytest.mark.usefixtures("warehouse")
ONE, TWO, *_ = PEOPLE


def bad(person: Any, number: int) -> list[str]:
    """Return a report that quarantine keeps out, and that names a person in its texts."""
    return report(person, number, 伤害发生时间="昨天", 事件经过=story(person))


def test_an_answer_that_comes_back_tells_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    drop(HOSPITAL, "bad.csv", written(table()[0], [bad(ONE, 1), bad(TWO, 2), report(PEOPLE[2], 3)]))
    run(HOSPITAL)
    (answer,) = (exchange_folder(HOSPITAL) / "out").glob("*.fix.csv")
    content = answer.read_bytes()
    assert not found_in(content, VALUES)
    drop(HOSPITAL, "same.csv", content)  # quarantined once more
    run(HOSPITAL)
    assert not hits()
    drop(HOSPITAL, "fixed.csv", content.replace("昨天".encode("gb18030"), b"2026-05-01 10:00"))
    run(HOSPITAL)
    assert not hits()
    assert not found_in(caplog.text.encode(), VALUES)


def test_a_check_tells_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    inbox = exchange_folder(HOSPITAL) / "check"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "a.csv").write_bytes(written(table()[0], [bad(ONE, 1)]))
    (inbox / f"{TWO.name}{TWO.mobile}.csv").write_bytes(written(table()[0], [bad(TWO, 2)[1:]]))
    assert len(check_ready(HOSPITAL)) == 2
    assert not hits()
    assert not found_in(caplog.text.encode(), VALUES)


def test_what_commands_show_of_a_batch_tells_nobody(tmp_path: Path) -> None:
    drop(HOSPITAL, "bad.csv", written(table()[0], [bad(ONE, 1), report(TWO, 2, 事件经过=story(TWO), 职业=TWO.name)]))
    (batch,) = run(HOSPITAL)
    file = tmp_path / "next.csv"
    file.write_bytes(written(table()[0], [bad(ONE, 1), report(TWO, 2, 事件经过="改过" + story(TWO))]))
    said = commands(
        ["batches", "--json"],
        ["receipt", batch, "--json"],
        ["code", "check", "--json"],
        ["trace", "injury_case", "HN4601-2026-800002", "--json"],
        ["plan", str(file), "--source", HOSPITAL, "--json"],
        ["replay", "--source", HOSPITAL, "--force", "--yes", "--json"],
    )
    assert batch in said
    assert not found_in(said.encode(), VALUES)
    assert not hits()


def test_members_and_sheets_that_are_called_after_somebody_tell_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    small = SmallSource(tmp_path / "sources")
    small.map("{kind: csv, encoding: utf-8}", "{kind: csv, archive: zip, encoding: utf-8}")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as made:
        made.writestr(f"{ONE.name}_{ONE.resident}.csv", fires("F1,2026-02-30 10:00,短路,x"))
        made.writestr(f"{TWO.name}_{TWO.mobile}/b.csv", fires("F2,昨天,不存在,x"))
    drop(SMALL, "a.zip", package.getvalue())
    run(SMALL)
    assert not hits()
    small.map("{kind: csv, encoding: utf-8}", "{kind: xlsx}")
    book = openpyxl.Workbook()
    book.active.title = f"{ONE.name}{ONE.mobile}"
    for line in csv.reader(io.StringIO(fires("F3,2026-02-30 10:00,短路,x").decode())):
        book.active.append(line)
    content = io.BytesIO()
    book.save(content)
    drop(SMALL, "b.xlsx", content.getvalue())
    run(SMALL)
    assert not hits()


def test_a_manifest_that_names_somebody_tells_nobody() -> None:
    about = {
        "riskhub": 1, "source": HOSPITAL, "operation": "withdraw", "keys": [[ONE.name, ONE.mobile]],
        "period": f"{TWO.name}{TWO.resident}", "note": story(TWO),
    }  # fmt: skip
    drop(HOSPITAL, "w.manifest.json", json.dumps(about, ensure_ascii=False).encode())
    run(HOSPITAL)
    assert not hits()


def test_a_fault_of_the_database_leaves_no_value_in_its_log(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as conn:
        for text in (f"select '{ONE.name}{ONE.mobile}'::int", f"selekt '{TWO.resident}'"):
            with pytest.raises(psycopg.Error):
                conn.execute(text.encode())
        place = conn.execute("show data_directory").fetchone()
    assert place is not None
    assert not in_files(Path(place[0]).parent, [ONE.name, ONE.mobile, TWO.resident], spared=("base", "pg_wal"))
