"""A batch that looks unusual waits for a person; the decision is audited, and what came after it stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.screen import FINE, WRONG, guarded
from hub.errors import WrongUsage
from hub.settings import settings
from mappings.engine import read_source
from pipeline.checks.check import CheckRequest, check
from pipeline.checks.online import HubContext
from pipeline.reports.plan import plan_file
from pipeline.review.hold import decide, held, question
from pipeline.steps.recovery import sweep
from pipeline.transform.staging import Work
from tests.support.exchange import ask, batches, codes, counts, notes_in_core, receipt, submit
from tests.support.small_source import MAPPING, SMALL, SmallSource, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")


@pytest.fixture
def small(small: SmallSource) -> SmallSource:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    return small


def month(day: int, rows: int = 40, *, note: str = "x", cause: str = "短路") -> bytes:
    return fires(*(f"D{day}-{row},2026-05-{day:02} 10:00,{cause},{note}" for row in range(rows)))


def audit() -> list[dict[str, Any]]:
    return ask("select who, what, batch_id, detail from ledger.audit order by at")


def test_an_unusual_batch_waits_and_nothing_of_it_is_loaded(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "1.csv", fires("F1"))
    assert (batch["state"], notes_in_core()) == ("held", {})
    assert not list((settings().exchange / SMALL / "out").glob("*.receipt.*")), "there is no verdict yet"
    (waiting,) = held()
    assert (waiting["batch"], waiting["reasons"][0]["code"]) == (batch["batch"], "VOLUME_UNUSUAL")
    sweep()
    assert batches(SMALL)[0]["state"] == "held", "nobody but a person lets it go on"


def test_approved_it_goes_on_and_the_receipt_says_who(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "1.csv", fires("F1"))
    assert decide(batch["batch"], "approve", "Wang", "one fire only")
    sweep()
    (done,) = batches(SMALL)
    assert (done["state"], counts(done)) == ("acknowledged", {"read": 1, "new": 1})
    told = receipt(done)
    assert (told["approval"]["by"], told["approval"]["comment"]) == ("Wang", "one fire only")
    assert codes(done)["VOLUME_UNUSUAL"] == 1
    assert told["expectations"][0]["success"] is False
    assert [(line["who"], line["what"], line["batch_id"]) for line in audit()] == [
        ("Wang", "hold approve", batch["batch"])
    ]
    assert decide(batch["batch"], "reject", "Li", "too late") is False
    assert len(audit()) == 1


def test_rejected_its_sender_reads_why(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "1.csv", fires("F1"))
    with pytest.raises(WrongUsage, match="reason"):
        decide(batch["batch"], "reject", "Wang")
    assert decide(batch["batch"], "reject", "Wang", "half a day is missing")
    sweep()
    (done,) = batches(SMALL)
    assert (done["state"], notes_in_core()) == ("rejected", {})
    assert set(codes(done)) == {"HELD_REJECTED", "VOLUME_UNUSUAL"}
    assert "half a day is missing" in receipt(done)["findings"][0]["message"]
    assert submit(SMALL, "1.csv", fires("F1"))["state"] == "held", "its bytes are no duplicate"


def test_an_answer_to_an_older_question_decides_nothing(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "1.csv", fires("F1"))["batch"]
    asked = question(batch)["held_at"]
    with connect() as conn:
        conn.execute("update ledger.hold set held_at = held_at + interval '1 minute' where batch_id = %s", [batch])
    assert decide(batch, "approve", "Wang", held_at=asked) is False
    assert [each["batch"] for each in held()] == [batch]
    assert decide(batch, "approve", "Wang", held_at=question(batch)["held_at"])


def test_what_came_later_is_not_undone_by_a_late_approval(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,短路,old"))
    submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,new", "F2"))
    assert notes_in_core()["F1"] == "new", "a held batch does not stop the ones after it"
    decide(batch["batch"], "approve", "Wang")
    sweep()
    assert notes_in_core()["F1"] == "new"
    assert counts(next(each for each in batches(SMALL) if each["batch"] == batch["batch"])) == {"read": 1, "skipped": 1}


def test_approved_without_its_work_it_is_read_again(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "1.csv", fires("F1"))
    Work(batch["batch"]).clear()
    decide(batch["batch"], "approve", "Wang")
    sweep()
    assert list(notes_in_core()) == ["F1"]


def test_history_sets_limits(small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.map()
    for day in range(1, 10):
        assert submit(SMALL, f"{day}.csv", month(day))["state"] == "acknowledged"
    file = tmp_path / "few.csv"
    file.write_bytes(month(10, rows=3))
    source = read_source(small.folder)
    plan, asked = plan_file(file, source), check(file, source, CheckRequest(against=HubContext(source))).verdict
    assert guarded(["plan", str(file), "--source", SMALL]) == FINE
    printed = " ".join(capsys.readouterr().out.split())
    assert "a person would have to release it: Number of rows is 3, expected" in printed
    few = submit(SMALL, "few.csv", file.read_bytes())
    assert (plan.state, plan.reasons, asked.state) == (few["state"], held()[0]["reasons"], few["state"])
    assert (few["state"], [each["code"] for each in held()[0]["reasons"]]) == ("held", ["VOLUME_UNUSUAL"])
    shifted = submit(SMALL, "shifted.csv", month(11, cause="抽烟"))
    assert shifted["state"] == "held"
    assert {each["code"] for each in held()[1]["reasons"]} == {"CODES_SHIFTED"}
    empty = submit(SMALL, "empty.csv", month(12, note=""))
    assert (empty["state"], held()[2]["reasons"][0]["field"]) == ("held", "fire_incident.narrative")
    usual = submit(SMALL, "usual.csv", month(13, rows=45))
    assert usual["state"] == "acknowledged"
    stored = ask("select figure, success from ledger.expectation where batch_id = %(batch)s", batch=usual["batch"])
    assert all(line["success"] for line in stored)
    assert {line["figure"].partition(":")[0] for line in stored} >= {"rows", "fill", "codes"}


def test_columns_that_move_are_told_and_do_not_hold(small: SmallSource) -> None:
    small.map("narrative: note", "narrative: note\noptional: [note]")
    submit(SMALL, "1.csv", fires("F1"))
    moved = submit(SMALL, "2.csv", b"at,no,cause\n2026-05-01 10:00,F2,\xe7\x9f\xad\xe8\xb7\xaf\n")
    assert moved["state"] == "acknowledged"
    assert set(codes(moved)) == {"COLUMN_DROPPED", "COLUMNS_REORDERED"}


def test_a_feed_may_be_told_only(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}, hold: false}")
    batch = submit(SMALL, "1.csv", fires("F1"))
    assert (batch["state"], codes(batch)) == ("acknowledged", {"VOLUME_UNUSUAL": 1})


def test_on_the_command_line(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.folder.exists()
    assert MAPPING
    batch = submit(SMALL, "1.csv", fires("F1"))["batch"]
    capsys.readouterr()
    assert guarded(["hold", "list", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out)[0]["batch"] == batch
    assert guarded(["hold", "list"]) == FINE
    assert guarded(["hold", "show", batch]) == FINE
    assert "VOLUME_UNUSUAL" in capsys.readouterr().out
    assert guarded(["hold", "reject", batch]) == WRONG
    assert guarded(["hold", "approve", batch, "--comment", "yes"]) == FINE
    assert list(notes_in_core()) == ["F1"]
    assert guarded(["hold", "approve", "nobody"]) == WRONG


def test_the_question_is_plain_text(small: SmallSource) -> None:
    assert small.folder.exists()
    batch = submit(SMALL, "{{ 1 }} [x](y)|.csv", fires("F1"))["batch"]
    asked = question(batch)
    assert not set("{}[]|") & set(asked["subject"])
    assert "An unusual number of rows" in asked["body"]
