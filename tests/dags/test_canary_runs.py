"""Invented persons through Airflow: nothing of them in its database, its task logs, or what a run prints."""

from __future__ import annotations

import csv
import io
import logging
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import PROJECT, settings
from pipeline.intake import receive
from pipeline.steps import runner as running
from tests.support.canary import found_in, in_database, in_files, persons

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.usefixtures("warehouse")]

SOURCE, DAG_ID = "hn_hospital/injuries", "intake__hn_hospital__injuries"
PEOPLE = persons(6)
VALUES = [value for person in PEOPLE for value in person.values]


def delivered() -> bytes:
    """Return the source's sample with our persons in it: good rows, faulty ones, a shifted one."""
    sample = next((PROJECT / "mappings" / "sources" / SOURCE).glob("sample.*")).read_bytes().decode("gb18030")
    header, first, *_ = csv.reader(io.StringIO(sample))
    rows = []
    for at, each in enumerate(PEOPLE):
        cells = dict(zip(header, first, strict=True))
        cells |= {"报告卡编号": f"HN4601-2026-9{at:05}", "姓名": each.name, "身份证号": each.resident}
        cells |= {"联系电话": each.mobile, "事件经过": f"{each.name} {each.mobile} {each.plate} {each.mail}"}
        cells |= {"伤害发生时间": each.mobile} if at % 2 else {}
        row = [cells[name] for name in header]
        rows.append([row[-1], *row[:-1]] if at == 0 else row)
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("gb18030")


def put(name: str, content: bytes) -> None:
    inbox = settings().exchange / SOURCE / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / f".{name}.part").write_bytes(content)
    (inbox / f".{name}.part").rename(inbox / name)


def test_neither_airflow_nor_the_hub_keeps_anybody(
    airflow: Path,
    dags: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    one, two, *_ = PEOPLE
    put("good.csv", delivered())
    put(f"{one.name}_{one.resident}.csv", delivered().partition(b"\n")[2])
    dag = dags("intake.py")[DAG_ID]
    for task in dag.tasks:
        task.retries = 0
    assert str(dag.test().state) == "success"

    def fails(*_: str) -> None:
        raise ValueError(f"{two.name} {two.mobile} {two.resident}")

    monkeypatch.setitem(running.STEPS, "map", fails)
    put("again.csv", delivered().replace(b"2026-9", b"2026-8"))
    assert str(dag.test().state) == "failed"
    monkeypatch.setattr(receive, "receive_ready", fails)  # here the task itself is the first to hear of it
    assert str(dag.test().state) == "failed"
    kept = b"".join(path.read_bytes() for path in airflow.glob("airflow.db*"))
    assert found_in(kept, [DAG_ID]), "it is this database that the runs are in"
    assert not in_files(airflow, VALUES, spared=())
    assert not in_files(settings().home, VALUES)
    assert not in_database(str(settings().database_url), VALUES)
    told = capfd.readouterr()
    assert not found_in(f"{told.out}{told.err}{caplog.text}".encode(), VALUES)
