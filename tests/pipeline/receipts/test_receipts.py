"""What a receipt says of itself: the clock of its reader, and nothing that is cut without a mark."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.batch import State
from hub.i18n import local_time
from hub.receipt import Verdict
from pipeline.receipts.render import Renderer
from validation.catalogue import level_of, render

MOMENT = datetime(2026, 3, 4, 17, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "says"), [("en", "2026-03-04 17:30:01 UTC"), ("zh", "2026-03-05 01:30:01 北京时间（UTC+8）")]
)
def test_a_time_says_whose_clock_it_is(language: str, says: str) -> None:
    assert local_time(MOMENT, language) == says
    page = _page("UNKNOWN_CODE", "x", language=language)
    assert says in page
    assert "CST" not in page


def test_what_is_cut_bears_a_mark() -> None:
    page = _page("UNKNOWN_CODE", "甲" * 200)
    assert "甲" * 119 + "…<" in page.replace("…</td>", "…<")
    assert "甲" * 120 + "</td>" not in page


@pytest.mark.parametrize("code", ["UNLIKELY_VALUES", "GARBLED_TEXT"])
def test_a_warning_does_not_say_what_became_of_the_row(code: str) -> None:
    """Another finding may keep the same row out."""
    assert "let in" not in render(code, "en").cure
    assert "已" not in render(code, "zh").cure


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_id_of_a_rule_is_not_shown_to_a_person(language: str) -> None:
    page = _page("BROKEN_RULE", "arrived_before_alarm", language=language)
    assert "arrived_before_alarm" not in page


@pytest.mark.parametrize(("language", "kept"), [("en", "are kept"), ("zh", "已留存")])
def test_a_check_does_not_say_that_anything_is_kept(language: str, kept: str) -> None:
    assert kept in _page("UNKNOWN_CODE", "x", language=language)
    assert kept not in _page("UNKNOWN_CODE", "x", language=language, check=True)


def _page(code: str, expected: str, language: str = "en", *, check: bool = False) -> str:
    place = {"file": None, "sheet": None, "line": 2, "field": "a", "value": "v", "expected": expected}
    found = {"code": code, "level": level_of(code), "column": "c", "count": 1, "samples": [place], **place}
    verdict = Verdict(
        "hn_a", "b", State.LOADED, "x.csv", "0" * 64, 1, received_at=MOMENT, findings=[found], check=check
    )
    (page,) = [each.body.decode() for each in Renderer(language).documents(verdict) if each.kind == "html"]
    return page
