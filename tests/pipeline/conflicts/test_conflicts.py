"""Two feeds about the same thing that do not agree: both owners hear of it once, and no more when it is settled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.settings import settings
from pipeline.steps.replay import candidates, replay, wanted_of
from tests.support.exchange import ask, codes, receipt
from tests.support.linked_sources import COUNTRIES, DECLARED, INSPECTED, WINDOW, LinkedSources, declare, inspect

pytestmark = pytest.mark.usefixtures("warehouse")


def conflicts(*, open_only: bool = True) -> list[tuple[Any, ...]]:
    found = ask("select * from ledger.conflict order by opened_at, rule, left_value, right_value")
    return [
        (row["rule"], row["left_value"], row["right_value"], *(() if open_only else (row["outcome"],)))
        for row in found
        if not open_only or row["closed_at"] is None
    ]


def notices(source: str) -> list[dict[str, Any]]:
    """Return the notices in a source's folder, oldest first."""
    out = settings().exchange / source / "out"
    return [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("*.notice.json"))]


def finding(batch: dict[str, Any]) -> dict[str, Any]:
    (found,) = [each for each in receipt(batch)["findings"] if each["code"] == "CONFLICT"]
    return found


def test_who_agrees_hears_nothing() -> None:
    declare()
    batch = inspect()
    assert codes(batch) == {}
    assert (conflicts(), notices(DECLARED), notices(INSPECTED)) == ([], [], [])


def test_both_owners_hear_what_the_other_says() -> None:
    first = declare({"note": "first"})
    fixed = receipt(first)
    batch = inspect({}, {"编号": "P2", "序号": "7"}, {"编号": "P3", "原产国": "泰国"})
    assert conflicts() == [("origin", "VNM", "THA")]
    told = finding(batch)
    assert (told["level"], told["count"], told["line"], told["column"]) == ("warning", 1, 4, "原产国")
    assert (told["field"], told["value"]) == ("product.origin_country_code", "THA")
    assert all(word in told["message"] for word in ("原产国", "t_customs", "D1", "VNM", "640120260000000001 / 1"))
    (notice,) = notices(DECLARED)
    assert (notice["notice"], notice["source"], notice["closed"]) == (batch["batch"], DECLARED, 0)
    (other,) = notice["findings"]
    assert (other["code"], other["count"], other["line"], other["column"]) == ("CONFLICT", 1, 2, "origin")
    assert (other["field"], other["value"]) == ("goods.origin_country_code", "VNM")
    assert all(word in other["message"] for word in ("countr", "t_port", "P3", "THA")), "told in their own language"
    assert receipt(first) == fixed, "an old receipt is what it was"
    assert not notices(INSPECTED), "the sender has it in the receipt"
    page = settings().exchange / DECLARED / "out" / f"{batch['batch']}.notice.html"
    assert "THA" in page.read_text("utf-8")
    ours = settings().exchange / INSPECTED / "out" / f"{batch['batch']}.receipt.html"
    assert "<th>对方报送</th>" in ours.read_text("utf-8"), "another's word is not what it should have been"


def test_the_one_who_comes_second_is_told_whichever_it_is() -> None:
    inspect({"原产国": "泰国"})
    batch = declare()
    assert finding(batch)["value"] == "VNM"
    assert [each["findings"][0]["value"] for each in notices(INSPECTED)] == ["THA"]
    assert conflicts() == [("origin", "VNM", "THA")], "left and right are those of the link, not of the order"


def test_a_correction_closes_it_and_the_other_is_told() -> None:
    declare()
    inspect({"原产国": "泰国"})
    batch = inspect()
    assert codes(batch) == {}
    assert receipt(batch)["settled"] == 1
    assert conflicts(open_only=False) == [("origin", "VNM", "THA", "agreed")]
    assert [(len(each["findings"]), each["closed"]) for each in notices(DECLARED)] == [(1, 0), (0, 1)]


def test_other_values_replace_it() -> None:
    declare()
    inspect({"原产国": "泰国"})
    inspect({"原产国": "日本"})
    assert conflicts(open_only=False) == [("origin", "VNM", "THA", "replaced"), ("origin", "VNM", "JPN", None)]
    assert [each["closed"] for each in notices(DECLARED)] == [0, 0], "it is not settled"


def test_said_again_it_is_not_told_again() -> None:
    declare()
    inspect({"原产国": "泰国"})
    again = inspect({"原产国": "泰国"}, {"编号": "P9", "报关单号": ""})
    assert codes(again) == {}, "unchanged rows bring nothing new"
    touched = inspect({"原产国": "泰国", "品名": "电源"})
    assert touched["changed"] == 1
    assert codes(touched) == {}, "changed, but not in this"
    declare({"note": "again"})
    assert len(conflicts(open_only=False)) == 1
    assert len(notices(DECLARED)) == 1


def test_what_is_not_said_does_not_contradict() -> None:
    declare({"origin": "", "quantity": ""}, {"no": "D2", "entry": "", "origin": "JPN"})
    batch = inspect({"原产国": "泰国"}, {"编号": "P2", "报关单号": "", "原产国": "泰国"})
    assert (codes(batch), conflicts()) == ({}, [])


PAIRS: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"quantity": "100"}, {"数量": "101"}, ""),
    ({"quantity": "100"}, {"数量": "101.0001"}, "more_affected_than_declared"),
    ({"quantity": "100"}, {"数量": "99"}, ""),
    ({"quantity": "100", "unit": "TNE"}, {"数量": "2000"}, ""),
    ({"quantity": "100", "unit": ""}, {"数量": "2000"}, ""),
    ({"quantity": "0"}, {"数量": "0"}, ""),
    ({"hs": "8504401400"}, {"编码": "8504409999"}, ""),
    ({"hs": "8504401400"}, {"编码": "8504501000"}, "hs_code"),
    ({"hs": "8504401400"}, {"编码": "8504"}, ""),
    ({"hs": "8504401400"}, {"编码": "8505"}, "hs_code"),
    ({"hs": "8504"}, {"编码": "8504501000"}, ""),
    ({"hs": "8505"}, {"编码": "8504501000"}, "hs_code"),
]


def test_tolerance() -> None:
    numbers = [{"entry": f"{at:018}"} for at in range(len(PAIRS))]
    declare(*({"no": f"D{at}"} | numbers[at] | pair[0] for at, pair in enumerate(PAIRS)))
    inspect(*({"编号": f"P{at}", "报关单号": numbers[at]["entry"]} | pair[1] for at, pair in enumerate(PAIRS)))
    found = {row["thing"]: row["rule"] for row in ask("select thing, rule from ledger.conflict")}
    assert found == {f"{at:018} / 1 / CHN": rule for at, (_, _, rule) in enumerate(PAIRS) if rule}


def test_a_replay_with_a_mended_crosswalk_closes_it(linked: LinkedSources) -> None:
    linked.translate(COUNTRIES | {"越南": "THA"})
    declare()
    inspect()
    assert conflicts() == [("origin", "VNM", "THA")]
    linked.translate(COUNTRIES)
    replay(candidates(wanted_of(source=INSPECTED)))
    assert conflicts(open_only=False) == [("origin", "VNM", "THA", "agreed")]


def test_a_replay_that_changes_nothing_tells_nothing() -> None:
    declare()
    inspect({"原产国": "泰国"})
    before = ask("select * from ledger.conflict")
    (batch,) = replay(candidates(wanted_of(source=INSPECTED, force=True)))
    assert ask("select * from ledger.conflict") == before
    assert not ask("select 1 from ledger.notice where cause = %(batch)s", batch=batch)
    assert len(notices(DECLARED)) == 1


def test_a_record_that_ends_closes_it(linked: LinkedSources) -> None:
    declare()
    inspect({"原产国": "泰国"})
    linked.translate({"越南": "VNM"})  # the row is refused now, so its record ends
    replay(candidates(wanted_of(source=INSPECTED)))
    assert ask("select count(*) as n from core.port_inspection") == [{"n": 0}]
    assert conflicts(open_only=False) == [("origin", "VNM", "THA", "ended")]
    assert notices(DECLARED)[-1]["closed"] == 1


def test_the_same_type_in_two_feeds_is_one_conflict() -> None:
    declare()
    batch = declare({"no": "W1", "origin": "THA", "quantity": "150"}, source=WINDOW)
    assert conflicts() == [("origin", "VNM", "THA"), ("quantity", "100", "150")]
    assert codes(batch) == {"CONFLICT": 2}
    assert len(notices(DECLARED)[0]["findings"]) == 2
    assert not notices(WINDOW)


def test_one_feed_is_not_held_against_itself() -> None:
    declare()
    assert codes(declare({"no": "D2", "origin": "THA"})) == {}
