"""Yesterday's quarantine is repaired today: replay, precedence, the thread of a delivery, and the plan before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import WrongUsage
from mappings.engine import read_source
from pipeline.reports.plan import plan_file, plan_replay
from pipeline.reports.trace import trace_line
from pipeline.sources import source_named
from pipeline.steps import replay as replaying
from pipeline.steps.recovery import sweep
from pipeline.steps.replay import Wanted, candidates, replay
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches, codes, counts, drop, receipt, sample, submit
from tests.support.partners.base import about, send
from tests.support.pittsburgh import fires as pittsburgh
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
BETTER = {**CAUSES, "雷击": "lightning"}


def core() -> dict[str, tuple[Any, ...]]:
    rows = ask(
        "select source_record_no as no, cause_code, narrative, record_version from core.fire_incident order by 1"
    )
    return {row["no"]: (row["cause_code"], row["narrative"], row["record_version"]) for row in rows}


def open_rows() -> list[int]:
    return [row["source_line"] for row in ask("select source_line from quarantine.row where state = 'open' order by 1")]


def states() -> list[tuple[str, str | None]]:
    return [
        (row["state"], row["closed_by"])
        for row in ask("select state, closed_by from quarantine.row order by batch_id, row")
    ]


def again(**wanted: Any) -> dict[str, Any]:
    """Replay what is wanted and return the ledger's line of the one batch that came of it."""
    (batch_id,) = replay(candidates(Wanted(**wanted)))
    return next(batch for batch in batches(SMALL) if batch["batch"] == batch_id)


def test_a_mended_crosswalk_repairs_the_quarantine(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,雷击", "F3,2026-05-03 10:00,雷击"))
    assert (counts(first)["quarantined"], open_rows()) == (2, [3, 4])
    small.translate(BETTER)
    second = again(origins=[first["batch"]])
    assert second["replay_of"] == first["batch"]
    assert counts(second) == {"read": 3, "new": 2, "unchanged": 1}
    assert core()["F2"][0] == "lightning"
    assert open_rows() == []
    assert states() == [("replayed", second["batch"])] * 2
    told = receipt(second)
    assert (told["replay_of"], told["repaired"]) == (first["batch"], 2)


def test_nothing_is_read_again_without_a_reason(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,雷击"))
    assert candidates(Wanted(changed=True)) == []
    small.translate(BETTER)
    assert [each.why for each in candidates(Wanted(changed=True))] == ["mapping"]
    again(changed=True)
    assert candidates(Wanted(changed=True)) == [], "the second time there is nothing left to do"
    forced = again(origins=[first["batch"]], force=True)
    assert counts(forced) == {"read": 2, "unchanged": 2}
    with pytest.raises(WrongUsage, match="Which"):
        candidates(Wanted())


def test_deliveries_are_chosen_by_finding_and_time(small: SmallSource) -> None:
    submit(SMALL, "1.csv", fires("F1"))
    bad = submit(SMALL, "2.csv", fires("F2,2026-05-02 10:00,雷击"))
    small.translate(BETTER)
    (code,) = codes(bad)
    assert [each.origin for each in candidates(Wanted(code=code))] == [bad["batch"]]
    assert [each.origin for each in candidates(Wanted(since=bad["received_at"]))] == [bad["batch"]]
    assert len(candidates(Wanted(until=bad["received_at"]))) == 1


def test_what_a_later_delivery_has_said_stays(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,雷击,first", "F2,2026-05-01 10:00,短路,first"))
    submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,抽烟,second", "F2,2026-05-01 10:00,短路,second"))
    small.translate({**BETTER, "短路": "arson"})
    replayed = again(origins=[first["batch"]])
    assert core() == {"F1": ("smoking", "second", 1), "F2": ("electrical", "second", 2)}
    assert counts(replayed) == {"read": 2, "skipped": 2}
    assert receipt(replayed)["skipped"] == [{"reason": "a later delivery has said otherwise", "rows": 2}]
    again(source=SMALL)
    assert core()["F2"] == ("arson", "second", 3)


def test_a_later_delivery_that_said_the_same_is_a_word_too(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,短路,same"))
    submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,same", "F9"))
    small.map('region_code: {constant: "460100"}', 'region_code: {constant: "460200"}')
    assert counts(again(origins=[first["batch"]])) == {"read": 1, "skipped": 1}


def test_what_a_later_delivery_has_wrong_too_waits_there_only(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,抽烟"))
    second = submit(SMALL, "2.csv", fires("F1,2026-05-01 10:00,雷击"))
    small.translate({"短路": "electrical"})
    again(origins=[first["batch"]])
    assert states() == [("open", None), ("resent", second["batch"])]


def test_records_that_are_made_no_more_move_to_history(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,抽烟"))
    small.translate({"短路": "electrical"})
    replayed = again(origins=[first["batch"]])
    assert list(core()) == ["F1"]
    assert codes(replayed)["RECORDS_ENDED"] == 1
    assert [row["no"] for row in ask("select source_record_no as no from history.fire_incident")] == ["F2"]
    assert open_rows() == [3]
    small.translate(CAUSES)
    again(origins=[first["batch"]])
    assert core()["F2"] == ("smoking", None, 2), "what comes back goes on counting its versions"


def test_a_good_row_closes_what_was_refused_before() -> None:
    first = submit("us_pittsburgh/fire_incidents", *_pittsburgh("2016-02-30T05:01:00"))
    second = submit("us_pittsburgh/fire_incidents", *_pittsburgh("2016-02-28T05:01:00"))
    assert counts(first)["quarantined"] == 1
    assert states() == [("corrected", second["batch"])]


def _pittsburgh(at: str) -> tuple[str, bytes]:
    return f"{at[8:10]}.csv", pittsburgh(("F1", at))


def test_a_rejected_delivery_is_read_again(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1").replace(b"no,at,cause,note", b"no,at,cause,remark"))
    assert first["state"] == "rejected"
    small.map("narrative: note", "narrative: remark")
    assert counts(again(origins=[first["batch"]])) == {"read": 1, "new": 1}


def test_a_replay_that_was_interrupted_goes_on(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,雷击"))
    small.translate(BETTER)
    (candidate,) = candidates(Wanted(changed=True))
    begun = replaying.register(candidate)
    assert replaying.register(candidate) == begun
    (candidate,) = candidates(Wanted(changed=True))
    assert candidate.why == "unfinished"
    assert replay([candidate]) == [begun]
    assert open_rows() == []
    assert len([batch for batch in batches(SMALL) if batch["replay_of"] == first["batch"]]) == 1


def test_the_sweep_ends_a_replay_too(small: SmallSource) -> None:
    submit(SMALL, "1.csv", fires("F2,2026-05-02 10:00,雷击"))
    small.translate(BETTER)
    (candidate,) = candidates(Wanted(changed=True))
    replaying.register(candidate)
    sweep()
    assert core()["F2"][0] == "lightning"


def test_what_is_new_does_not_wait_for_a_replay(small: SmallSource) -> None:
    submit(SMALL, "1.csv", fires("F1"))
    small.translate(BETTER)
    (candidate,) = candidates(Wanted(changed=True))
    replaying.register(candidate)
    drop(SMALL, "2.csv", fires("F2"))
    run(SMALL)
    assert list(core()) == ["F1", "F2"]


def test_the_plan_says_what_the_replay_does(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,雷击", "F3,2026-05-03 10:00,抽烟,x"))
    small.translate({"短路": "arson", "雷击": "lightning"})
    plan = plan_replay(first["batch"], read_source(small.folder))
    before = core()
    assert (plan.repaired, plan.refused, plan.ended, plan.worse) == (1, 1, 1, True)
    assert plan.ended_examples == ["F3"]
    assert [(field["field"], field["records"]) for field in plan.fields] == [("cause_code", 1)]
    assert plan.fields[0]["examples"] == [{"before": "electrical", "after": "arson", "records": 1, "record_no": "F1"}]
    assert core() == before, "a plan writes nothing"
    replayed = again(origins=[first["batch"]])
    assert {name: value for name, value in plan.counts.items() if value} == counts(replayed)


@pytest.mark.parametrize(
    ("mapping", "said", "found"),
    [
        (("", ""), {}, {"KEY_REPEATED", "RECORDS_ENDED"}),
        (("mode: upsert", "mode: snapshot\nexpect: {ended: {max: 1}}"), {}, {"BAD_DATE"}),
        (("mode: upsert", "mode: append"), {}, {"KEY_TAKEN"}),
        (("mode: upsert", "mode: upsert\nsignature: wanted"), None, {"SIGNATURE_WANTED"}),
        (("", ""), {"operation": "correct"}, {"NOTHING_TO_CORRECT"}),
    ],
)
def test_the_plan_finds_what_the_replay_finds(
    small: SmallSource, mapping: tuple[str, str], said: dict[str, Any] | None, found: set[str]
) -> None:
    small.map(*mapping)
    before = submit(SMALL, "0.csv", fires("F1,2026-05-01 10:00,短路,earlier", "F9"))
    content = fires(
        "F1,2026-05-01 10:00,短路,a",
        "F1,2026-05-01 10:00,短路,b",
        "F2,2026-05-02 10:00,雷击",
        "F3,x",
        "F4,2026-05-01 10:00,抽烟",
    )
    if said is None:
        first = submit(SMALL, "1.csv", content)
    else:
        targets = {"corrects": before["batch"]} if said else {}
        (first,) = send({"1.csv": content}, **said, **targets)
    small.translate({"短路": "electrical", "雷击": "lightning"})
    plan = plan_replay(first["batch"], source_named(SMALL))
    told = receipt(again(origins=[first["batch"]]))
    assert (plan.counts, plan.ended, plan.repaired) == (told["counts"], told["ended"], told["repaired"])
    assert [each["code"] for each in plan.findings] == [each["code"] for each in told["findings"]]
    assert [each["samples"] for each in plan.findings] == [each["samples"] for each in told["findings"]]
    assert {each["code"] for each in plan.findings} >= found
    refused = 0 if said else 1  # F4, which the correction did not load
    assert plan.refused == refused, "what is quarantined already is not refused anew"


def test_the_plan_holds_the_rows_against_the_manifest(small: SmallSource) -> None:
    small.map("encoding: utf-8", "encoding: utf-8, header: none, columns: [no, at, cause, note]")
    content = fires("F1", "F2")  # its header is one more row that is skipped
    (first,) = send({"1.csv": content}, files=[about("1.csv", content, rows=3)])
    assert first["state"] == "acknowledged"
    small.map()
    plan, told = plan_replay(first["batch"], source_named(SMALL)), receipt(again(origins=[first["batch"]]))
    assert (plan.state, told["state"]) == ("rejected", "rejected")
    assert {each["code"] for each in plan.findings} == {each["code"] for each in told["findings"]} == {"ROWS_DIFFER"}


def test_the_plan_of_a_file_compares_with_the_warehouse(small: SmallSource, tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,短路,a", "F2"))
    file = tmp_path / "next.csv"
    file.write_bytes(fires("F1,2026-05-01 10:00,短路,b", "F2", "F3", "F4,2026-05-01 10:00,雷击"))
    plan = plan_file(file, read_source(small.folder))
    assert {name: value for name, value in plan.counts.items() if value} == {
        "read": 4,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "quarantined": 1,
    }
    assert [(field["field"], field["examples"][0]["after"]) for field in plan.fields] == [("narrative", "b")]
    assert counts(submit(SMALL, "next.csv", file.read_bytes())) == {k: v for k, v in plan.counts.items() if v}


def test_children_are_compared_item_by_item() -> None:
    source = "hn_customs/declarations"
    first = submit(source, *sample(source))
    plan = plan_replay(first["batch"], source_named(source))
    assert (plan.fields, plan.repaired, plan.refused, plan.ended) == ([], 0, 0, 0)


def test_a_line_is_followed_through_replays(small: SmallSource) -> None:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,雷击", "F2x,2026-05-02 10:00,霹雳"))
    small.translate(BETTER)
    second = again(origins=[first["batch"]])
    (story,) = trace_line(first["batch"], 3)
    assert (story["became"], story["batch"]) == ("record", second["batch"])
    assert [row["state"] for row in story["kept_out"]] == ["replayed"]
    (story,) = trace_line(first["batch"], 4)
    assert [row["state"] for row in story["kept_out"]] == ["replayed", "open"]
    assert story["became"] == "quarantined"
    (story,) = trace_line(first["batch"], 99)
    assert story["became"] == "nothing"
