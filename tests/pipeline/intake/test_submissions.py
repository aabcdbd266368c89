"""Files with a manifest: judged at the door, all or none; numbers, signatures, zero reports and corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import settings
from pipeline.steps.replay import Wanted, candidates
from pipeline.steps.runner import run
from tests.support.exchange import batches, codes, counts, drop, notes_in_core, receipt, submit
from tests.support.partners.base import about, inbox, lay, manifest, register_key, send, settle
from tests.support.small_source import SMALL, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse", "small")
ONE = fires("F1,2026-05-01 10:00,短路,one")
TWO = fires("F2,2026-05-01 10:00,短路,two")


def left() -> list[str]:
    return sorted(path.name for path in inbox().rglob("*") if path.is_file())


def test_a_manifest_and_its_files_are_one_submission() -> None:
    first, second = send({"a.csv": ONE, "b.csv": TWO}, sequence=1, period="2026-05", sender="system 3")
    assert (first["state"], second["state"], second["batch"]) == (
        "acknowledged",
        "acknowledged",
        first["batch"] + "_02",
    )
    assert notes_in_core() == {"F1": "one", "F2": "two"}
    told = receipt(second)["submission"]
    assert (told["operation"], told["sequence"], told["period"]) == ("new", 1, "2026-05")
    assert (told["sender"], told["signer"]) == ("system 3", None)
    page = (settings().exchange / SMALL / "out" / f"{first['batch']}.receipt.html").read_text("utf-8")
    assert "2026-05" in page
    assert left() == []


def test_the_same_again_is_a_duplicate_whatever_it_is_called() -> None:
    (first,) = send({"a.csv": ONE}, sequence=1)
    (again,) = send({"b.csv": ONE}, sequence=1, sender="resent")
    assert (again["state"], codes(again), receipt(again)["duplicate_of"]) == (
        "duplicate", {"DUPLICATE_FILE": 1}, first["batch"],
    )  # fmt: skip


FAULTS: list[tuple[dict[str, bytes], dict[str, Any], str]] = [
    ({"a.csv": ONE}, {"files": [about("a.csv", TWO)]}, "HASH_DIFFERS"),
    ({"a.csv": ONE}, {"files": [about("a.csv", ONE) | {"bytes": 1}]}, "HASH_DIFFERS"),
    ({"a.csv": ONE}, {"files": [about("a.csv", ONE, rows=2)]}, "ROWS_DIFFER"),
    ({"a.csv": ONE}, {"source": "hn_fire/incidents"}, "WRONG_FEED"),
    ({"a.csv": ONE}, {"operation": "delete"}, "MANIFEST_INVALID"),
    ({"a.csv": ONE}, {"surprise": "\u202e"}, "MANIFEST_INVALID"),
    ({"a.csv": ONE}, {"operation": "correct", "corrects": "20260101-000000-00000000"}, "TARGET_UNKNOWN"),
    ({"a.csv": ONE}, {"operation": "correct", "corrects": 9}, "TARGET_UNKNOWN"),
    ({}, {"operation": "withdraw", "keys": [["F1", "x"]]}, "KEY_INCOMPLETE"),
]


@pytest.mark.parametrize(
    ("files", "said", "code"), FAULTS, ids=[f"{code}-{n}" for n, (_, _, code) in enumerate(FAULTS)]
)
def test_faults_of_a_submission_reject_all_of_it(files: dict[str, bytes], said: dict[str, Any], code: str) -> None:
    (batch,) = send(files, **said)
    assert (batch["state"], set(codes(batch)), notes_in_core()) == ("rejected", {code}, {})
    assert receipt(batch)["findings"][0]["cure"]
    assert left() == []
    (good,) = send({"a.csv": ONE}, sequence=1)
    assert (good["state"], notes_in_core()) == ("acknowledged", {"F1": "one"}), "its bytes are no duplicate"


def test_one_bad_file_rejects_the_other() -> None:
    rows = send({"a.csv": ONE, "b.csv": TWO}, files=[about("a.csv", ONE), about("b.csv", ONE + b"x")])
    assert [row["state"] for row in rows] == ["rejected", "rejected"]
    assert notes_in_core() == {}


def test_a_replay_never_loads_what_the_door_has_refused(small: SmallSource) -> None:
    send({"a.csv": ONE}, files=[about("a.csv", TWO)])
    small.translate({"短路": "arson"})
    assert candidates(Wanted(source=SMALL)) == []


def test_a_broken_manifest_takes_the_file_it_is_called_after_with_it() -> None:
    drop(SMALL, "a.csv", ONE)
    drop(SMALL, "other.csv", TWO)
    drop(SMALL, "a.csv.manifest.json", b'{"riskhub_manifest": 1')
    run(SMALL)
    states = {row["file"]: row["state"] for row in batches(SMALL)}
    assert states == {"a.csv": "rejected", "other.csv": "acknowledged"}
    assert notes_in_core() == {"F2": "two"}


def test_a_manifest_waits_for_its_files_then_says_which_are_missing(small: SmallSource) -> None:
    small.map("complete: rename", "complete: rename, settle: 1")
    drop(SMALL, "a.csv.manifest.json", manifest(files=[about("a.csv", ONE), about("b.csv", TWO)]))
    drop(SMALL, "a.csv", ONE)
    run(SMALL)
    assert batches(SMALL) == []
    drop(SMALL, "b.csv", TWO)
    run(SMALL)
    assert [row["state"] for row in batches(SMALL)] == ["acknowledged"] * 2
    drop(SMALL, "c.csv.manifest.json", manifest(files=[about("c.csv", b"1"), about("d.csv", b"2")]))
    drop(SMALL, "c.csv", b"1")
    run(SMALL)
    __import__("time").sleep(1.1)
    run(SMALL)
    assert (batches(SMALL)[0]["state"], codes(batches(SMALL)[0])) == ("rejected", {"FILE_MISSING": 1})
    assert left() == []


def test_a_manifest_that_comes_after_its_file_went_in_says_so() -> None:
    first = submit(SMALL, "a.csv", ONE)
    drop(SMALL, "a.csv.manifest.json", manifest(files=[about("a.csv", ONE)]))
    __import__("os").utime(inbox() / "a.csv.manifest.json")
    settle()
    late = batches(SMALL)[0]
    assert (late["state"], receipt(late)["duplicate_of"]) == ("duplicate", first["batch"])


def test_a_late_manifest_that_means_something_else_is_no_repetition(small: SmallSource) -> None:
    first = submit(SMALL, "a.csv", ONE)
    drop(SMALL, "a.csv.manifest.json", manifest("withdraw", files=[about("a.csv", ONE)]))
    settle()
    assert (batches(SMALL)[0]["state"], codes(batches(SMALL)[0])) == ("rejected", {"FILE_MISSING": 1})
    (done,) = send({"a.csv": ONE}, "withdraw")
    assert (done["state"], counts(done), notes_in_core()) == ("acknowledged", {"read": 1, "changed": 1}, {})
    assert (small.folder.name, first["state"]) == ("fires", "acknowledged")


def test_where_a_manifest_is_agreed_a_file_without_one_waits_and_is_sent_back(small: SmallSource) -> None:
    small.map("complete: rename", "complete: manifest")
    drop(SMALL, "a.csv", ONE)
    run(SMALL)
    assert batches(SMALL) == []
    (batch,) = send({"b.csv": TWO})
    assert (batch["file"], batch["state"]) == ("b.csv", "acknowledged")
    settle()
    assert (batches(SMALL)[0]["file"], codes(batches(SMALL)[0])) == ("a.csv", {"MANIFEST_MISSING": 1})


def test_signature_required(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: upsert\nsignature: required")
    register_key(small)
    register_key(small, "old", "valid_from: 2020-01-01, valid_to: 2021-01-01")
    register_key(small, "lost", "valid_from: 2020-01-01, revoked_at: 2026-01-01T00:00:00+08:00")
    asked = {None: "SIGNATURE_MISSING", "old": "KEY_NOT_VALID", "lost": "KEY_REVOKED", "none": "KEY_UNKNOWN"}
    for key, code in asked.items():
        (batch,) = send({"a.csv": ONE}, key=key)
        assert (batch["state"], set(codes(batch))) == ("rejected", {code})
    (good,) = send({"a.csv": ONE}, key="2026a")
    assert (good["state"], receipt(good)["submission"]["signer"]) == ("acknowledged", "2026a")
    drop(SMALL, "b.csv", TWO)
    changed = manifest(key="2026a", files=[about("b.csv", TWO)], sequence=4).replace(b'"sequence": 4', b'"sequence": 5')
    drop(SMALL, "b.csv.manifest.json", changed)
    run(SMALL)
    assert codes(batches(SMALL)[0]) == {"SIGNATURE_BAD": 1}
    assert notes_in_core() == {"F1": "one"}


def test_signature_wanted_is_told_and_a_false_one_is_not_let_in(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: upsert\nsignature: wanted")
    register_key(small)
    assert codes(submit(SMALL, "a.csv", ONE)) == {"SIGNATURE_WANTED": 1}
    assert codes(send({"b.csv": TWO})[0]) == {"SIGNATURE_WANTED": 1}
    (false,) = send({"c.csv": fires("F3")}, key="other")
    assert (false["state"], codes(false)) == ("rejected", {"KEY_UNKNOWN": 1})
    assert codes(send({"c.csv": fires("F3")}, key="2026a")[0]) == {}


def test_numbers_with_a_gap_and_used_ones() -> None:
    assert codes(send({"a.csv": ONE}, sequence=3)[0]) == {}
    (gap,) = send({"b.csv": TWO}, sequence=6)
    assert (gap["state"], codes(gap)) == ("acknowledged", {"SEQUENCE_GAP": 1})
    assert "4 … 5" in receipt(gap)["findings"][0]["message"]
    (used,) = send({"c.csv": fires("F3")}, sequence=6)
    assert (used["state"], codes(used)) == ("rejected", {"SEQUENCE_REUSED": 1})
    assert codes(send({"c.csv": fires("F3")}, sequence=7)[0]) == {}


def test_out_of_order_the_greater_number_holds() -> None:
    def row(*notes: str) -> bytes:
        return fires(*(f"F{at},2026-05-01 10:00,短路,{note}" for at, note in enumerate(notes, 1)))

    send({"1.csv": row("one", "one", "one")}, sequence=1)
    send({"4.csv": row("four")}, sequence=4)
    (late,) = send({"2.csv": row("two", "two")}, sequence=2)
    assert codes(late) == {"SEQUENCE_LATE": 1}
    assert counts(late) == {"read": 2, "changed": 1, "skipped": 1}
    assert notes_in_core() == {"F1": "four", "F2": "two", "F3": "one"}
    send({"3.csv": row("three", "three", "three")}, sequence=3)
    assert notes_in_core() == {"F1": "four", "F2": "three", "F3": "three"}
    submit(SMALL, "5.csv", row("five", "five", "five"))
    assert set(notes_in_core().values()) == {"five"}, "what has no number counts by when it came"


def test_zero_is_a_delivery_without_rows() -> None:
    (zero,) = send({}, "zero", period="2026-05", sequence=1)
    assert (zero["state"], counts(zero), codes(zero)) == ("acknowledged", {}, {})
    told = receipt(zero)
    assert (told["state"], told["submission"]["operation"], told["submission"]["period"]) == (
        "loaded",
        "zero",
        "2026-05",
    )
    (again,) = send({}, "zero", period="2026-05", sequence=1)
    assert again["state"] == "duplicate"
    (next_one,) = send({}, "zero", period="2026-06", sequence=2)
    assert next_one["state"] == "acknowledged"


def test_nothing_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(ONE)
    lay({}, files=[about("a.csv", ONE)])
    (inbox() / "a.csv").symlink_to(secret)
    (inbox() / "b.csv.manifest.json").symlink_to(tmp_path / "elsewhere")
    settle()
    (batch,) = batches(SMALL)
    assert (batch["state"], codes(batch)) == ("rejected", {"FILE_MISSING": 1})
    assert secret.exists()


def test_a_name_in_another_spelling_is_the_same_name_and_twins_are_nobodys() -> None:
    drop(SMALL, "e\u0301.csv", ONE)
    drop(SMALL, "x.manifest.json", manifest(files=[about("\u00e9.csv", ONE)]))
    run(SMALL)
    assert batches(SMALL)[0]["state"] == "acknowledged"
