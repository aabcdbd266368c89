"""What the statements of the ledger return, beside rows of other sources, batches and states that they must not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.ledger_rows import SOURCES, STATES, digest, short

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

OURS = {"agency": "a", "feed": "f"}
WAITING = ["received", "mapped", "validated"]


def af(*states: str) -> list[str]:
    return [f"af-{state}" for state in states]


def number_of(ledger: LedgerRows, batch: str) -> int:
    return int(ledger.ask("ledger/batch", batch_id=batch)[0]["number"])


def test_one_batch_with_what_its_manifest_says(ledger: LedgerRows) -> None:
    for source in SOURCES:
        ledger.batch(f"{short(source)}-told", source, "held", submission={"operation": "correct", "sequence": 7})
    (found,) = ledger.ask("ledger/batch", batch_id="af-told")
    assert (found["agency"], found["feed"], found["state"], found["file_name"]) == ("a", "f", "held", "af-told.csv")
    assert (found["operation"], found["submission_id"], found["language"]) == ("correct", "Saf-told", "en")
    (plain,) = ledger.ask("ledger/batch", batch_id="bf-held")
    assert (plain["agency"], plain["operation"], plain["submission_id"]) == ("b", "new", None)
    assert ledger.ask("ledger/batch", batch_id="af-nothing") == []


def test_a_batch_waits_for_those_before_it(ledger: LedgerRows) -> None:
    def before(batch: str, replay_of: str | None = None) -> list[Any]:
        asked = OURS | {"number": number_of(ledger, batch), "replay_of": replay_of}
        return ledger.first("ledger/earlier_waiting_batch", **asked)

    assert before("af-received") == [], "what is loaded, rejected, held or its own is not waited for"
    assert before("af-mapped") == af("received")
    assert before("af-validated") == af("received")
    ledger.batch("af-again", "a/f", "received", replay_of="af-acknowledged", number=5)
    assert before("af-received") == [], "a replay is no reason to wait"
    assert before("af-received", "af-loaded") == ["af-again"], "but for another replay"
    ledger.conn.execute("update ledger.batch set waits_for = 'raw_damaged' where batch_id = 'af-received'")
    assert before("af-validated") == af("mapped")
    ledger.conn.execute("update ledger.batch set waits_for = 'disk_full' where batch_id = 'af-received'")
    assert before("af-validated") == af("received")


def test_work_that_is_left(ledger: LedgerRows) -> None:
    ledger.batch("af-told-nobody", "a/f", "rejected", acknowledged_at=None)
    left = [*af("loaded", *WAITING), "af-told-nobody"]
    ledger.conn.execute("update ledger.batch set acknowledged_at = null where state = 'loaded'")
    assert ledger.first("ledger/unfinished_batches", source="a/f") == left
    everything = ledger.first("ledger/unfinished_batches", source=None)
    assert set(everything) == {
        *left,
        *(f"{short(each)}-{state}" for each in SOURCES[1:] for state in ["loaded", *WAITING]),
    }
    assert everything[:3] == ["af-loaded", "ag-loaded", "bf-loaded"]


def receipt(ledger: LedgerRows, batch: str, kind: str, *, published: bool) -> None:
    ledger.conn.execute(
        "insert into ledger.receipt (agency, batch_id, kind, name, body, sha256, published_at)"
        " select agency, batch_id, %(kind)s, 'n', %(body)s, %(sha)s, case when %(out)s then now() end"
        " from ledger.batch where batch_id = %(batch)s",
        {"kind": kind, "body": f"{batch} {kind}".encode(), "sha": digest(batch), "out": published, "batch": batch},
    )


@pytest.mark.parametrize("state", STATES)
def test_a_batch_is_acknowledged_once_it_has_ended(ledger: LedgerRows, state: str) -> None:
    ledger.conn.execute("update ledger.batch set acknowledged_at = null")
    ledger.ask("ledger/acknowledge_batch", batch_id=f"af-{state}")
    (found,) = ledger.ask("ledger/batch", batch_id=f"af-{state}")
    ended = state not in {"held", *WAITING}
    assert found["state"] == ("acknowledged" if state == "loaded" else state)
    assert (found["acknowledged_at"] is not None) == ended
    others = ledger.conn.execute(
        "select count(*) from ledger.batch where acknowledged_at is not null and batch_id <> %s", [f"af-{state}"]
    ).fetchone()
    assert others == (0,)


def test_what_is_not_published_keeps_a_batch_from_its_end(ledger: LedgerRows) -> None:
    def acknowledged() -> bool:
        ledger.ask("ledger/acknowledge_batch", batch_id="af-loaded")
        return bool(ledger.ask("ledger/batch", batch_id="af-loaded")[0]["acknowledged_at"])

    notice = {"kind": "json", "name": "n", "body": b"x", "sha256": digest("x")}
    receipt(ledger, "ag-loaded", "json", published=False)
    receipt(ledger, "af-loaded", "json", published=True)
    receipt(ledger, "af-loaded", "html", published=False)
    assert not acknowledged()
    assert ledger.first("receipts/unpublished_receipts", batch_id="af-loaded") == ["a"]
    assert [row["kind"] for row in ledger.ask("receipts/unpublished_receipts", batch_id="af-loaded")] == ["html"]
    assert ledger.first("receipts/receipt_body", batch_id="af-loaded", kind="json") == [b"af-loaded json"]
    ledger.ask("receipts/mark_published", batch_id="af-loaded", kind="html")
    assert ledger.ask("receipts/unpublished_receipts", batch_id="af-loaded") == []
    assert ledger.ask("receipts/unpublished_receipts", batch_id="ag-loaded"), "another batch's is not marked"
    ledger.insert("ledger.notice", "b/f", cause="af-loaded", **notice)
    assert not acknowledged()
    ledger.insert("ledger.notice", "b/f", cause="ag-loaded", **notice)
    ledger.insert("ledger.notice", "a/g", cause="af-loaded", **notice)
    assert len(ledger.ask("conflicts/unpublished_notices", cause="af-loaded")) == 2
    assert len(ledger.ask("conflicts/unpublished_notices", cause=None)) == 3
    ledger.ask("conflicts/mark_published", agency="b", feed="f", cause="af-loaded", kind="json")
    assert [row["feed"] for row in ledger.ask("conflicts/unpublished_notices", cause="af-loaded")] == ["g"]
    assert len(ledger.ask("conflicts/unpublished_notices", cause=None)) == 2
    ledger.ask("conflicts/mark_published", agency="a", feed="g", cause="af-loaded", kind="json")
    assert acknowledged()


def test_batches_are_listed_by_source_and_state(ledger: LedgerRows) -> None:
    def listed(**asked: Any) -> list[Any]:
        everything = {"source": None, "state": None, "since": None, "ids": None, "limit": 1_000}
        return ledger.first("status/list_batches", **everything | asked)

    assert listed(source="a/f") == [*reversed(af(*STATES))]
    assert listed(state="held") == ["bf-held", "ag-held", "af-held"]
    assert listed(source="a/f", state="held") == ["af-held"]
    assert listed(source="a/g", limit=2) == ["ag-validated", "ag-mapped"]
    assert len(listed()) == len(SOURCES) * len(STATES)
    ledger.batch("af-june", "a/f", received_at="2026-06-01 00:00+00")
    ledger.batch("bf-june", "b/f", received_at="2026-06-02 00:00+00")
    assert listed(since="2026-06-01 00:00+00") == ["bf-june", "af-june"]
    assert listed(since="2026-06-01 00:00+00", source="a/f") == ["af-june"]
    assert listed(ids=["af-june", "bf-held"]) == ["af-june", "bf-held"]
    assert listed(ids=["af-june", "bf-held"], source="b/f") == ["bf-held"]


def test_sources_are_summed_up(ledger: LedgerRows) -> None:
    ledger.batch("af-more", "a/f", "rejected", quarantined=5)
    ledger.batch("bf-more", "b/f", "held", quarantined=7, received_at="2026-06-01 00:00+00")
    found = {row["source"]: row for row in ledger.ask("status/source_totals")}
    assert list(found) == list(SOURCES)
    numbers = {
        name: [row[key] for key in ("batches", "working", "held", "rejected", "quarantined")]
        for name, row in found.items()
    }
    assert numbers == {"a/f": [10, 4, 1, 2, 5], "a/g": [9, 4, 1, 1, 0], "b/f": [10, 4, 2, 1, 7]}
    assert f"{found['b/f']['last_received_at']:%m-%d}" == "06-01"
    assert f"{found['a/g']['last_received_at']:%m-%d}" == "05-01"


def test_types_of_what_is_loaded(ledger: LedgerRows) -> None:
    ledger.conn.execute("update ledger.source set record_type = 'recall, injury_case' where agency = 'b'")
    found = ledger.first("status/loaded_record_types", batches=["bf-loaded", "af-held", "af-rejected", "af-withdrawn"])
    assert found == ["injury_case", "recall"]
    assert ledger.first("status/loaded_record_types", batches=["af-acknowledged"]) == ["fire_incident"]
    assert ledger.first("status/loaded_record_types", batches=[]) == []


def test_what_waits_for_the_machine(ledger: LedgerRows) -> None:
    ledger.conn.execute(
        "update ledger.batch set waits_for = 'disk_full', waits_since = now() where agency = 'a' and feed = 'f'"
    )
    assert ledger.first("status/batches_waiting_for_machine") == af("loaded", *WAITING)
    ledger.conn.execute("update ledger.batch set waits_for = null where batch_id = 'af-mapped'")
    assert ledger.first("status/batches_waiting_for_machine") == af("loaded", "received", "validated")


def test_what_will_still_be_read(ledger: LedgerRows) -> None:
    found = ledger.first("status/batches_to_read", limit=1_000)
    assert found == [f"{short(each)}-{state}" for state in ("held", *WAITING) for each in SOURCES]
    assert ledger.first("status/batches_to_read", limit=2) == ["af-held", "ag-held"]


def test_each_delivery_once_with_the_state_that_its_readings_reached(ledger: LedgerRows) -> None:
    for source in SOURCES:
        ledger.batch(f"{short(source)}-again", source, "loaded", replay_of=f"{short(source)}-rejected")
        ledger.batch(f"{short(source)}-worse", source, "rejected", replay_of=f"{short(source)}-acknowledged")
        ledger.batch(f"{short(source)}-taken", source, "withdrawn", replay_of=f"{short(source)}-loaded")
        zero = {"operation": "zero", "period_from": "2026-05-01", "period_to": "2026-05-02"}
        ledger.batch(f"{short(source)}-zero", source, submission=zero)
    found = ledger.ask("status/received_deliveries", source="a/f")
    states = {state: state for state in STATES} | {"rejected": "loaded", "loaded": "withdrawn", "zero": "acknowledged"}
    assert [(row["batch"], row["state"]) for row in found] == [(f"af-{name}", state) for name, state in states.items()]
    assert [row["operation"] for row in found] == ["new"] * 9 + ["zero"]
    assert f"{found[-1]['period_from']} {found[-1]['period_to']}" == "2026-05-01 2026-05-02"


def test_poll_windows_of_a_source(ledger: LedgerRows) -> None:
    for source in SOURCES:
        for day, fault in (("03", None), ("01", f"{source} is down")):
            window = {"since": f"2026-05-{day} 00:00+00", "until": f"2026-05-{day} 06:00+00", "fault": fault}
            ledger.insert("ledger.poll_window", source, **window)
    assert [row["fault"] for row in ledger.ask("status/poll_windows", source="a/f")] == ["a/f is down", None]


@pytest.mark.parametrize(
    ("ago", "fault", "windows"),
    [("5 minutes", None, 1), ("50 minutes", None, 2), ("5 minutes", "no route", 2)],
)
def test_a_poll_extends_the_last_window_of_its_source(
    ledger: LedgerRows, ago: str, fault: str | None, windows: int
) -> None:
    for source in SOURCES:
        ledger.conn.execute(
            "insert into ledger.poll_window (agency, feed, since, until)"
            " values (%s, %s, now() - interval '2 days', now() - interval '1 day'),"
            " (%s, %s, now() - interval '3 hours', now() - %s::interval)",
            [*source.split("/"), *source.split("/"), ago],
        )
    ledger.ask("status/record_poll", **OURS, fault=fault, gap="30 minutes")
    found = ledger.ask("status/poll_windows", source="a/f")
    assert len(found) == 1 + windows
    assert found[-1]["fault"] == fault
    now = ledger.conn.execute("select now()").fetchone()
    assert [row["until"] == now[0] for row in found if now] == [False] * windows + [True]
    for other in SOURCES[1:]:
        assert [row["until"] == now[0] for row in ledger.ask("status/poll_windows", source=other) if now] == [False] * 2


def test_cursors_of_a_source(ledger: LedgerRows) -> None:
    for source in SOURCES:
        for key in ("one", "two"):
            place = dict(zip(("agency", "feed"), source.split("/"), strict=True))
            state = f'{{"of": "{source} {key}"}}'
            ledger.ask("fetch/upsert_cursor", **place, cursor_key=key, state=state, batch_id=f"{short(source)}-loaded")
    ledger.ask("fetch/upsert_cursor", **OURS, cursor_key="two", state='{"of": "later"}', batch_id=None)
    found = {row["cursor_key"]: row["state"]["of"] for row in ledger.ask("fetch/cursors", **OURS)}
    assert found == {"one": "a/f one", "two": "later"}
    assert ledger.first("fetch/cursor_state", agency="b", feed="f", cursor_key="one") == [{"of": "b/f one"}]
    assert ledger.first("fetch/cursor_state", **OURS, cursor_key="three") == []
    kept = ledger.conn.execute("select distinct batch_id from ledger.fetch_cursor where feed = 'f' and agency = 'a'")
    assert kept.fetchall() == [("af-loaded",)], "an empty answer does not forget the last batch"


def test_a_machine_that_is_well_again_is_not_waited_for(ledger: LedgerRows) -> None:
    ledger.ask("ledger/wait_for_machine", batch_id="af-mapped", trouble="disk_full")
    assert ledger.first("status/batches_waiting_for_machine") == ["af-mapped"]
    assert ledger.first("ledger/count_fault", batch_id="af-mapped", fault="ValueError") == [1]
    assert ledger.first("ledger/count_fault", batch_id="af-mapped", fault="ValueError") == [2]
    assert ledger.first("status/batches_waiting_for_machine") == []
    for state in STATES:
        ledger.ask("ledger/restart_batch", batch_id=f"af-{state}")
    found = {state: ledger.ask("ledger/batch", batch_id=f"af-{state}")[0]["state"] for state in STATES}
    assert {state for state, now in found.items() if now != state} == {"mapped", "validated"}
    assert found["mapped"] == found["validated"] == "received"
    assert number_of(ledger, "ag-mapped")
    assert ledger.ask("ledger/batch", batch_id="ag-mapped")[0]["state"] == "mapped"
