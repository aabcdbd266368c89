"""Taking back: a withdrawal leaves everything as if what it names had never come, or says what it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.review.hold import decide, held
from pipeline.steps.replay import Wanted, candidates, replay
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches, codes, counts, notes_in_core, receipt, submit
from tests.support.partners.base import send
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires, rows

pytestmark = pytest.mark.usefixtures("warehouse", "small")
BETTER = {**CAUSES, "雷击": "lightning"}


def kept_out() -> list[tuple[Any, ...]]:
    """Return number, state and closing batch of every row in quarantine."""
    found = ask("select original->>'no' as no, state, closed_by from quarantine.row order by batch_id, row")
    return [(row["no"], row["state"], row["closed_by"]) for row in found]


def bad(*numbers: str) -> bytes:
    return fires(*(f"{no},2026-05-01 10:00,雷击,bad" for no in numbers))


def test_rows_that_a_withdrawn_correction_had_put_right_wait_again() -> None:
    submit(SMALL, "1.csv", bad("F1", "F2"))
    (second,) = send({"2.csv": fires("F1", "F2,2026-05-01 10:00,雷击,still", "F3")})
    assert [state for _, state, _ in kept_out()] == ["corrected", "resent", "open"]
    (done,) = send({}, "withdraw", withdraws=second["batch"])
    assert kept_out() == [("F1", "open", None), ("F2", "open", None), ("F2", "waived", done["batch"])]
    assert codes(done) == {"RECORDS_WITHDRAWN": 1, "ROWS_OPEN_AGAIN": 2}
    third = submit(SMALL, "3.csv", rows(F1="good"))
    assert [state for _, state, _ in kept_out()] == ["corrected", "open", "waived"]
    assert receipt(third)["corrects"][0]["closed"] == 1


def test_what_another_that_stands_has_put_right_does_not_wait_again() -> None:
    submit(SMALL, "1.csv", bad("F1", "F2", "F3"))
    (second,) = send({"2.csv": rows(F1="two", F2="two", F3="two")})
    same = submit(SMALL, "3.csv", fires("F1,2026-05-01 10:00,短路,three", "F2,2026-05-01 10:00,短路,two"))
    worse = submit(SMALL, "4.csv", bad("F3"))
    (done,) = send({}, "withdraw", withdraws=second["batch"])
    assert notes_in_core() == {"F1": "three", "F2": "two"}
    assert kept_out() == [
        ("F1", "corrected", same["batch"]),
        ("F2", "corrected", same["batch"]),
        ("F3", "resent", worse["batch"]),
        ("F3", "open", None),
    ]
    assert codes(done) == {"RECORDS_WITHDRAWN": 1}


def test_a_row_is_corrected_by_a_batch_that_also_repeats_it() -> None:
    submit(SMALL, "1.csv", bad("F1"))
    (second,) = send({"2.csv": rows(F1="two")})
    both = submit(SMALL, "3.csv", fires("F1,2026-05-01 10:00,雷击,bad", "F1,2026-05-01 10:00,短路,three"))
    send({}, "withdraw", withdraws=second["batch"])
    assert kept_out()[0] == ("F1", "corrected", both["batch"]), "its good row counts, not its bad one"


def test_a_row_that_a_replay_reads_otherwise_waits_once(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", bad("F1", "F2"))
    (second,) = send({"2.csv": rows(F1="two", F2="two")})
    small.translate({**CAUSES, "闪电": "lightning"})
    (again,) = replay(candidates(Wanted(origins=[first["batch"]])))
    send({}, "withdraw", withdraws=second["batch"])
    assert kept_out() == [
        ("F1", "replayed", again),
        ("F2", "replayed", again),
        ("F1", "open", None),
        ("F2", "open", None),
    ]


def test_what_it_had_overruled_is_read_again_and_holds() -> None:
    send({"1.csv": rows(F1="one", F2="one")}, sequence=1)
    send({"3.csv": rows(F1="three")}, sequence=3)
    (late,) = send({"2.csv": rows(F1="two", F2="two")}, sequence=2)
    assert counts(late) == {"read": 2, "changed": 1, "skipped": 1}
    done, waits = send({}, "withdraw", withdraws=3, sequence=4)
    assert (waits["replay_of"], waits["state"]) == (late["batch"], "received")
    assert codes(done) == {"RECORDS_WITHDRAWN": 1, "READ_AGAIN": 1}
    run(SMALL)
    assert notes_in_core() == {"F1": "two", "F2": "two"}, "as if the third had never come"
    (again,) = (row for row in batches(SMALL) if row["replay_of"])
    assert (again["replay_of"], again["state"]) == (late["batch"], "acknowledged")
    run(SMALL)
    assert len([row for row in batches(SMALL) if row["replay_of"]]) == 1


def test_what_a_replay_made_no_more_does_not_come_back(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,抽烟,one"))
    (second,) = send({"2.csv": fires("F2,2026-05-02 10:00,短路,two")})
    small.translate({"短路": "electrical"})
    replay(candidates(Wanted(origins=[first["batch"]])))
    send({}, "withdraw", withdraws=second["batch"])
    run(SMALL)
    assert sorted(notes_in_core()) == ["F1"], "the first, as it is read now, does not make F2"
    assert [(no, state) for no, state, _ in kept_out()] == [("F2", "replayed"), ("F2", "open")]


def test_a_number_that_is_free_again_lets_in_what_was_refused_for_it(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: append")
    (first,) = send({"1.csv": rows(F1="a", F2="b")})
    submit(SMALL, "2.csv", rows(F1="X", F3="c"))
    submit(SMALL, "3.csv", rows(F1="Y"))
    assert [state for _, state, _ in kept_out()] == ["resent", "open"], "a refused row puts nothing right"
    send({}, "withdraw", withdraws=first["batch"])
    run(SMALL)
    assert notes_in_core() == {"F1": "X", "F3": "c"}, "the first who has said it, of those who stand"
    assert [state for _, state, _ in kept_out()] == ["resent", "replayed", "open"]


def test_a_withdrawal_is_not_withdrawn() -> None:
    (first,) = send({"1.csv": rows(F1="one")}, sequence=1)
    (taken,) = send({}, "withdraw", withdraws=1, sequence=2)
    (by_key,) = send({}, "withdraw", keys=[["F1"]], sequence=3)
    for number in (2, 3, taken["batch"], by_key["batch"]):
        (refused,) = send({}, "withdraw", withdraws=number)
        assert (refused["state"], codes(refused)) == ("rejected", {"WITHDRAWAL_STANDS": 1})
    assert (notes_in_core(), first["state"]) == ({}, "acknowledged")


def test_a_picture_stands_also_when_its_feed_sends_pictures_no_more(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: snapshot\nexpect: {ended: {max: 1}}")
    submit(SMALL, "1.csv", rows(F1="a", F2="b"))
    (picture,) = send({"2.csv": rows(F1="A")})
    small.map()
    (refused,) = send({}, "withdraw", withdraws=picture["batch"])
    assert (codes(refused), notes_in_core()) == ({"SNAPSHOT_STANDS": 1}, {"F1": "A"})


def test_a_numbered_submission_that_was_withdrawn_can_be_sent_again() -> None:
    send({"1.csv": rows(F1="one", F2="one")}, sequence=1)
    send({"2.csv": rows(F1="two")}, sequence=2)
    send({}, "withdraw", withdraws=1, sequence=3)
    assert notes_in_core() == {"F1": "two"}
    (again,) = send({"1.csv": rows(F1="one", F2="one")}, sequence=1)
    assert (again["state"], counts(again)) == ("acknowledged", {"read": 2, "new": 1, "skipped": 1})
    assert codes(again) == {"SEQUENCE_LATE": 1, "SENT_AGAIN": 1}
    assert notes_in_core() == {"F1": "two", "F2": "one"}, "its number says that the second comes after it"
    (twice,) = send({"1.csv": rows(F1="one", F2="one")}, sequence=1)
    assert (twice["state"], receipt(twice)["duplicate_of"]) == ("duplicate", again["batch"])
    (other,) = send({"1.csv": rows(F1="other")}, sequence=1)
    assert codes(other) == {"SEQUENCE_REUSED": 1}
    send({}, "withdraw", withdraws=1, sequence=4)
    assert notes_in_core() == {"F1": "two"}, "its number means both of them"


def test_a_part_that_was_withdrawn_can_be_sent_again() -> None:
    first, second = send({"a.csv": rows(F1="one"), "b.csv": rows(F2="one")}, sequence=1)
    send({}, "withdraw", withdraws=second["batch"])
    parts = send({"a.csv": rows(F1="one"), "b.csv": rows(F2="one")}, sequence=1)
    assert [counts(part) for part in parts] == [{"read": 1, "unchanged": 1}, {"read": 1, "new": 1}]
    assert (notes_in_core(), first["state"]) == ({"F1": "one", "F2": "one"}, "acknowledged")


def test_the_same_number_brings_back_nothing_that_was_withdrawn_by_key_and_says_so() -> None:
    (first,) = send({"1.csv": rows(F1="one")}, sequence=1)
    send({}, "withdraw", keys=[["F1"]], sequence=2)
    (same,) = send({"1.csv": rows(F1="one")}, sequence=1)
    assert (same["state"], codes(same)) == ("duplicate", {"DUPLICATE_FILE": 1, "DUPLICATE_UNDONE": 1})
    assert (receipt(same)["duplicate_of"], notes_in_core()) == (first["batch"], {})
    (next_one,) = send({"1.csv": rows(F1="one")}, sequence=3)
    assert (codes(next_one), notes_in_core()) == ({}, {"F1": "one"})


def test_a_held_batch_that_is_approved_after_a_withdrawal_is_not_overruled_by_it(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    waits = submit(SMALL, "1.csv", rows(F1="one"))
    (second,) = send({"2.csv": rows(F1="two", F2="two")})
    decide(held()[0]["batch"], "approve", "Wang")
    run(SMALL)
    assert notes_in_core() == {"F1": "two", "F2": "two"}
    send({}, "withdraw", withdraws=second["batch"])
    run(SMALL)
    assert notes_in_core() == {"F1": "one"}
    assert waits["state"] == "held"
