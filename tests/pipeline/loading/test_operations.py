"""What a submission may do to records: correct, withdraw, and the modes append and snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.receipt import SAMPLES
from mappings.engine import read_source
from pipeline.reports.plan import plan_file
from pipeline.review.hold import decide, held
from pipeline.steps.recovery import sweep
from pipeline.steps.replay import Wanted, candidates, replay
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches, codes, counts, notes_in_core, receipt, submit
from tests.support.partners.base import send
from tests.support.small_source import SMALL, SmallSource, fires, rows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse", "small")


def versions(no: str) -> list[tuple[int, str, bool]]:
    """Return number, note, and whether it is the current one, of every version of a record."""
    query = (
        "select record_version as v, narrative as n, {} as now from {}.fire_incident where source_record_no = %(no)s"
    )
    found = [*ask(query.format("true", "core"), no=no), *ask(query.format("false", "history"), no=no)]
    return sorted((row["v"], row["n"], row["now"]) for row in found)


def state(batch: str) -> str:
    return next(row["state"] for row in batches(SMALL) if row["batch"] == batch)


def test_a_correction_touches_only_what_is_known() -> None:
    first = submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,短路,a", "F2,2026-05-01 10:00,雷击,b"))
    assert notes_in_core() == {"F1": "a"}
    (done,) = send({"2.csv": rows(F1="A", F2="B", F3="C", F4="D")}, "correct", corrects=first["batch"])
    assert counts(done) == {"read": 4, "new": 1, "changed": 1, "quarantined": 2}
    assert codes(done) == {"NOTHING_TO_CORRECT": 2}
    assert notes_in_core() == {"F1": "A", "F2": "B"}, "F2 waited in quarantine to be put right"
    (found,) = receipt(done)["findings"]
    assert [(place["line"], place["value"]) for place in found["samples"]] == [(4, "F3"), (5, "F4")]
    kept = ask("select original->>'no' as no, state from quarantine.row order by batch_id, row")
    assert [(row["no"], row["state"]) for row in kept] == [("F2", "corrected"), ("F3", "open"), ("F4", "open")]
    assert receipt(done)["submission"]["targets"] == [first["batch"]]
    submit(SMALL, "3.csv", rows(F3="c"))
    assert notes_in_core()["F3"] == "c"


def test_what_was_not_known_is_not_known_by_having_been_refused(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", rows(F1="a"))
    (refused,) = send({"2.csv": rows(F3="C")}, "correct", corrects=first["batch"])
    (again,) = send({"3.csv": rows(F1="A", F3="C")}, "correct", corrects=first["batch"])
    assert (counts(again), notes_in_core()) == ({"read": 2, "changed": 1, "quarantined": 1}, {"F1": "A"})
    small.translate({"短路": "arson"})
    replay(candidates(Wanted(origins=[refused["batch"]])))
    assert (counts(batches(SMALL)[0]), notes_in_core()) == ({"read": 1, "quarantined": 1}, {"F1": "A"})


def test_a_correction_by_number_may_be_small(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    send({"1.csv": rows(F1="a", F2="b")}, sequence=1)
    (done,) = send({"2.csv": rows(F2="B")}, "correct", corrects=1, sequence=2)
    assert (done["state"], codes(done), notes_in_core()["F2"]) == ("acknowledged", {}, "B"), (
        "it is like no ordinary delivery"
    )


def test_a_file_of_keys_hears_in_which_lines_nothing_is_named() -> None:
    submit(SMALL, "1.csv", fires("F1", "F2"))
    (done,) = send({"keys.csv": b"no,reason\nF9,x\nF1,x\n,x\nF1,x\nF8,x\n"}, "withdraw")
    (found,) = receipt(done)["findings"]
    assert (found["code"], found["count"], found["line"]) == ("NOTHING_TO_WITHDRAW", 3, 2)
    assert [each["line"] for each in found["samples"]] == [2, 4, 6]
    assert "The first stands in line 2." in found["message"]
    (many,) = send({"more.csv": b"no\n" + b"".join(b"G%d\n" % number for number in range(50))}, "withdraw")
    (found,) = receipt(many)["findings"]
    assert (found["count"], [each["line"] for each in found["samples"]]) == (50, [*range(2, 2 + SAMPLES)])
    (inline,) = send({}, "withdraw", keys=[["F9"]])
    (found,) = receipt(inline)["findings"]
    assert (found["count"], found["line"], found["samples"]) == (1, None, []), "a manifest has no lines"


def test_withdraw_single_records_by_key() -> None:
    submit(SMALL, "1.csv", fires("F1", "F2", "F3", "F4,2026-05-01 10:00,雷击"))
    (done,) = send({}, "withdraw", keys=[["F1"], [" Ｆ２"], ["F1"], ["F9"], ["F4"]], reason="entered twice")
    assert sorted(notes_in_core()) == ["F3"]
    assert counts(done) == {"read": 5, "changed": 2, "duplicate": 1, "skipped": 2}
    assert receipt(done)["ended"] == 2
    assert codes(done) == {"NOTHING_TO_WITHDRAW": 2}
    assert [row["state"] for row in ask("select state from quarantine.row")] == ["waived"]
    assert versions("F1") == [(1, None, False)]
    (again,) = send({}, "withdraw", keys=[["F1"]])
    assert counts(again) == {"read": 1, "unchanged": 1}
    assert codes(again) == {}


def test_withdraw_by_a_file_of_keys_then_send_again() -> None:
    submit(SMALL, "1.csv", rows(F1="a", F2="b"))
    (done,) = send({"keys.csv": b"no,why\nF2,wrong\n"}, "withdraw")
    assert (counts(done), notes_in_core()) == ({"read": 1, "changed": 1}, {"F1": "a"})
    again = submit(SMALL, "1.csv", rows(F1="a", F2="b"))
    assert counts(again) == {"read": 2, "new": 1, "unchanged": 1}, "the same bytes are news after a withdrawal"
    assert versions("F2") == [(1, "b", False), (2, "b", True)]
    (bad,) = send({"other.csv": b"number\nF1\n"}, "withdraw")
    assert (bad["state"], set(codes(bad))) == ("rejected", {"MISSING_COLUMN"})


def test_withdraw_a_whole_submission_leaves_what_was_said_before_and_after() -> None:
    first = submit(SMALL, "1.csv", rows(F1="one", F2="one", F3="one"))
    second = submit(
        SMALL, "2.csv", fires(*(f"F{n},2026-05-01 10:00,短路,two" for n in (2, 3, 4, 5)), "F6,2026-05-01 10:00,雷击")
    )
    submit(SMALL, "3.csv", rows(F3="three", F5="two"))
    assert notes_in_core() == {"F1": "one", "F2": "two", "F3": "three", "F4": "two", "F5": "two"}
    (done,) = send({}, "withdraw", withdraws=second["batch"], reason="test data")
    assert notes_in_core() == {"F1": "one", "F2": "one", "F3": "three", "F5": "two"}
    assert versions("F2") == [(1, "one", False), (2, "two", False), (3, "one", True)]
    assert versions("F1") == [(1, "one", True)], "a record that it does not name keeps its number"
    assert versions("F3") == [(1, "one", False), (2, "two", False), (3, "three", True)]
    assert (state(second["batch"]), state(first["batch"])) == ("withdrawn", "acknowledged")
    assert (receipt(done)["ended"], codes(done)) == (2, {"RECORDS_WITHDRAWN": 1})
    assert "Of these, 1 went back" in receipt(done)["findings"][0]["message"]
    assert [row["state"] for row in ask("select state from quarantine.row")] == ["waived"]
    (again,) = send({}, "withdraw", withdraws=second["batch"], reason="again")
    assert (codes(again), receipt(again)["ended"]) == ({"NOTHING_TO_WITHDRAW": 1}, 0)
    third = next(row["batch"] for row in batches(SMALL) if row["file"] == "3.csv")
    send({}, "withdraw", withdraws=third)
    assert notes_in_core() == {"F1": "one", "F2": "one", "F3": "one"}, "nobody stands for F5 any more"


def test_what_was_withdrawn_is_not_read_again_and_may_be_sent_again(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", rows(F1="one"))
    send({}, "withdraw", withdraws=first["batch"])
    small.translate({"短路": "arson"})
    assert [each.origin for each in candidates(Wanted(source=SMALL))] == []
    again = submit(SMALL, "1.csv", rows(F1="one"))
    assert (again["state"], notes_in_core()) == ("acknowledged", {"F1": "one"})


def test_a_held_submission_can_be_withdrawn(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    first = submit(SMALL, "1.csv", rows(F1="one"))
    assert first["state"] == "held"
    send({}, "withdraw", withdraws=first["batch"])
    assert (state(first["batch"]), held(), notes_in_core()) == ("withdrawn", [], {})
    line = next(row for row in batches(SMALL) if row["batch"] == first["batch"])
    sweep()
    assert codes(line) == {"SUBMISSION_WITHDRAWN": 1}


def test_an_older_word_does_not_bring_back_what_was_withdrawn() -> None:
    send({"1.csv": rows(F1="one")}, sequence=1)
    send({}, "withdraw", keys=[["F1"], ["F2"]], sequence=3)
    (late,) = send({"2.csv": rows(F1="two", F2="two", F3="two")}, sequence=2)
    assert counts(late) == {"read": 3, "new": 1, "skipped": 2}
    assert notes_in_core() == {"F3": "two"}
    send({"4.csv": rows(F1="four")}, sequence=4)
    assert notes_in_core() == {"F1": "four", "F3": "two"}


def test_append_adds_and_never_changes(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: append")
    assert counts(submit(SMALL, "1.csv", rows(F1="a", F2="b"))) == {"read": 2, "new": 2}
    again = submit(SMALL, "2.csv", fires(*(f"{no},2026-05-01 10:00,短路,{n}" for no, n in
                   (("F1", "a"), ("F2", "X"), ("F3", "c"), ("F3", "d"), ("F3", "c")))))  # fmt: skip
    assert counts(again) == {"read": 5, "new": 1, "unchanged": 1, "duplicate": 1, "quarantined": 2}
    assert codes(again) == {"KEY_TAKEN": 2}
    assert notes_in_core() == {"F1": "a", "F2": "b", "F3": "c"}
    (done,) = send({"3.csv": rows(F2="B")}, "correct", corrects=again["batch"])
    assert (counts(done), notes_in_core()["F2"]) == ({"read": 1, "changed": 1}, "B")
    small.map("mode: upsert\n", "mode: append\nexpect: {rows: {max: 9}}\n")
    replay(candidates(Wanted(origins=[again["batch"]])))
    assert counts(batches(SMALL)[0]) == {"read": 5, "unchanged": 2, "duplicate": 1, "quarantined": 1, "skipped": 1}
    assert notes_in_core() == {"F1": "a", "F2": "B", "F3": "c"}


def test_a_row_that_was_refused_stands_for_nothing(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: append")
    first = submit(SMALL, "1.csv", rows(F1="a", F2="b"))
    submit(SMALL, "2.csv", rows(F1="X", F2="b"))
    done, _ = send({}, "withdraw", withdraws=first["batch"])
    assert (notes_in_core(), receipt(done)["ended"]) == ({"F2": "b"}, 1), "the second submission has repeated F2 only"
    run(SMALL)
    assert notes_in_core() == {"F1": "X", "F2": "b"}, "read again, its number is free"


def test_an_append_feed_may_be_read_anew(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: append")
    first = submit(SMALL, "1.csv", rows(F1="a"))
    small.translate({"短路": "arson"})
    replay(candidates(Wanted(origins=[first["batch"]])))
    assert counts(batches(SMALL)[0]) == {"read": 1, "changed": 1}


def snapshot(small: SmallSource, most: str = "0.5") -> None:
    small.map("mode: upsert", f"mode: snapshot\nexpect: {{ended: {{max: {most}}}}}")


def test_a_snapshot_ends_what_it_does_not_name(small: SmallSource) -> None:
    snapshot(small)
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    second = submit(SMALL, "2.csv", rows(F1="a", F3="C", F4="d"))
    assert counts(second) == {"read": 3, "new": 1, "changed": 1, "unchanged": 1}
    assert (notes_in_core(), receipt(second)["ended"], codes(second)) == (
        {"F1": "a", "F3": "C", "F4": "d"}, 1, {"SNAPSHOT_ENDED": 1},
    )  # fmt: skip
    third = submit(SMALL, "3.csv", rows(F1="a", F2="b", F3="c"))
    assert (third["state"], notes_in_core()) == ("acknowledged", {"F1": "a", "F2": "b", "F3": "c"}), (
        "an old picture may be true again"
    )
    assert submit(SMALL, "4.csv", rows(F1="a", F2="b", F3="c"))["state"] == "duplicate"
    assert versions("F2") == [(1, "b", False), (2, "b", True)]


def test_rows_kept_out_are_named_all_the_same(small: SmallSource) -> None:
    snapshot(small, "0.9")
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,a", "F2,2026-05-01 10:00,雷击,b"))
    assert sorted(notes_in_core()) == ["F1", "F2"]
    unreadable = submit(SMALL, "3.csv", fires("F1,2026-05-01 10:00,短路,a", ",2026-05-01 10:00,短路,b"))
    assert sorted(notes_in_core()) == ["F1", "F2"]
    assert codes(unreadable)["SNAPSHOT_UNREADABLE"] == 1


def test_a_row_of_totals_is_about_no_record_and_ends_what_is_absent(small: SmallSource) -> None:
    snapshot(small, "0.9")
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    summed = submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,a", "合计,,,1"))
    assert notes_in_core() == {"F1": "a"}
    assert codes(summed) == {"ROW_OF_TOTALS": 1, "SNAPSHOT_ENDED": 2}


def test_a_snapshot_that_would_end_too_much_waits_for_a_person(small: SmallSource) -> None:
    snapshot(small)
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    waits = submit(SMALL, "2.csv", rows(F1="A"))
    assert (waits["state"], notes_in_core()) == ("held", {"F1": "a", "F2": "b", "F3": "c"})
    told = ask("select figure, success from ledger.expectation where batch_id = %(batch)s", batch=waits["batch"])
    assert {"figure": "ended:fire_incident", "success": False} in told, "the Data Docs show it while it waits"
    (reason,) = held()[0]["reasons"]
    assert (reason["code"], reason["observed"], reason["expected"]) == ("SNAPSHOT_SHRINKS", "67%", "0% ... 50%")
    decide(waits["batch"], "approve", "Wang", "the others were closed")
    sweep()
    done = batches(SMALL)[0]
    assert (done["state"], notes_in_core()) == ("acknowledged", {"F1": "A"})
    assert (receipt(done)["approval"]["by"], codes(done)) == ("Wang", {"SNAPSHOT_SHRINKS": 1, "SNAPSHOT_ENDED": 2})


def test_a_late_snapshot_does_not_undo_later_words(small: SmallSource) -> None:
    snapshot(small)
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    waits = submit(SMALL, "2.csv", rows(F1="A"))
    assert waits["state"] == "held"
    submit(SMALL, "3.csv", rows(F1="a", F2="B", F4="d"))
    decide(waits["batch"], "approve", "Wang")
    sweep()
    assert notes_in_core() == {"F1": "a", "F2": "B", "F4": "d"}


def test_an_older_word_brings_nothing_back_into_a_later_picture(small: SmallSource) -> None:
    snapshot(small, "1")
    send({"1.csv": rows(F1="a")}, sequence=1)
    send({"3.csv": rows(F1="a")}, sequence=3)
    (late,) = send({"2.csv": rows(F1="a", F2="b")}, sequence=2)
    assert (notes_in_core(), counts(late)) == ({"F1": "a"}, {"read": 2, "skipped": 2})


def test_a_picture_comes_whole_and_is_not_taken_back(small: SmallSource) -> None:
    snapshot(small)
    parts = send({"1.csv": rows(F1="a"), "2.csv": rows(F2="b")})
    assert {code for part in parts for code in codes(part)} == {"SNAPSHOT_IN_PARTS"}
    first = submit(SMALL, "3.csv", rows(F1="a"))
    (done,) = send({}, "withdraw", withdraws=first["batch"])
    assert codes(done) == {"SNAPSHOT_STANDS": 1}
    send({}, "zero", period="2026-05")
    assert notes_in_core() == {"F1": "a"}


def test_a_plan_says_what_an_append_feed_would_refuse(small: SmallSource, tmp_path: Path) -> None:
    small.map("mode: upsert", "mode: append")
    submit(SMALL, "1.csv", rows(F1="a"))
    (tmp_path / "2.csv").write_bytes(rows(F1="b", F2="c"))
    plan = plan_file(tmp_path / "2.csv", read_source(small.folder))
    assert {name: value for name, value in plan.counts.items() if value} == {"read": 2, "new": 1, "quarantined": 1}


def test_a_plan_says_what_a_snapshot_would_end(small: SmallSource, tmp_path: Path) -> None:
    snapshot(small)
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    (tmp_path / "2.csv").write_bytes(fires("F1,2026-05-01 10:00,短路,a", "F4,2026-05-01 10:00,雷击"))
    plan = plan_file(tmp_path / "2.csv", read_source(small.folder))
    assert (plan.ended, plan.ended_examples) == (2, ["F2", "F3"])
    assert {each["code"] for each in plan.findings} == {"UNKNOWN_CODE", "SNAPSHOT_SHRINKS", "SNAPSHOT_ENDED"}
    assert notes_in_core() == {"F1": "a", "F2": "b", "F3": "c"}


def test_a_picture_that_ended_nothing_holds_no_older_word_back(small: SmallSource) -> None:
    snapshot(small, "1")
    send({"1.csv": rows(F1="a")}, sequence=1)
    (unreadable,) = send({"3.csv": fires("F1,2026-05-01 10:00,短路,a", ",2026-05-01 10:00,短路,b")}, sequence=3)
    assert codes(unreadable)["SNAPSHOT_UNREADABLE"] == 1
    (late,) = send({"2.csv": rows(F1="a", F2="b")}, sequence=2)
    assert (notes_in_core(), counts(late)["new"]) == ({"F1": "a", "F2": "b"}, 1), "as in the order of their numbers"


def test_a_row_that_a_later_picture_names_and_keeps_out_is_not_ended_by_it(small: SmallSource) -> None:
    snapshot(small, "1")
    send({"1.csv": rows(F1="a")}, sequence=1)
    send({"3.csv": fires("F1,2026-05-01 10:00,短路,a", "F2,2026-05-01 10:00,雷击,b")}, sequence=3)
    (late,) = send({"2.csv": rows(F1="a", F2="b", F3="c")}, sequence=2)
    assert (notes_in_core(), counts(late)) == ({"F1": "a", "F2": "b"}, {"read": 3, "new": 1, "skipped": 2})
