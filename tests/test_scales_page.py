"""docs/scales.md is true: every graded word of every feed, and the same word never means two grades unnoticed."""

from __future__ import annotations

import pytest

from standards import standard
from standards.prefixes import curies
from tests.support.scales_page import PAGE, SCALES, Graded, conflicts, graded, scales_page


def test_page_of_the_scales_is_as_lists_and_mappings_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(scales_page(), "utf-8")
    assert PAGE.read_text("utf-8") == scales_page(), "write it with --update"


@pytest.mark.slow
def test_the_same_word_is_the_same_grade_in_every_feed() -> None:
    assert conflicts(graded()) == []


def test_a_word_with_two_grades_is_found_unless_both_crosswalks_say_why() -> None:
    one = Graded("severity", "minor", "a/b", "轻", is_written=True)
    other = Graded("severity", "moderate", "c/d", "轻", is_written=True, note="as doctors say it")
    assert conflicts([one, other]) == [one]
    assert conflicts([one, Graded("risk_level", "low", "c/d", "轻", is_written=True)]) == []


@pytest.mark.slow
def test_every_grade_exists_and_feeds_are_on_the_scale() -> None:
    found = graded()
    for each in found:
        assert each.code in standard().codelists[each.scale].codes.to_pylist(), each
    assert {each.scale for each in found} >= {"severity", "risk_level", "alert_level", "person_outcome"}
    assert ("us_cpsc/neiss", "4", "severe") in {(each.source, each.word, each.code) for each in found}
    assert ("us_nhtsa/fars_accidents", "every row", "fatal") in {(each.source, each.word, each.code) for each in found}


def test_every_scale_has_an_order() -> None:
    for name in SCALES:
        ranks = [rank for rank in standard().codelists[name].table["rank"].to_pylist() if rank is not None]
        assert len(ranks) == len(set(ranks)) > 1, name


@pytest.mark.slow
def test_words_of_cap_are_the_grades_that_the_list_says() -> None:
    listed = {curie.removeprefix("cap:severity#"): code for code, curie in curies(standard().codelists["alert_level"])}
    assert listed == {
        each.word: each.code for each in graded() if each.source == "intl_cap/alerts" and each.scale == "alert_level"
    }
