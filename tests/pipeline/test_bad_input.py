"""Bad input, dropped as a partner would: each gets a finding or a rejected receipt, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from hub.errors import FixTheHub, RetryLater
from hub.settings import settings
from pipeline.review.hold import decide
from pipeline.steps.recovery import sweep
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches, codes, counts, drop, receipt, sample, submit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRE, CUSTOMS, CPSC, SAMPLING = "hn_fire/incidents", "hn_customs/declarations", "us_cpsc/recalls", "hn_market/sampling"
HOSPITAL = "hn_hospital/injuries"
pytestmark = pytest.mark.usefixtures("warehouse")


def text(change: Callable[[list[str]], list[str]]) -> Callable[[bytes], bytes]:
    """Return a change of the fire sample's lines as a change of its bytes."""
    return lambda content: "\r\n".join(change(content.decode("gb18030").splitlines())).encode("gb18030")


def column(lines: list[str], name: str) -> int:
    return lines[0].split(",").index(name)


def with_cell(name: str, value: str) -> Callable[[bytes], bytes]:
    """Keep the header and one good row, in which one cell is replaced."""

    def change(lines: list[str]) -> list[str]:
        cells = lines[1].split(",")
        assert len(cells) == len(lines[0].split(","))
        cells[column(lines, name)] = value
        return [lines[0], ",".join(cells), ""]

    return text(change)


WHOLE_FILE = {
    "utf-16 without a mark": (FIRE, lambda c: c.decode("gb18030").encode("utf-16-le"), "rejected", "WRONG_ENCODING"),
    "a byte that is no character": (FIRE, lambda c: c[:400] + b"\xff\xff" + c[400:], "rejected", "WRONG_ENCODING"),
    "empty": (FIRE, lambda _: b"", "rejected", "EMPTY_FILE"),
    "missing column": (
        FIRE,
        text(lambda lines: [line.split(",", 1)[1] for line in lines[:2]]),
        "rejected",
        "MISSING_COLUMN",
    ),
    "renamed column": (
        FIRE,
        text(lambda lines: [lines[0].replace("行政区划", "行政区域"), *lines[1:3]]),
        "rejected",
        "MISSING_COLUMN UNMAPPED_COLUMN",
    ),
    "extra column": (
        FIRE,
        text(lambda lines: [f"{lines[0]},天气", f"{lines[1]},晴", ""]),
        "acknowledged",
        "UNMAPPED_COLUMN",
    ),
    "two columns of one name": (
        FIRE,
        text(lambda lines: [f"{lines[0]},行政区划", f"{lines[1]},x", ""]),
        "rejected",
        "DUPLICATE_COLUMN",
    ),
    "unclosed quote": (
        FIRE,
        text(lambda lines: [lines[0], lines[1], '"' + lines[2].replace('"', "")]),
        "rejected",
        "TRUNCATED_FILE",
    ),
    "a zip that is not one": (CUSTOMS, lambda _: b"PK\x03\x04 not really", "rejected", "BAD_ARCHIVE"),
    "a zip cut short": (CUSTOMS, lambda c: c[: len(c) // 2], "rejected", "BAD_ARCHIVE"),
    "json cut short": (CPSC, lambda c: c[: len(c) // 2], "rejected", "TRUNCATED_FILE"),
    "json that is html": (CPSC, lambda _: b"<html><body>503</body></html>", "rejected", "WRONG_FORMAT"),
    "a workbook that is text": (SAMPLING, lambda _: "序号,样品名称\n1,面条".encode(), "rejected", "WRONG_FORMAT"),
}


@pytest.mark.parametrize("case", WHOLE_FILE, ids=str)
def test_faults_of_the_file(case: str) -> None:
    source, change, state, code = WHOLE_FILE[case]
    name, content = sample(source)
    batch = submit(source, name, change(content))
    assert batch["state"] == state
    found = codes(batch)
    assert set(found) == set(code.split())
    for finding in receipt(batch)["findings"]:
        assert finding["message"]
        assert finding["cure"]
    if state == "rejected":
        assert counts(batch) == {}
        assert ask("select count(*) as n from mart.risk_event") == [{"n": 0}]
    kept = settings().home / "raw" / batch["sha256"][:2] / batch["sha256"]
    assert kept.read_bytes() == change(content), "the sender's bytes are lost"


def test_a_header_without_rows_needs_nobody_where_that_is_agreed() -> None:
    name, content = sample(FIRE)
    batch = submit(FIRE, name, text(lambda lines: [lines[0], ""])(content))
    assert (batch["state"], counts(batch), set(codes(batch))) == ("acknowledged", {}, {"NO_ROWS"})


def test_a_header_without_rows_waits_for_a_person() -> None:
    """The feed owes at least one row a day: nobody but a person can say that nothing has happened."""
    name, content = sample(HOSPITAL)
    batch = submit(HOSPITAL, name, text(lambda lines: [lines[0], ""])(content))
    assert batch["state"] == "held"
    assert decide(batch["batch"], "approve", "Wang", "nobody came that day")
    run(HOSPITAL)
    (batch,) = batches(HOSPITAL)
    assert (batch["state"], counts(batch), set(codes(batch))) == ("acknowledged", {}, {"NO_ROWS", "VOLUME_UNUSUAL"})


ONE_CELL = {
    "unknown code": (with_cell("起火原因", "外星人"), "UNKNOWN_CODE"),
    "impossible date": (with_cell("接警时间", "2026-02-30 10:00:00"), "BAD_DATE"),
    "text in a number": (with_cell("死亡人数", "两人"), "BAD_NUMBER"),
    "no such place": (with_cell("行政区划", "乌有县"), "UNKNOWN_REGION"),
    "ten megabytes": (with_cell("简要经过", "火" * 5_000_000), "CELL_TOO_LONG"),
    "a NUL": (with_cell("简要经过", "a\x00b"), "CONTROL_CHARACTER"),
    "a cell too many": (text(lambda lines: [lines[0], f"{lines[1]},x", ""]), "WRONG_CELL_COUNT"),
}


@pytest.mark.parametrize("case", ONE_CELL, ids=str)
def test_faults_of_a_row(case: str) -> None:
    change, code = ONE_CELL[case]
    name, content = sample(FIRE)
    batch = submit(FIRE, name, change(content))
    assert counts(batch) == {"read": 1, "quarantined": 1}
    assert code in codes(batch)
    finding = next(each for each in receipt(batch)["findings"] if each["code"] == code)
    assert finding["line"] == 2
    assert ask("select source_line as line from quarantine.row") == [{"line": 2}]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("a\nb.csv", "a\\x0ab.csv"),
        ("tab\there.csv", "tab\\x09here.csv"),
        ("..\\..\\etc.csv", "..\\..\\etc.csv"),
        ("...csv", "...csv"),
    ],
)
def test_hostile_names_are_labels(name: str, label: str, home: Path) -> None:
    """A name can never leave the folder; what cannot be shown is rejected with the cure."""
    _, content = sample(FIRE)
    drop(FIRE, name, content)
    run(FIRE)
    assert [(batch["file"], batch["state"]) for batch in batches(FIRE)] == [(label, "rejected")]
    assert not [path for path in home.parent.iterdir() if path.name.startswith("etc")]


def test_a_file_that_is_still_being_written_waits() -> None:
    _, content = sample(FIRE)
    inbox = settings().exchange / FIRE / "in"
    inbox.mkdir(parents=True)
    with (inbox / "slow.csv").open("wb") as writer:
        writer.write(content[:100])
        writer.flush()
        assert run(FIRE) == []
        writer.write(content[100:])
        writer.flush()
        os.fsync(writer.fileno())
        assert run(FIRE) == []
    for _ in range(2):  # the first look after the last change only takes note of it
        run(FIRE)
    assert [batch["state"] for batch in batches(FIRE)] == ["acknowledged"]
    assert batches(FIRE)[0]["read"] == len(content.splitlines()) - 1


def own_sources(folder: Path, monkeypatch: pytest.MonkeyPatch, *sources: str) -> Path:
    """Copy source folders to where a test may change them, and let the settings name the copies."""
    for source in sources:
        shutil.copytree(settings().sources[0] / source, folder / source)
        agency = source.split("/")[0]
        shutil.copy(settings().sources[0] / agency / "agency.yml", folder / agency)
    monkeypatch.setenv("RISKHUB_SOURCES", str(folder))
    settings.cache_clear()
    return folder


def test_a_broken_mapping_stops_its_source_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "us_pittsburgh/fire_incidents"
    mapping = own_sources(tmp_path / "sources", monkeypatch, FIRE, other) / FIRE / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8").replace("crosswalk: cause", "crosswlk: cause"), "utf-8")
    waiting = drop(FIRE, *sample(FIRE))
    with pytest.raises(FixTheHub) as fault:
        run(FIRE)
    assert "crosswlk" in str(fault.value)
    assert waiting.exists(), "the file of a source that cannot be read must stay where it is"
    assert submit(other, *sample(other))["state"] == "acknowledged"
    assert sweep()["waiting"] == 0


def test_a_file_that_is_taken_because_it_settled_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = own_sources(tmp_path / "sources", monkeypatch, FIRE) / FIRE / "mapping.yml"
    agreed = mapping.read_text("utf-8").replace("complete: rename", "complete: settle, settle: 1")
    mapping.write_text(agreed, "utf-8")
    drop(FIRE, *sample(FIRE))
    assert run(FIRE) == []
    time.sleep(1.1)
    run(FIRE)
    assert "SETTLED_BY_GUESS" in codes(batches(FIRE)[0])


def test_one_poisoned_batch_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.steps import runner as running  # noqa: PLC0415

    _, content = sample(FIRE)
    drop(FIRE, "1_poison.csv", content + b"\r\n")
    drop(FIRE, "2_good.csv", content)
    real = running.STEPS["validate"]

    def poisoned(batch_id: str) -> None:
        if batch_id == min(batch["batch"] for batch in batches(FIRE)):
            raise ZeroDivisionError
        real(batch_id)

    monkeypatch.setitem(running.STEPS, "validate", poisoned)
    for left in (2, 1, 0):
        ids = running.receive_ready(FIRE)
        for verb in running.STEPS:
            with suppress(RetryLater):  # Airflow would try the task again
                running.step(verb, ids)
        if left:  # the good file came after the poisoned one: loaded before it, it could be undone
            assert {batch["state"] for batch in batches(FIRE)} <= {"mapped", "validated"}
    states = {batch["file"]: batch["state"] for batch in batches(FIRE)}
    assert states == {"1_poison.csv": "rejected", "2_good.csv": "acknowledged"}
    poison = next(batch for batch in batches(FIRE) if batch["file"] == "1_poison.csv")
    assert codes(poison) == {"HUB_FAULT": 1}
