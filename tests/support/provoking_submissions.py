"""For every code about manifests, numbers, signatures and withdrawals, submissions that provoke it: through the hub.

Each scenario drops what a sender may send, runs the hub, and yields the ledger's lines of the batches that say them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.review.hold import decide
from pipeline.steps.recovery import sweep
from pipeline.steps.runner import run
from tests.support.exchange import batches, drop, submit
from tests.support.partners.base import about, lay, manifest, register_key, send, settle
from tests.support.small_source import SMALL, SmallSource, fires, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ONE = rows(F1="one")


def other_than_named(_: SmallSource) -> Iterator[dict[str, Any]]:
    yield from send({"a.csv": ONE}, files=[about("a.csv", rows(F1="two"))])
    yield from send({"a.csv": ONE}, files=[about("a.csv", ONE, rows=2)])
    lay({}, files=[about("b.csv", ONE)])
    settle()
    yield batches(SMALL)[0]


def cannot_be_used(_: SmallSource) -> Iterator[dict[str, Any]]:
    yield from send({"a.csv": ONE}, source="hn_fire/incidents")
    yield from send({"a.csv": ONE}, operation="delete")
    yield from send({"a.csv": ONE}, "correct", corrects=9)
    yield from send({}, "withdraw", keys=[["F1", "x"]])


def without_manifest(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("complete: rename", "complete: manifest")
    drop(SMALL, "a.csv", ONE)
    settle()
    yield batches(SMALL)[0]


def numbered(_: SmallSource) -> Iterator[dict[str, Any]]:
    send({"3.csv": ONE}, sequence=3)
    yield from send({"6.csv": rows(F6="six")}, sequence=6)
    yield from send({"again.csv": rows(F7="seven")}, sequence=6)
    yield from send({"2.csv": rows(F2="two")}, sequence=2)


def signed_wrongly(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("mode: upsert", "mode: upsert\nsignature: required")
    register_key(small)
    register_key(small, "2020", "valid_from: 2020-01-01, valid_to: 2021-01-01")
    register_key(small, "2025", "valid_from: 2020-01-01, revoked_at: 2026-01-01T00:00:00+08:00")
    for key in (None, "2020", "2025", "2027"):
        yield from send({"a.csv": ONE}, key=key)
    said = manifest(key="2026a", files=[about("b.csv", ONE)], sequence=4)
    drop(SMALL, "b.csv", ONE)
    drop(SMALL, "b.csv.manifest.json", said.replace(b'"sequence": 4', b'"sequence": 5'))
    run(SMALL)
    yield batches(SMALL)[0]


def not_signed(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("mode: upsert", "mode: upsert\nsignature: wanted")
    yield from send({"a.csv": ONE})


def corrected(_: SmallSource) -> Iterator[dict[str, Any]]:
    first = submit(SMALL, "1.csv", rows(F1="one"))
    yield from send({"2.csv": rows(F1="ONE", F9="nine")}, "correct", corrects=first["batch"])


def added(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("mode: upsert", "mode: append")
    submit(SMALL, "1.csv", rows(F1="one"))
    yield submit(SMALL, "2.csv", rows(F1="another", F2="two"))


def withdrawn(_: SmallSource) -> Iterator[dict[str, Any]]:
    submit(SMALL, "1.csv", rows(F1="one", F2="one"))
    (second,) = send({"2.csv": rows(F2="two", F3="two")})
    yield from send({}, "withdraw", withdraws=second["batch"])
    yield from send({}, "withdraw", keys=[["F1"], ["F9"]])


def taken_back_and_sent_again(_: SmallSource) -> Iterator[dict[str, Any]]:
    submit(SMALL, "0.csv", fires("F1,2026-05-01 10:00,雷击"))
    send({"1.csv": ONE}, sequence=2)
    send({"2.csv": rows(F1="late")}, sequence=1)
    yield send({}, "withdraw", withdraws=2, sequence=3)[0]  # beside it waits what is read again
    yield from send({}, "withdraw", withdraws=3)
    yield from send({"1.csv": ONE}, sequence=2)
    send({}, "withdraw", keys=[["F1"]], sequence=4)
    yield from send({"1.csv": ONE}, sequence=2)


def withdrawn_while_held(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    held = submit(SMALL, "1.csv", ONE)
    send({}, "withdraw", withdraws=held["batch"])
    sweep()
    yield held


def pictures(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("mode: upsert", "mode: snapshot\nexpect: {ended: {max: 0.5}}")
    yield from send({"1.csv": rows(F1="a"), "2.csv": rows(F2="b")})
    send({"3.csv": rows(F1="a", F2="b", F3="c", F4="d")}, sequence=1)
    yield from send({}, "withdraw", withdraws=1)
    yield submit(SMALL, "4.csv", rows(F1="a", F2="b", F3="c"))
    yield submit(SMALL, "5.csv", fires("F1,2026-05-01 10:00,短路,a", ",2026-05-01 10:00,短路,b"))


def too_small_a_picture(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.map("mode: upsert", "mode: snapshot\nexpect: {ended: {max: 0.5}}")
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    waits = submit(SMALL, "2.csv", rows(F1="a"))
    decide(waits["batch"], "approve", "Wang", "the others were closed")
    sweep()
    yield waits


def only_checked(small: SmallSource) -> Iterator[dict[str, Any]]:
    small.only_check()
    yield from send({"a.csv": ONE}, "withdraw")


SUBMITTED: dict[tuple[str, ...], Callable[[SmallSource], Iterator[dict[str, Any]]]] = {
    ("HASH_DIFFERS", "ROWS_DIFFER", "FILE_MISSING"): other_than_named,
    ("WRONG_FEED", "MANIFEST_INVALID", "TARGET_UNKNOWN", "KEY_INCOMPLETE"): cannot_be_used,
    ("MANIFEST_MISSING",): without_manifest,
    ("SEQUENCE_GAP", "SEQUENCE_REUSED", "SEQUENCE_LATE"): numbered,
    ("SIGNATURE_MISSING", "KEY_NOT_VALID", "KEY_REVOKED", "KEY_UNKNOWN", "SIGNATURE_BAD"): signed_wrongly,
    ("SIGNATURE_WANTED",): not_signed,
    ("NOTHING_TO_CORRECT",): corrected,
    ("KEY_TAKEN",): added,
    ("RECORDS_WITHDRAWN", "NOTHING_TO_WITHDRAW"): withdrawn,
    ("ROWS_OPEN_AGAIN", "READ_AGAIN", "WITHDRAWAL_STANDS", "SENT_AGAIN", "DUPLICATE_UNDONE"): taken_back_and_sent_again,
    ("SUBMISSION_WITHDRAWN",): withdrawn_while_held,
    ("SNAPSHOT_IN_PARTS", "SNAPSHOT_STANDS", "SNAPSHOT_ENDED", "SNAPSHOT_UNREADABLE"): pictures,
    ("SNAPSHOT_SHRINKS",): too_small_a_picture,
    ("ONLY_CHECKED",): only_checked,
}
