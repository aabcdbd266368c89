"""Crosswalks that match by beginning, part or pattern: the order of entries never decides."""

from __future__ import annotations

from itertools import permutations

import pyarrow as pa

from mappings.engine.verbs.pattern_lookup import PatternLookup
from tests.support.folders import Never

MEANINGS = {"电气": "electrical", "线路": "electrical", "吸烟": "smoking", "无": None}
TEXTS = ["电气线路", "吸烟或电气", "雷击", None, "", "无", "无电气", "电气（线路）"]


def found(match: str, meanings: dict[str, str | None], texts: list[str | None]) -> list[str | None]:
    outcome = PatternLookup(meanings, pa.string(), match)(pa.array(texts, pa.string()), Never(len(texts)))
    codes: list[str | None] = outcome.values.to_pylist()
    for fault in outcome.faults:
        for at, wrong in enumerate(fault.where.to_pylist()):
            if wrong and fault.code != "REPAIRED_WIDTH":
                assert codes[at] is None
                codes[at] = fault.code
            elif wrong:
                codes[at] = f"{codes[at]}!"
    return codes


def test_no_order_of_entries_changes_anything() -> None:
    wanted = [
        "electrical",
        "AMBIGUOUS_CODE",
        "UNKNOWN_CODE",
        None,
        "UNKNOWN_CODE",
        None,
        "AMBIGUOUS_CODE",
        "electrical",
    ]
    for order in permutations(MEANINGS.items()):
        assert found("contains", dict(order), TEXTS) == wanted


def test_the_whole_value_settles_it() -> None:
    assert found("contains", MEANINGS | {"吸烟或电气": "smoking"}, ["吸烟或电气", "吸烟或电气?"]) == [
        "smoking",
        "AMBIGUOUS_CODE",
    ]


def test_beginnings_and_patterns() -> None:
    assert found("starts", {"85": "a", "8504": "b"}, ["8504", "85", "8506", "85040"]) == [
        "b",
        "a",
        "a",
        "AMBIGUOUS_CODE",
    ]
    assert found("regex", {"^[0-9]+$": "number", "x$": "letter"}, ["12", "1x", "x1"]) == [
        "number",
        "letter",
        "UNKNOWN_CODE",
    ]


def test_width_and_blanks() -> None:
    assert found("starts", {"A1": "a", "": "blank"}, ["Ａ１２", None, ""]) == ["a!", "blank", "blank"]


def test_a_finding_names_the_entries() -> None:
    outcome = PatternLookup(MEANINGS, pa.string(), "contains")(pa.array(["吸烟或电气", "无电气"]), Never(2))
    told = next(fault.expected for fault in outcome.faults if fault.code == "AMBIGUOUS_CODE")
    assert told.to_pylist() == ["电气 = electrical · 吸烟 = smoking", "电气 = electrical · 无 = ignored"]
