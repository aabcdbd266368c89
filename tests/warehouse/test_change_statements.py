"""What the statements of a load change, and that rows of other sources, batches and states stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.ledger_rows import SOURCES, short, uid
from warehouse.pgcopy import number_columns, numbers
from warehouse.statements import statement

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

OURS = {"agency": "a", "feed": "f"}
CLOSED = ("replayed", "corrected", "resent", "waived")
FIRES, OLD_FIRES = ("core", "fire_incident"), ("history", "fire_incident")
OUTCOMES = (
    "create temporary table row_outcome"
    " (row bigint, record_uid uuid, version int, outcome text, loads boolean) on commit drop"
)


@pytest.fixture
def load(ledger: LedgerRows) -> LedgerRows:
    """Give a ledger with three deliveries of each source, `old`, `now` and `new`, and the tables of a load of `now`."""
    for name in ("old", "now", "new"):
        for source in SOURCES:
            ledger.batch(f"{short(source)}-{name}", source)
    ledger.ask("loading/create_incoming")
    ledger.conn.execute(OUTCOMES.encode())
    return ledger


def precedence(load: LedgerRows, batch: str = "af-now") -> str:
    return str(load.ask("ledger/batch", batch_id=batch)[0]["precedence"])


def now(load: LedgerRows) -> dict[str, Any]:
    return OURS | {"batch_id": "af-now", "precedence": precedence(load), "origin_batch": "af-now"}


def came(load: LedgerRows, *numbers: int, first: int = 0) -> None:
    for row, number in enumerate(numbers, first):
        load.conn.execute("insert into incoming values (%s, %s, %s)", [row, uid(number), bytes([number])])


def outcome(load: LedgerRows, row: int | None, number: int, what: str, *, loads: bool = False) -> None:
    load.conn.execute("insert into row_outcome values (%s, %s, 1, %s, %s)", [row, uid(number), what, loads])


def outcomes(load: LedgerRows) -> list[tuple[Any, ...]]:
    """Return row, record, outcome and whether it is loaded."""
    found = load.conn.execute("select row, record_uid, outcome, loads from row_outcome order by record_uid, row")
    return [(row, record.int >> 124, what, loads) for row, record, what, loads in found.fetchall()]


def states(load: LedgerRows) -> dict[str, tuple[str, str | None]]:
    """Return state and closing batch of the rows in quarantine that are not as they were written."""
    found = load.conn.execute("select batch_id || ' ' || row, state, closed_by, closed_at from quarantine.row")
    changed = [(name, state, by) for name, state, by, at in found.fetchall() if at is not None]
    return {name: (state, by) for name, state, by in changed}


def everywhere(load: LedgerRows, name: str = "old", number: int = 1) -> None:
    """Quarantine a row about one record in a delivery of each source, in each state."""
    for source in SOURCES:
        for row, state in enumerate(("open", *CLOSED)):
            load.quarantined(f"{short(source)}-{name}", source, row + 10 * number, state, record_uid=uid(number))


def test_good_rows_close_earlier_ones_about_their_records(load: LedgerRows) -> None:
    for name in ("old", "now", "new"):
        for number in (1, 2, 3):
            everywhere(load, name, number)
    came(load, 1, 2)
    outcome(load, 1, 2, "refused")
    load.ask("quarantine/close_corrected", **now(load))
    assert states(load) == {"af-old 10": ("corrected", "af-now")}


def test_rows_about_records_that_a_later_delivery_has_brought(load: LedgerRows) -> None:
    for number, by in ((1, "af-new"), (2, "af-old"), (3, "af-now")):
        everywhere(load, "now", number)
        load.record("core.fire_incident", "a/f", number, by)
        load.record("core.fire_incident", "b/f", number, "bf-new")
    everywhere(load, "old", 1)
    load.ask("quarantine/close_superseded", **now(load), core=FIRES)
    assert states(load) == {"af-now 10": ("corrected", "af-new")}


def test_rows_about_records_that_wait_in_a_later_delivery(load: LedgerRows) -> None:
    for number in (1, 2, 3):
        everywhere(load, "now", number)
    load.quarantined("af-new", "a/f", 1, record_uid=uid(1))
    load.quarantined("af-new", "a/f", 2, "corrected", record_uid=uid(2))
    load.quarantined("af-old", "a/f", 3, record_uid=uid(3))
    load.quarantined("ag-new", "a/g", 4, record_uid=uid(2))
    load.ask("quarantine/close_waiting_later", **now(load))
    assert states(load) == {"af-now 10": ("resent", "af-new")}


def test_rows_that_are_bad_again_close_earlier_ones(load: LedgerRows) -> None:
    for number in (1, 2, 3):
        for name in ("old", "new"):
            everywhere(load, name, number)
    load.quarantined("af-now", "a/f", 1, record_uid=uid(1))
    load.quarantined("af-now", "a/f", 2, "corrected", record_uid=uid(2))
    load.quarantined("af-now", "a/f", 3)
    load.ask("quarantine/close_resent", **now(load))
    assert states(load) == {"af-old 10": ("resent", "af-now")}


def test_a_reading_closes_the_rows_of_earlier_readings(load: LedgerRows) -> None:
    for source in SOURCES:
        load.batch(f"{short(source)}-again", source, replay_of=f"{short(source)}-now")
    for name in ("old", "now", "again", "new"):
        everywhere(load, name)
    load.ask("quarantine/close_replayed", agency="a", batch_id="af-again", origin_batch="af-now")
    assert states(load) == {"af-now 10": ("replayed", "af-again")}


def test_rows_that_were_put_right_before_are_not_open_again(load: LedgerRows) -> None:
    load.batch("af-again", "a/f", replay_of="af-now")
    at = {"closed_at": "2026-05-02 00:00+00"}
    for row, (state, by) in enumerate((("corrected", "x"), ("resent", "y"), ("waived", "z"), ("replayed", "q"))):
        load.quarantined("af-now", "a/f", row, state, record_uid=uid(row), closed_by=by)
        load.quarantined("bf-now", "b/f", row, "corrected", record_uid=uid(row), closed_by="other")
        load.quarantined("af-again", "a/f", row, record_uid=uid(row))
    load.quarantined("af-now", "a/f", 8, "corrected", record_uid=uid(8), closed_by="x")
    load.quarantined("af-again", "a/f", 8, record_uid=uid(9))
    load.conn.execute("update quarantine.row set closed_at = %(closed_at)s where batch_id = 'af-now'", at)
    load.ask("quarantine/close_known", **OURS, batch_id="af-again", origin_batch="af-now")
    assert {name: found for name, found in states(load).items() if "again" in name} == {
        "af-again 0": ("corrected", "x"), "af-again 1": ("resent", "y"), "af-again 2": ("waived", "z"),
    }  # fmt: skip


def test_rows_that_say_which_row_they_correct(load: LedgerRows) -> None:
    load.batch("af-old-again", "a/f", replay_of="af-old", origin_number=1, late_precedence="0")
    for batch, source in (
        ("af-old", "a/f"),
        ("af-old-again", "a/f"),
        ("af-new", "a/f"),
        ("bf-old", "b/f"),
        ("ag-old", "a/g"),
    ):
        for row in (1, 2, 3):
            load.quarantined(batch, source, row)
    load.quarantined("af-old", "a/f", 4, "waived")
    load.quarantined("af-now", "a/f", 2)
    load.ask("quarantine/create_row_corrections")
    for row, batch, corrects in (
        (1, "af-old", 1), (2, "af-old", 2), (3, "af-old", 4), (4, "bf-old", 1), (5, "af-new", 1), (6, "ag-old", 1),
    ):  # fmt: skip
        load.conn.execute("insert into row_correction values (%s, %s, %s)", [row, batch, corrects])
    load.ask("quarantine/close_row_corrections", **now(load))
    good, bad = ("corrected", "af-now"), ("resent", "af-now")
    assert states(load) == {"af-old 1": good, "af-old 2": bad, "af-old-again 1": good, "af-old-again 2": bad}


def test_rows_about_withdrawn_records_are_waived(load: LedgerRows) -> None:
    for name in ("old", "now", "new"):
        for number in (1, 2):
            everywhere(load, name, number)
    came(load, 1)
    load.ask("withdrawal/waive_keys", **now(load))
    assert states(load) == {"af-old 10": ("waived", "af-now")}


def test_the_rows_of_a_withdrawn_submission_are_waived(load: LedgerRows) -> None:
    for name in ("old", "now"):
        everywhere(load, name)
    load.ask("withdrawal/waive_rows", **OURS, batch_id="af-new", readings=["af-old", "bf-old"])
    assert states(load) == {"af-old 10": ("waived", "af-new")}


def test_only_what_was_loaded_is_withdrawn(load: LedgerRows) -> None:
    targets = [
        f"{short(source)}-{state}" for source in SOURCES for state in ("held", "loaded", "rejected", "acknowledged")
    ]
    load.ask("withdrawal/end_batches", agency="a", readings=targets)
    found = load.conn.execute("select batch_id from ledger.batch where state = 'withdrawn' order by number").fetchall()
    crowd = {f"{short(source)}-withdrawn" for source in SOURCES}
    assert {name for (name,) in found} - crowd == {"af-acknowledged", "ag-acknowledged", "af-loaded", "ag-loaded"}
    load.batch("af-again", "a/f", "rejected", replay_of="af-loaded")
    readings = load.ask("withdrawal/readings", **OURS, targets=["af-loaded", "bf-held", "ag-held"])
    assert [(row["batch_id"], row["state"]) for row in readings] == [
        ("af-loaded", "withdrawn"),
        ("af-again", "rejected"),
    ]


def test_records_that_a_later_delivery_has_left_as_they_were(load: LedgerRows) -> None:
    for source in SOURCES:
        start = short(source)
        load.uids("ledger.reaffirmed", f"{start}-old", source, 1)
        load.uids("ledger.reaffirmed", f"{start}-new", source, 2 if source == "a/f" else 3)
    load.batch("af-gone", "a/f", "withdrawn")
    load.uids("ledger.reaffirmed", "af-gone", "a/f", 4)
    for name, state in (("done", "loaded"), ("waits", "mapped"), ("bad", "rejected")):
        load.batch(f"af-first-{name}", "a/f")
        load.uids("ledger.reaffirmed", f"af-first-{name}", "a/f", *{"done": [5], "waits": [6], "bad": [7]}[name])
        load.batch(f"af-second-{name}", "a/f", state, replay_of=f"af-first-{name}")
    load.uids("ledger.reaffirmed", "af-second-done", "a/f", 8)
    load.ask("precedence/create_protected", **OURS, precedence=precedence(load))
    found = load.conn.execute("select record_uid from protected").fetchall()
    assert sorted(record.int >> 124 for (record,) in found) == [2, 7, 8], "the last reading of each counts"


def test_a_later_delivery_holds(load: LedgerRows) -> None:
    load.conn.execute("create temporary table protected (record_uid uuid) on commit drop")
    load.conn.execute("insert into protected values (%s)", [uid(3)])
    for number, by in ((1, "af-old"), (2, "af-new"), (3, "af-old"), (4, "af-now")):
        load.record("core.fire_incident", "a/f", number, by)
        load.record("core.fire_incident", "b/f", number, "bf-new")
        outcome(load, number, number, "changed", loads=True)
    load.ask("precedence/skip_superseded", **now(load), core=FIRES)
    assert outcomes(load) == [
        (1, 1, "changed", True), (2, 2, "skipped", False), (3, 3, "skipped", False), (4, 4, "changed", True),
    ]  # fmt: skip


def test_what_a_reading_makes_no_more_ends(load: LedgerRows) -> None:
    load.conn.execute("create temporary table protected (record_uid uuid) on commit drop")
    load.conn.execute("insert into protected values (%s)", [uid(3)])
    for number, by in ((1, "af-old"), (2, "af-old"), (3, "af-old"), (4, "af-new")):
        load.record("core.fire_incident", "a/f", number, by)
        load.record("core.fire_incident", "b/f", number, "bf-old")
    came(load, 1)
    load.ask("precedence/end_unmade", agency="a", readings=["af-old"], core=FIRES)
    assert outcomes(load) == [(None, 2, "ended", True)]


def test_a_snapshot_ends_what_it_does_not_name(load: LedgerRows) -> None:
    load.conn.execute("create temporary table protected (record_uid uuid) on commit drop")
    load.conn.execute("insert into protected values (%s)", [uid(3)])
    load.ask("snapshot/create_quarantined_keys")
    load.conn.execute("insert into quarantined_key values (%s)", [uid(4)])
    for number, by in ((1, "old"), (2, "old"), (3, "old"), (4, "old"), (5, "new"), (6, "old"), (7, "now")):
        load.record("core.fire_incident", "a/f", number, f"af-{by}")
    for number, source in ((8, "a/g"), (2, "b/f")):
        load.record("core.fire_incident", source, number, f"{short(source)}-old")
    came(load, 1)
    outcome(load, 6, 6, "skipped")
    load.ask("snapshot/end_absent", **now(load), core=FIRES)
    assert outcomes(load) == [(None, 2, "ended", True), (6, 6, "skipped", False), (None, 7, "ended", True)]
    assert load.ask("snapshot/count_ended", **OURS, core=FIRES) == [{"count": 2}]


def test_a_record_that_is_made_again_goes_on_counting(load: LedgerRows) -> None:
    for number, by, version in ((1, "af-now", 1), (2, "af-now", 2), (3, "af-old", 1), (4, "af-now", 1)):
        load.record("core.fire_incident", "a/f", number, by, record_version=version)
    load.record("core.fire_incident", "b/f", 1, "bf-now", record_version=1)
    for number in (1, 2, 3):
        for version in (4, 3):
            old = {"recorded_to": f"2026-0{version}-01", "record_version": version}
            load.record("history.fire_incident", "a/f", number, "af-old", **old)
    load.record("history.fire_incident", "b/f", 1, "bf-old", recorded_to="2026-09-01", record_version=9)
    came(load, 1, 2, 3, 4)
    load.ask("precedence/continue_versions", agency="a", batch_id="af-now", core=FIRES, history=OLD_FIRES)
    found = load.conn.execute("select agency, record_version from core.fire_incident order by 1, record_uid").fetchall()
    assert found == [("a", 5), ("a", 2), ("a", 1), ("a", 1), ("b", 1)]


def test_what_a_delivery_names_and_leaves_is_reaffirmed(load: LedgerRows) -> None:
    for row, (number, what, loads) in enumerate(
        ((1, "unchanged", False), (2, "changed", True), (3, "skipped", False), (4, "refused", False),
         (5, "refused", False), (5, "unchanged", False), (6, "duplicate", False), (6, "changed", True))
    ):  # fmt: skip
        outcome(load, row, number, what, loads=loads)
    load.ask("precedence/record_reaffirmed", agency="a", batch_id="af-now")
    found = load.conn.execute("select record_uids from ledger.reaffirmed where batch_id = 'af-now'").fetchall()
    assert sorted(each.int >> 124 for (uids,) in found for each in uids) == [1, 5]


def test_rows_are_classified_by_key_and_content(load: LedgerRows) -> None:
    load.ask("loading/drop_classification")
    load.ask("loading/create_incoming")
    for number, content in ((1, 1), (2, 99)):
        load.record("core.fire_incident", "a/f", number, "af-old", row_hash=bytes([content]), record_version=7)
    for number in (1, 2, 3):
        load.record("core.fire_incident", "b/f", number, "bf-old", row_hash=bytes([number]))
    came(load, 1, 2, 3)
    assert load.first("loading/has_repeated_keys") == [False]
    load.ask("loading/classify_unique_keys", agency="a", core=FIRES)
    assert outcomes(load) == [(0, 1, "unchanged", False), (1, 2, "changed", True)]
    assert load.ask("loading/count_outcomes")[0] == {
        "new": 1, "changed": 1, "unchanged": 1, "duplicate": 0, "skipped": 0, "ended": 0, "refused": 0,
    }  # fmt: skip
    load.ask("loading/drop_classification")
    load.ask("loading/create_incoming")
    came(load, 1, 1, 2, 3, 2, 3)
    load.conn.execute("update incoming set row_hash = 'x' where row = 4")
    assert load.first("loading/has_repeated_keys") == [True]
    load.ask("loading/classify_repeated_keys", agency="a", core=FIRES)
    assert outcomes(load) == [
        (0, 1, "unchanged", False), (1, 1, "duplicate", False), (2, 2, "changed", False), (4, 2, "changed", True),
        (3, 3, "new", True), (5, 3, "duplicate", False),
    ]  # fmt: skip
    assert replaced(load) == [(2, 4)]


def replaced(load: LedgerRows) -> list[tuple[int, int]]:
    """Return each row that a later one replaces, with that row, as the copy that a load reads gives them."""
    with load.conn.cursor() as cursor, cursor.copy(statement("loading/copy_replaced_rows")) as copy:
        table = number_columns(b"".join(copy), "row", "by")
    return list(zip(table["row"].to_pylist(), table["by"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("held", "contents", "expected"),
    [
        (None, "ab", [(0, 1)]),
        (None, "aba", [(0, 2), (1, 2)]),
        (None, "aabba", [(0, 4), (2, 4)]),
        (None, "abb", [(0, 1)]),
        (None, "aa", []),
        ("a", "ab", [(0, 1)]),
        ("a", "ba", [(0, 1)]),
    ],
)
def test_which_row_of_a_key_counts_is_told_whatever_core_holds(
    load: LedgerRows, held: str | None, contents: str, expected: list[tuple[int, int]]
) -> None:
    load.ask("loading/drop_classification")
    load.ask("loading/create_incoming")
    if held:
        load.record("core.fire_incident", "a/f", 1, "af-old", row_hash=held.encode())
    for row, content in enumerate(contents):
        load.conn.execute("insert into incoming values (%s, %s, %s)", [row, uid(1), content.encode()])
    load.ask("loading/classify_repeated_keys", agency="a", core=FIRES)
    assert replaced(load) == expected


def test_what_is_replaced_moves_to_history(load: LedgerRows) -> None:
    for number in (1, 2, 3):
        for source in SOURCES[::2]:
            load.record("core.fire_incident", source, number, f"{short(source)}-old", record_version=4)
    outcome(load, 0, 1, "changed", loads=True)
    outcome(load, 1, 2, "unchanged")
    load.conn.execute("insert into row_outcome values (2, %s, null, 'new', true)", [uid(3)])
    load.ask("loading/delete_archived", agency="a", core=FIRES)
    found = load.conn.execute("select agency, record_uid from core.fire_incident order by 1, 2").fetchall()
    assert [(agency, record.int >> 124) for agency, record in found] == [
        ("a", 2),
        ("a", 3),
        ("b", 1),
        ("b", 2),
        ("b", 3),
    ]
    load.record("core.fire_incident", "a/f", 1, "af-now", record_version=1)
    load.ask("loading/raise_versions", agency="a", core=FIRES)
    versions = load.conn.execute(
        "select agency, record_version from core.fire_incident order by 1, record_uid"
    ).fetchall()
    assert versions == [("a", 2), ("a", 4), ("a", 4), ("b", 4), ("b", 4), ("b", 4)]


def known_keys(load: LedgerRows) -> list[int]:
    with load.conn.cursor() as cursor, cursor.copy(statement("withdrawal/copy_known_keys")) as copy:
        return sorted(numbers(b"".join(copy)).to_pylist())


def test_keys_of_a_withdrawal(load: LedgerRows) -> None:
    load.ask("loading/drop_classification")
    load.ask("loading/create_incoming")
    load.conn.execute("create temporary table protected (record_uid uuid) on commit drop")
    load.conn.execute("insert into protected values (%s)", [uid(3)])
    for number, by in ((1, "old"), (2, "new"), (3, "old"), (6, "now")):
        load.record("core.fire_incident", "a/f", number, f"af-{by}")
    for schema in ("core", "history"):
        more = {"recorded_to": "2026-06-01"} if schema == "history" else {}
        load.record(f"{schema}.fire_incident", "b/f", 5, "bf-old", **more)
    load.record("history.fire_incident", "a/f", 4, "af-old", recorded_to="2026-06-01")
    came(load, 1, 2, 3, 4, 5, 6, 1)
    load.ask("withdrawal/classify_keys", **now(load), core=FIRES, history=OLD_FIRES)
    assert outcomes(load) == [
        (0, 1, "ended", True), (6, 1, "duplicate", False), (1, 2, "skipped", False), (2, 3, "skipped", False),
        (3, 4, "unchanged", False), (4, 5, "unknown", False), (5, 6, "ended", True),
    ]  # fmt: skip
    load.ask("withdrawal/create_key_outcomes")
    load.ask("withdrawal/record_key_outcomes")
    assert known_keys(load) == [0, 1, 2, 3, 5, 6]
    load.conn.execute("update row_outcome set outcome = case row when 4 then 'ended' when 0 then 'unknown' end")
    load.ask("withdrawal/record_key_outcomes")
    found = {row["outcome"]: row["count"] for row in load.ask("withdrawal/count_key_outcomes")}
    assert found == {"ended": 3, "duplicate": 1, "skipped": 2, "unchanged": 1}, "the best outcome of each row counts"
    assert known_keys(load) == [0, 1, 2, 3, 4, 5, 6], "one of the types has a record"
    load.ask("withdrawal/record_withdrawn", agency="a", batch_id="af-now")
    kept = load.conn.execute("select batch_id, record_uids from ledger.withdrawn").fetchall()
    assert {batch for batch, _ in kept} == {"af-now"}
    assert sorted(each.int >> 124 for _, uids in kept for each in uids) == [1, 2, 3, 4, 5, 6]
