"""Fifty invented persons through every path: nothing of them is found outside the sealed raw store."""

from __future__ import annotations

import gzip
import io
import json
import logging
from typing import TYPE_CHECKING

import psycopg
import pytest

import pipeline.steps.runner
from pipeline.intake.receive import exchange_folder
from pipeline.steps.runner import run
from tests.support.canary import Person, found_in, in_database, in_files
from tests.support.canary_reports import HOSPITAL, PEOPLE, VALUES, hits, report, story, table, written
from tests.support.exchange import drop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")


ANYWHERE: list[Callable[[Person], dict[str, str]]] = [
    lambda _: {},
    lambda each: {"事件经过": story(each)},
    lambda each: {"临床诊断": story(each)[:60], "伤害部位": "不存在的部位"},
    lambda each: {"伤害原因": each.name + each.mobile},
    lambda each: {"年龄(岁)": each.resident},
    lambda each: {"报告卡编号": each.resident},
    lambda each: {"报告卡编号": each.mobile},
    lambda each: {"伤害发生时间": each.mobile},
    lambda each: {"常住地": f"{each.name}家"},
    lambda each: {"职业": each.name, "产品1(诱发)": f"{each.name}的{each.plate}"},
    lambda each: {"身份证号": each.resident[:-1]},
    lambda each: {"身份证号": f"{each.resident[:6]}********{each.resident[-4:]}", "监测医院代码": each.mobile},
]


def send_everything() -> None:
    header, _ = table()
    rows = [report(person, at, **ANYWHERE[at % len(ANYWHERE)](person)) for at, person in enumerate(PEOPLE)]
    drop(HOSPITAL, "good.csv", written(header, rows))
    one, two = PEOPLE[0], PEOPLE[1]
    drop(HOSPITAL, f"{one.name}_{one.resident}.csv", written(header, [report(one, 100)]))
    drop(HOSPITAL, "column.csv", written([*header, f"{two.name}{two.mobile}"], [[*report(two, 101), two.resident]]))
    drop(HOSPITAL, "missing.csv", written(header[1:], [report(one, 102)[1:]]))
    shifted = [[line[-1], *line[:-1]] for line in (report(each, 103 + at) for at, each in enumerate(PEOPLE))]
    drop(HOSPITAL, "shifted.csv", written(header, shifted))
    drop(HOSPITAL, "headless.csv", written(report(one, 160), [report(two, 161)]))
    drop(HOSPITAL, "headless_names.csv", written([one.name, two.name, "2026-05-01 10:00", two.name], [[two.name] * 4]))
    drop(HOSPITAL, "broken.csv", written(header, [report(one, 162)]) + f'"{two.name},{two.resident}'.encode("gb18030"))
    drop(HOSPITAL, "cells.csv", written(header, [[*report(one, 163), story(two)]]))


def test_nothing_of_anybody_is_found(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send_everything()
    batches = run(HOSPITAL)
    assert len(batches) == 9
    assert not hits()
    assert not found_in(caplog.text.encode(), VALUES)


def test_a_fault_of_ours_tells_its_class_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(batch_id: str) -> None:
        raise ValueError(f"{batch_id}: {PEOPLE[0].name} {PEOPLE[0].resident} {PEOPLE[0].mobile}")

    monkeypatch.setitem(pipeline.steps.runner.STEPS, "map", fail)
    drop(HOSPITAL, "fault.csv", written(table()[0], [report(PEOPLE[0], 1)]))
    for _ in range(pipeline.steps.runner.ATTEMPTS):
        try:
            run(HOSPITAL)
        except pipeline.steps.runner.RetryLater as wait:
            caplog.handler.emit(logging.makeLogRecord({"msg": str(wait)}))
    assert not hits()
    assert not found_in(caplog.text.encode(), VALUES)
    receipts = (exchange_folder(HOSPITAL) / "out").glob("*.receipt.json")
    told = [finding["value"] for path in receipts for finding in json.loads(path.read_bytes())["findings"]]
    assert told == ["ValueError"]


def test_the_scanner_finds_what_is_there(home: Path) -> None:
    one = PEOPLE[0]
    package = io.BytesIO()
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("sheet.xml", one.name)
    for name, content in (
        ("a", one.name.encode("gb18030")),
        ("b", one.mobile.encode("utf-16-le")),
        ("c", package.getvalue()),
    ):
        (home / name).write_bytes(content)
    (home / one.resident).touch()
    assert {place for place, _ in in_files(home, VALUES)} == {"a", "b", "c", one.resident}


def test_the_scanner_looks_into_every_column(postgres: str) -> None:
    one, two, three = PEOPLE[:3]
    with psycopg.connect(postgres, autocommit=True) as conn:
        conn.execute("create schema looked_at create table found (free jsonb, packed bytea, many text[], clean text)")
        try:
            row = [json.dumps({"a": [one.name]}), gzip.compress(two.resident.encode("gb18030")), ["x", three.mail], "x"]
            conn.execute("insert into looked_at.found values (%s, %s, %s, %s)", row)
            conn.execute("insert into looked_at.found default values")
            found = in_database(postgres, VALUES)
        finally:
            conn.execute("drop schema looked_at cascade")
    assert set(found) == {
        ("looked_at.found.free", one.name),
        ("looked_at.found.packed", two.resident),
        ("looked_at.found.many", three.mail),
    }
