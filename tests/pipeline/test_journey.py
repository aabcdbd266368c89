"""A batch's journey through the real pipeline into a real PostgreSQL: what is loaded, what is said, what is kept."""

from __future__ import annotations

import psycopg
import pytest

from hub.batch import Counts
from hub.errors import RetryLater
from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.steps import runner as running
from pipeline.steps.map import map_batch
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches, codes, counts, drop, receipt, sample, submit
from tests.support.pittsburgh import PITTSBURGH, fires
from warehouse.connection import connect

pytestmark = pytest.mark.usefixtures("warehouse")


def test_every_row_is_in_one_bucket_and_the_receipt_says_so() -> None:
    batch = submit(PITTSBURGH, *sample(PITTSBURGH))
    assert batch["state"] == "acknowledged"
    assert batch["read"] == sum(counts(batch).values()) - batch["read"]
    told = receipt(batch)
    assert told["batch"] == batch["batch"]
    assert told["counts"] == {name: batch[name] for name in Counts().as_dict()}
    assert told["file"]["sha256"] == batch["sha256"]
    loaded = ask("select count(*) as n from core.fire_incident")[0]["n"]
    assert loaded == batch["new"]
    refused = ask("select source_line, original, findings from quarantine.row")
    assert len(refused) == batch["quarantined"]
    assert all(row["findings"] and row["source_line"] > 1 for row in refused)
    assert not list((settings().home / "work").glob("*")), "work of an acknowledged batch is left over"
    assert not list((settings().exchange / PITTSBURGH / "in").rglob("sample*"))


def test_the_raw_bytes_are_kept() -> None:
    name, content = sample(PITTSBURGH)
    batch = submit(PITTSBURGH, name, content)
    kept = settings().home / "raw" / batch["sha256"][:2] / batch["sha256"]
    assert kept.read_bytes() == content


def test_the_same_bytes_again_are_a_duplicate_and_change_nothing() -> None:
    first = submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04")))
    again = submit(PITTSBURGH, "other name.csv", fires(("F1", "2016-04-21T05:01:04")))
    assert (again["state"], counts(again)) == ("duplicate", {})
    assert receipt(again)["duplicate_of"] == first["batch"]
    assert codes(again) == {"DUPLICATE_FILE": 1}
    assert ask("select record_version from core.fire_incident") == [{"record_version": 1}]


def test_new_changed_unchanged() -> None:
    submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04"), ("F2", "2016-04-22T05:01:04")))
    second = submit(
        PITTSBURGH,
        "b.csv",
        fires(("F1", "2016-04-21T05:01:04"), ("F2", "2016-04-22T06:00:00"), ("F3", "2016-04-23T05:01:04")),
    )
    assert counts(second) == {"read": 3, "new": 1, "changed": 1, "unchanged": 1}
    held = ask("select source_record_no as no, record_version as v, batch_id from core.fire_incident order by 1")
    assert [(row["no"], row["v"]) for row in held] == [("F1", 1), ("F2", 2), ("F3", 1)]
    assert [row["batch_id"] == second["batch"] for row in held] == [False, True, True]
    before = ask("select source_record_no as no, record_version as v, recorded_to from history.fire_incident")
    assert [(row["no"], row["v"]) for row in before] == [("F2", 1)]


def test_what_the_hub_knew_then() -> None:
    submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04")))
    moment = ask("select clock_timestamp() as t")[0]["t"]
    submit(PITTSBURGH, "b.csv", fires(("F1", "2016-04-21T06:00:00"), ("F2", "2016-04-22T05:01:04")))
    then = ask("select source_record_no as no, record_version as v from history.fire_incident_as_of(%(t)s)", t=moment)
    assert then == [{"no": "F1", "v": 1}]
    now = ask("select source_record_no as no, record_version as v from history.fire_incident_as_of(now()) order by 1")
    assert now == [{"no": "F1", "v": 2}, {"no": "F2", "v": 1}]


@pytest.mark.parametrize(
    ("minutes", "expected", "last"),
    [
        ("AA", {"new": 1, "duplicate": 1}, "A"),
        ("AB", {"new": 1, "changed": 1}, "B"),
        ("ABA", {"new": 1, "changed": 2}, "A"),
        ("AABBA", {"new": 1, "duplicate": 2, "changed": 2}, "A"),
    ],
)
def test_one_number_more_than_once_in_a_file(minutes: str, expected: dict[str, int], last: str) -> None:
    batch = submit(PITTSBURGH, "a.csv", fires(*(("F1", f"2016-04-21T05:0{ord(each) - 64}:00") for each in minutes)))
    assert counts(batch) == {"read": len(minutes), **expected}
    held = ask("select event_at, record_version as v from core.fire_incident")
    assert [(row["event_at"].minute, row["v"]) for row in held] == [(ord(last) - 64, 1)]
    assert codes(batch).get("KEY_REPEATED", 0) == expected.get("changed", 0), "all rows with other content but the last"


def test_a_repeated_number_that_ends_as_core_has_it_changes_nothing() -> None:
    submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:00")))
    batch = submit(PITTSBURGH, "b.csv", fires(("F1", "2016-04-21T05:02:00"), ("F1", "2016-04-21T05:01:00")))
    assert counts(batch) == {"read": 2, "changed": 2}
    assert codes(batch)["KEY_REPEATED"] == 1
    assert ask("select record_version as v from core.fire_incident") == [{"v": 1}]
    assert ask("select * from history.fire_incident") == []


def test_children_live_and_die_with_their_parent() -> None:
    source = "hn_customs/declarations"
    batch = submit(source, *sample(source))
    assert batch["new"]
    goods = ask("select count(*) as n from core.customs_declaration_goods")[0]["n"]
    assert goods > batch["new"]
    orphans = """select from core.customs_declaration_goods g
                 where not exists (select from core.customs_declaration d
                                   where (d.agency, d.record_uid) = (g.agency, g.record_uid))"""
    assert ask(orphans) == []
    with connect() as conn:  # as if an earlier version had been loaded: every record now differs from what core holds
        conn.execute("update core.customs_declaration set row_hash = ''")
        conn.execute("update ledger.batch set state = 'rejected'")
    again = submit(source, *sample(source))
    assert again["changed"] == batch["new"] + batch["changed"]
    assert ask("select count(*) as n from core.customs_declaration_goods")[0]["n"] == goods
    assert ask("select count(*) as n from history.customs_declaration_goods")[0]["n"] == goods
    assert ask(orphans) == []


def test_a_rejected_file_loads_nothing_and_is_no_original() -> None:
    broken = fires(("F1", "2016-04-21T05:01:04")).replace(b"alarm_time", b"alarm_tim")
    first = submit(PITTSBURGH, "a.csv", broken)
    assert (first["state"], counts(first)) == ("rejected", {})
    assert "MISSING_COLUMN" in codes(first)
    assert ask("select * from core.fire_incident") == []
    assert submit(PITTSBURGH, "a.csv", broken)["state"] == "rejected", "the bytes of a rejected file are no duplicate"
    assert submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04")))["new"] == 1


def test_the_ledger_cannot_hold_what_does_not_add_up() -> None:
    batch = submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04")))
    with connect() as conn, pytest.raises(psycopg.errors.CheckViolation) as fault:
        conn.execute("update ledger.batch set new = new + 1 where batch_id = %s", [batch["batch"]])
    assert fault.value.diag.constraint_name == "every_row_is_accounted_for"


def test_running_again_with_nothing_new_does_nothing() -> None:
    submit(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04")))
    before = batches()
    assert run(PITTSBURGH) == []
    assert batches() == before


def test_a_receipt_is_the_same_bytes_again() -> None:
    batch = submit(PITTSBURGH, *sample(PITTSBURGH))
    out = settings().exchange / PITTSBURGH / "out"
    published = {path.name: path.read_bytes() for path in out.iterdir()}
    with connect() as conn:
        conn.execute("update ledger.receipt set published_at = null")
        conn.execute("update ledger.batch set state = 'loaded', acknowledged_at = null")
    for path in out.iterdir():
        path.unlink()
    run(PITTSBURGH)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == published
    assert batches(PITTSBURGH)[0]["batch"] == batch["batch"]


def test_two_files_at_once_keep_their_order() -> None:
    drop(PITTSBURGH, "1.csv", fires(("F1", "2016-04-21T05:01:00")))
    drop(PITTSBURGH, "2.csv", fires(("F1", "2016-04-21T05:02:00")))
    run(PITTSBURGH)
    assert ask("select extract(minute from event_at)::int as m, record_version as v from core.fire_incident") == [
        {"m": 2, "v": 2}
    ]


def test_a_step_lets_go_of_its_batch_before_its_session_ends() -> None:
    drop(PITTSBURGH, "1.csv", fires(("F1", "2016-04-21T05:01:00")))
    (batch,) = receive_ready(PITTSBURGH)
    with connect() as first, connect() as second, connect() as third:
        with running.batch_lock(first, batch) as alone, running.batch_lock(second, batch) as other:
            assert (alone, other) == (True, False)
        with running.batch_lock(third, batch) as again:
            assert again, "the next step would pass the batch by"


def test_a_batch_has_its_receipt_before_the_next_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        drop(PITTSBURGH, f"{number}.csv", fires((f"F{number}", "2016-04-21T05:01:04")))
    ids = receive_ready(PITTSBURGH)
    for verb in ("map", "validate"):
        running.step(verb, ids)
    answered: list[int] = []

    def load_batch(batch_id: str) -> None:
        answered.append(len(list((settings().exchange / PITTSBURGH / "out").glob("*.receipt.json"))))
        load(batch_id)

    def acknowledge_batch(batch_id: str) -> None:
        if batch_id == ids[1]:
            raise OSError("the folder is full")
        acknowledge(batch_id)

    load, acknowledge = running.STEPS["load"], running.STEPS["acknowledge"]
    with monkeypatch.context() as patch:
        patch.setitem(running.STEPS, "load", load_batch)
        patch.setitem(running.STEPS, "acknowledge", acknowledge_batch)
        running.step("load", ids, then="acknowledge")
    assert answered == [0, 1, 1]
    assert [ask("select state from ledger.batch where batch_id = %(b)s", b=each)[0]["state"] for each in ids] == [
        "acknowledged",
        "loaded",
        "acknowledged",
    ]
    running.step("acknowledge", ids)
    assert {row["state"] for row in ask("select state from ledger.batch")} == {"acknowledged"}


def test_a_session_that_is_lost_between_two_batches_is_the_moments_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    drop(PITTSBURGH, "a.csv", fires(("F1", "2016-04-21T05:01:04")))
    drop(PITTSBURGH, "b.csv", fires(("F2", "2016-04-21T05:01:04")))
    ids = receive_ready(PITTSBURGH)

    def map_and_lose(batch_id: str) -> None:
        map_batch(batch_id)
        ask(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
            " and application_name = 'riskhub' and datname = current_database()"
        )

    with monkeypatch.context() as patch:
        patch.setitem(running.STEPS, "map", map_and_lose)
        with pytest.raises(RetryLater, match="gone away"):
            running.step("map", ids)
    for verb in running.STEPS:
        running.step(verb, ids)
    assert [row["state"] for row in ask("select state from ledger.batch")] == ["acknowledged", "acknowledged"]
