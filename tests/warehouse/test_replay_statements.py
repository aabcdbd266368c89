"""Holds, replays, submissions and precedence: each question beside rows of other sources, batches and states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.ledger_rows import SOURCES, STATES, digest, short

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

OURS = {"agency": "a", "feed": "f"}
ON_ITS_WAY = {"received", "mapped", "validated", "held", "loaded", "acknowledged"}
PERIOD = {"period_from": "2026-05-01", "period_to": "2026-05-01"}


def everywhere(ledger: LedgerRows, name: str, state: str = "acknowledged", **columns: Any) -> None:
    """Write the same batch, called `<agency><feed>-<name>`, in every source."""
    for source in SOURCES:
        given = dict(columns)
        if "replay_of" in given:
            given["replay_of"] = f"{short(source)}-{given['replay_of']}"
        ledger.batch(f"{short(source)}-{name}", source, state, **given)


def value(ledger: LedgerRows, column: str, batch: str) -> Any:
    return ledger.ask("ledger/batch", batch_id=batch)[0][column]


def figures(ledger: LedgerRows, batch: str, source: str, size: int) -> None:
    rule = f'[{{"figure": "rows", "observed": {size}}}]'
    ledger.ask("holds/upsert_figures", agency=source[0], batch_id=batch, figures=f'{{"rows": {size}}}', results=rule)


def test_limits_follow_the_latest_accepted_batches(ledger: LedgerRows) -> None:
    for source in SOURCES:
        for at in range(25):
            ledger.batch(f"{short(source)}-{at}", source)
            figures(ledger, f"{short(source)}-{at}", source, at + (0 if source == "a/f" else 1_000))
    for state in STATES:
        ledger.batch(f"af-like-{state}", "a/f", state)
        figures(ledger, f"af-like-{state}", "a/f", 100 + STATES.index(state))
    for name, extra in (
        ("again", {"replay_of": "af-loaded"}),
        ("corrects", {"submission": {"operation": "correct"}}),
        ("manifest", {"submission": {"operation": "new"}}),
    ):
        ledger.batch(f"af-{name}", "a/f", **extra)
        figures(ledger, f"af-{name}", "a/f", len(name) * 100)
    asked = OURS | {"number": ledger.batch("af-now", "a/f", "mapped"), "limit": 20}
    figures(ledger, "af-now", "a/f", 7)
    ledger.batch("af-next", "a/f")
    figures(ledger, "af-next", "a/f", 9)
    found = [each["rows"] for each in ledger.first("holds/accepted_figures", **asked)]
    assert found == [*range(8, 25), 100, 101, 800], "the newest twenty, oldest first: replays and corrections apart"
    assert ledger.first("holds/accepted_figures", **asked | {"limit": 1}) == [{"rows": 800}]


def test_the_last_judged_batches_of_each_source(ledger: LedgerRows) -> None:
    for at in range(3):
        for source in SOURCES:
            ledger.batch(f"{short(source)}-{at}", source, "held")
            figures(ledger, f"{short(source)}-{at}", source, at)
    found = ledger.ask("holds/judged_batches", last=2)
    assert [row["batch_id"] for row in found] == [f"{short(each)}-{at}" for each in SOURCES for at in (2, 1)]
    assert [row["results"][0]["observed"] for row in found] == [2, 1] * 3
    assert {(row["source"], row["state"]) for row in found} == {(source, "held") for source in SOURCES}


def test_holds_that_nobody_has_decided(ledger: LedgerRows) -> None:
    for source in SOURCES:
        for name in ("held", "loaded", "rejected"):
            ledger.ask("holds/hold_batch", agency=source[0], batch_id=f"{short(source)}-{name}", reasons=f'["{name}"]')
    everywhere(ledger, "decided", "held")
    everywhere(ledger, "later", "held")
    for name in ("decided", "later"):
        ledger.ask("holds/hold_batch", agency="a", batch_id=f"af-{name}", reasons="[]")
    decision = {"decision": "approve", "who": "lin", "at": None, "comment": None}
    ledger.ask("holds/decide", batch_id="af-decided", **decision)
    found = ledger.ask("holds/open_holds", source=None)
    assert [row["batch"] for row in found] == ["af-held", "ag-held", "bf-held", "af-later"]
    assert [row["batch"] for row in ledger.ask("holds/open_holds", source="a/f")] == ["af-held", "af-later"]
    assert (found[1]["source"], found[1]["file"], found[1]["reasons"]) == ("a/g", "ag-held.csv", ["held"])
    ledger.ask("holds/decide", batch_id="af-decided", **decision | {"decision": "reject", "who": "wu"})
    (kept,) = ledger.ask("holds/hold_of_batch", batch_id="af-decided")
    assert (kept["decision"], kept["decided_by"]) == ("approve", "lin"), "the first decision holds"
    (other,) = ledger.ask("holds/hold_of_batch", batch_id="af-later")
    assert (other["decision"], other["decided_by"], other["decided_at"]) == (None, None, None)
    ledger.ask("holds/hold_batch", agency="a", batch_id="af-decided", reasons='["other"]')
    assert ledger.first("holds/hold_of_batch", batch_id="af-decided") == [None], "held anew, it waits anew"


def replayable(ledger: LedgerRows, **asked: Any) -> dict[str, dict[str, Any]]:
    usual = {"origins": None, "source": None, "since": None, "until": None, "code": None}
    return {row["origin"]: row for row in ledger.ask("replay/replayable_deliveries", **usual | asked)}


def test_deliveries_that_may_be_read_again(ledger: LedgerRows) -> None:
    everywhere(ledger, "refused", "rejected", delivery={"refused": True})
    everywhere(ledger, "corrects", submission={"operation": "correct"})
    everywhere(ledger, "zero", submission={"operation": "zero"} | PERIOD)
    everywhere(ledger, "ends", submission={"operation": "withdraw"})
    everywhere(ledger, "later", received_at="2026-06-01 00:00+00")
    everywhere(ledger, "once-more", "acknowledged", replay_of="rejected", mapping_version="m2", standard_version="s2")
    everywhere(ledger, "taken", "acknowledged")
    everywhere(ledger, "took", "withdrawn", replay_of="taken")
    good = ["acknowledged", "loaded", "rejected", "corrects", "later"]
    found = replayable(ledger, source="a/f")
    assert list(found) == [f"af-{name}" for name in good]
    assert (found["af-rejected"]["last"], found["af-rejected"]["last_state"]) == ("af-once-more", "acknowledged")
    assert (found["af-rejected"]["mapping_version"], found["af-rejected"]["standard_version"]) == ("m2", "s2")
    assert found["af-loaded"]["last"] == "af-loaded"
    assert found["af-loaded"]["file"] == "af-loaded.csv"
    assert list(replayable(ledger)) == [f"{short(each)}-{name}" for name in good for each in SOURCES]
    assert set(replayable(ledger, origins=["af-loaded", "bf-later", "af-zero"])) == {"af-loaded", "bf-later"}
    assert set(replayable(ledger, since="2026-06-01 00:00+00")) == {f"{short(each)}-later" for each in SOURCES}
    assert list(replayable(ledger, source="a/f", until="2026-06-01 00:00+00")) == [f"af-{name}" for name in good[:-1]]


def test_what_is_open_and_wrong_in_them(ledger: LedgerRows) -> None:
    everywhere(ledger, "again", "acknowledged", replay_of="rejected")
    for batch, code, level in (
        ("af-loaded", "UNKNOWN_CODE", "error"), ("af-loaded", "TOO_LONG", "warning"),
        ("af-rejected", "OLD", "error"), ("af-again", "NEW", "error"), ("ag-loaded", "UNKNOWN_CODE", "error"),
    ):  # fmt: skip
        number = len(ledger.conn.execute("select 1 from ledger.finding").fetchall())
        ledger.insert_finding(batch, number, code, level)
    for row, state in enumerate(("open", "open", "corrected", "waived", "resent", "replayed")):
        ledger.quarantined("af-again", "a/f", row, state)
        ledger.quarantined("bf-again", "b/f", row, "open")
    ledger.quarantined("af-rejected", "a/f", 9, "open")
    found = replayable(ledger, source="a/f")
    assert {name: (row["open"], row["codes"]) for name, row in found.items()} == {
        "af-acknowledged": (0, []),
        "af-loaded": (0, ["UNKNOWN_CODE"]),
        "af-rejected": (3, ["NEW"]),
    }
    assert set(replayable(ledger, code="UNKNOWN_CODE")) == {"af-loaded", "ag-loaded"}
    assert set(replayable(ledger, code="OLD")) == set(), "what its last reading said counts"
    assert set(replayable(ledger, code="NEW")) == {"af-rejected"}


def test_a_reading_that_is_under_way(ledger: LedgerRows) -> None:
    ledger.conn.execute("update ledger.batch set acknowledged_at = null where state = 'loaded'")
    everywhere(ledger, "done", "acknowledged", replay_of="acknowledged")
    assert replayable(ledger, source="a/f")["af-acknowledged"]["unfinished"] is None
    assert ledger.first("replay/unfinished_replay", origin="af-acknowledged") == []
    everywhere(ledger, "loading", "loaded", replay_of="acknowledged", acknowledged_at=None)
    everywhere(ledger, "reading", "mapped", replay_of="acknowledged")
    everywhere(ledger, "held-again", "held", replay_of="loaded")
    found = replayable(ledger, source="a/f")
    assert (found["af-acknowledged"]["unfinished"], found["af-loaded"]["unfinished"]) == ("af-loading", None)
    assert ledger.first("replay/unfinished_replay", origin="af-acknowledged") == ["af-loading"]
    assert ledger.first("replay/unfinished_replay", origin="af-loaded") == ["af-held-again"]
    assert ledger.first("replay/unfinished_replay", origin="af-rejected") == []


def test_readings_that_were_loaded_since(ledger: LedgerRows) -> None:
    everywhere(ledger, "second", "loaded", replay_of="rejected", origin_number=2, loaded_at="2026-06-02 00:00+00")
    everywhere(ledger, "first", "withdrawn", replay_of="loaded", origin_number=1, loaded_at="2026-06-02 00:00+00")
    everywhere(ledger, "before", "acknowledged", replay_of="rejected", loaded_at="2026-05-31 00:00+00")
    everywhere(ledger, "bad", "rejected", replay_of="rejected", loaded_at="2026-06-02 00:00+00")
    everywhere(ledger, "own", "loaded", loaded_at="2026-06-02 00:00+00")
    origins = ["af-rejected", "af-loaded", "af-own"]
    found = ledger.first("replay/replays_since", origins=origins, since="2026-06-02 00:00+00")
    assert found == ["af-first", "af-second"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_delivery_that_was_withdrawn(ledger: LedgerRows, source: str) -> None:
    ledger.batch("again", source, "withdrawn", replay_of=f"{short(source)}-loaded")
    asked = OURS | {"origin_batch": "af-loaded"}
    assert ledger.first("replay/was_withdrawn", **asked) == [source == "a/f"]
    assert ledger.first("replay/was_withdrawn", **asked | {"origin_batch": "af-held"}) == [False]


@pytest.mark.parametrize("state", STATES)
def test_bytes_that_came_before(ledger: LedgerRows, state: str) -> None:
    asked = OURS | {"sha256": digest(f"af-{state}"), "operation": "new"}
    ((origin, precedence),) = [row.values() for row in ledger.ask("submissions/accepted_before", **asked)]
    assert origin == (f"af-{state}" if state in ON_ITS_WAY else None)
    assert (precedence is not None) == (state in ON_ITS_WAY)
    for other in (
        {"feed": "g"}, {"agency": "b"}, {"operation": "correct"}, {"sha256": digest("?")}
    ):  # fmt: skip
        assert ledger.first("submissions/accepted_before", **asked | other) == [None]
    if state == "rejected":
        ledger.batch("af-again", "a/f", "loaded", replay_of="af-rejected")
        assert ledger.first("submissions/accepted_before", **asked) == ["af-rejected"]


@pytest.mark.parametrize("state", STATES)
def test_what_may_have_undone_bytes(ledger: LedgerRows, state: str) -> None:
    last = value(ledger, "precedence", "bf-validated")
    asked = OURS | {"precedence": last, "operation": "new", "sha256": digest("ours"), "snapshot": False}
    ledger.batch("af-same", "a/f", state, delivery={"sha256": digest("ours")})
    ledger.batch("af-zero", "a/f", state, submission={"operation": "zero"} | PERIOD)
    for source in SOURCES[1:]:
        ledger.batch(f"{short(source)}-ends", source, submission={"operation": "withdraw"})
    assert ledger.first("submissions/undone_since", **asked) == [False]
    other = [state in ON_ITS_WAY]
    assert ledger.first("submissions/undone_since", **asked | {"snapshot": True}) == other, (
        "other content in a snapshot"
    )
    ledger.batch("af-ends", "a/f", state, submission={"operation": "withdraw"})
    assert ledger.first("submissions/undone_since", **asked) == other
    own = value(ledger, "precedence", "af-ends")
    assert ledger.first("submissions/undone_since", **asked | {"precedence": own}) == [False], "only what is later"


def test_what_a_sender_means_by_a_batch_or_a_number(ledger: LedgerRows) -> None:
    for state in STATES:
        everywhere(ledger, f"five-{state}", state, submission={"sequence": 5})
        everywhere(ledger, f"six-{state}", state, submission={"sequence": 6})
    everywhere(ledger, "again", "loaded", replay_of="five-rejected")
    asked = OURS | {"batch_id": None, "sequence": 5}
    meant = [f"af-five-{state}" for state in STATES if state in ON_ITS_WAY | {"withdrawn"}]
    meant.insert(2, "af-five-rejected")
    assert sorted(ledger.first("submissions/target_batches", **asked)) == sorted(meant)
    by_id = OURS | {"batch_id": "af-again", "sequence": None}
    assert ledger.first("submissions/target_batches", **by_id) == ["af-five-rejected"]
    assert ledger.first("submissions/target_batches", **by_id | {"agency": "b"}) == []
    assert ledger.first("submissions/target_batches", **by_id | {"batch_id": "af-rejected"}) == ["af-rejected"]


def test_snapshots_and_withdrawals_cannot_be_withdrawn(ledger: LedgerRows) -> None:
    everywhere(ledger, "snap", mode="snapshot")
    everywhere(ledger, "ends", submission={"operation": "withdraw"})
    everywhere(ledger, "usual", mode="upsert", submission={"operation": "correct"})

    def asked(*targets: str, agency: str = "a") -> tuple[Any, ...]:
        given = {"agency": agency, "feed": "f", "targets": list(targets)}
        return tuple(ledger.ask("submissions/not_withdrawable", **given)[0].values())

    assert asked("af-usual", "af-loaded") == (False, False)
    assert asked("af-usual", "af-snap") == (True, False)
    assert asked("af-ends", "af-usual") == (False, True)
    assert asked("af-ends", "af-snap", agency="b") == (False, False)
    assert asked() == (False, False)


def test_submissions_of_one_number(ledger: LedgerRows) -> None:
    for state in STATES:
        everywhere(ledger, f"five-{state}", state, submission={"sequence": 5})
    everywhere(ledger, "six", submission={"sequence": 6})
    found = ledger.ask("submissions/same_sequence", **OURS, sequence=5)
    counted = [state for state in STATES if state in ON_ITS_WAY] + ["withdrawn"]
    assert [row["batch_id"] for row in found] == [f"af-five-{state}" for state in counted]
    assert [row["content"] for row in found] == [f"af-five-{state}" for state in counted]
    assert [row["withdrawn"] for row in found] == [False] * 6 + [True]
    assert ledger.ask("submissions/same_sequence", **OURS, sequence=7) == []
    ledger.batch("af-first", "a/f", number=7)
    ledger.conn.execute("update ledger.delivery set submission_id = 'Saf-six' where delivery_id = 'af-first'")
    found = ledger.ask("submissions/same_sequence", **OURS, sequence=6)
    assert [row["batch_id"] for row in found] == ["af-first"], "of several files the first"


def test_a_late_number_comes_before_the_nearest_greater_one(ledger: LedgerRows) -> None:
    everywhere(ledger, "nine", submission={"sequence": 9})
    everywhere(ledger, "seven", submission={"sequence": 7})
    everywhere(ledger, "six", "rejected", submission={"sequence": 6})
    everywhere(ledger, "four", submission={"sequence": 4})
    found = ledger.first("submissions/late_precedence", **OURS, sequence=5)
    assert found == [f"{value(ledger, 'number', 'af-seven'):019}-{5:019}"]
    assert ledger.first("submissions/late_precedence", **OURS, sequence=9) == []
    between = ledger.first("submissions/late_precedence", **OURS, sequence=7)
    assert between == [f"{value(ledger, 'number', 'af-nine'):019}-{7:019}"]


def test_the_greatest_number_that_was_admitted(ledger: LedgerRows) -> None:
    for source, number in zip(SOURCES, (5, 50, 500), strict=True):
        ledger.batch(f"{short(source)}-a", source, submission={"sequence": number})
        ledger.batch(f"{short(source)}-b", source, "rejected", submission={"sequence": number - 1})
        refused = {"refused": True}
        ledger.batch(f"{short(source)}-c", source, "rejected", delivery=refused, submission={"sequence": 9_999})
    assert ledger.first("submissions/last_sequence", **OURS) == [5]
    assert ledger.first("submissions/last_sequence", agency="b", feed="f") == [500]


def test_what_the_manifest_of_a_batch_said(ledger: LedgerRows) -> None:
    everywhere(ledger, "told", submission={"sequence": 3, "reason": "typing"}, delivery={"rows_declared": 12})
    (found,) = ledger.ask("submissions/submission_of_batch", batch_id="af-told")
    assert (found["submission_id"], found["sequence"], found["rows_declared"]) == ("Saf-told", 3, 12)
    assert ledger.ask("submissions/submission_of_batch", batch_id="af-loaded") == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("source", SOURCES)
def test_a_later_batch_that_is_loaded(ledger: LedgerRows, source: str, state: str) -> None:
    before = {**OURS, "precedence": value(ledger, "precedence", "bf-validated")}
    ledger.batch("late", source, state, mode="snapshot")
    holds = source == "a/f" and state in {"loaded", "acknowledged"}
    own = before | {"precedence": value(ledger, "precedence", "late")}
    assert ledger.first("precedence/has_later_batch", **before) == [holds]
    assert ledger.first("precedence/has_later_batch", **own) == [False]
    assert ledger.first("precedence/has_later_ends", **before) == [holds], "a snapshot ends records"
    assert ledger.first("precedence/has_later_ends", **own) == [False]
    ledger.conn.execute("update ledger.batch set mode = 'upsert' where batch_id = 'late'")
    assert ledger.first("precedence/has_later_ends", **before) == [False]
    ledger.uids("ledger.withdrawn", "late", source, 1)
    assert ledger.first("precedence/has_later_ends", **before) == [holds], "so does a withdrawal of single ones"
    assert ledger.first("precedence/has_later_ends", **own) == [False]
    asked = OURS | {"origin_batch": "af-acknowledged"}
    assert ledger.first("submissions/keys_withdrawn_since", **asked) == [holds]
    assert ledger.first("submissions/keys_withdrawn_since", **asked | {"origin_batch": "late"}) != [True]


def test_records_that_ever_ended(ledger: LedgerRows) -> None:
    ledger.batch("ag-ended", "a/g", ended=3)
    ledger.batch("bf-ended", "b/f", ended=3)
    assert ledger.first("precedence/has_ended_records", **OURS) == [False]
    ledger.batch("af-ended", "a/f", ended=1)
    assert ledger.first("precedence/has_ended_records", **OURS) == [True]


def test_earlier_readings_that_brought_records(ledger: LedgerRows) -> None:
    ledger.batch("af-first", "a/f", new=1)
    for name, columns in {"changed": {"changed": 2}, "same": {"unchanged": 2}, "none": {}, "now": {"new": 1}}.items():
        ledger.batch(f"af-{name}", "a/f", replay_of="af-first", **columns)
    ledger.batch("af-other", "a/f", new=5)
    asked = OURS | {"origin_batch": "af-first", "batch_id": "af-now"}
    assert sorted(ledger.first("precedence/earlier_readings", **asked)) == ["af-changed", "af-first"]
