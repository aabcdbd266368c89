"""Stored answers: made once by those who ask for the same, without a wait for those who ask for another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from hub import clock
from pages.analysis import stored
from pages.analysis.stored import LONGEST, Stored

pytestmark = pytest.mark.timeout(60)  # one lock for all would wait for itself
SOON = 10.0  # seconds, of which a test that passes needs next to none


def test_a_slow_answer_stops_nobody_who_asks_for_another() -> None:
    answers, begun, goes_on = Stored(), threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert goes_on.wait(SOON)
        return "slow"

    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(answers.once, "slow", slow)
        assert begun.wait(SOON)
        try:
            assert readers.submit(answers.once, "quick", lambda: "quick").result(SOON / 5) == "quick"
        finally:
            goes_on.set()
        assert first.result(SOON) == "slow"


def test_readers_who_come_at_once_wait_for_one_answer() -> None:
    answers, asked, all_there = Stored(), [], threading.Barrier(8)

    def ask() -> int:
        all_there.wait(SOON)
        return answers.once("a", lambda: asked.append(1) or len(asked))  # type: ignore[func-returns-value]

    with ThreadPoolExecutor(8) as readers:
        assert [each.result(SOON) for each in [readers.submit(ask) for _ in range(8)]] == [1] * 8
    assert asked == [1]


def test_an_answer_that_failed_is_made_again() -> None:
    answers = Stored()

    def broken() -> str:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - ours, from five lines above
        answers.once("a", broken)
    assert answers.once("a", lambda: "made") == "made"


def test_an_answer_is_used_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, now = Stored(), datetime(2026, 5, 4, tzinfo=UTC)
    seen = []
    for later in (timedelta(), LONGEST, LONGEST + timedelta(seconds=1)):
        monkeypatch.setattr(clock, "now", lambda later=later: now + later)
        seen.append(answers.once("a", lambda later=later: later))
    assert seen == [timedelta(), timedelta(), LONGEST + timedelta(seconds=1)]


def test_there_are_no_more_answers_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten, but not while it is being made: others wait for it."""
    monkeypatch.setattr(stored, "MOST", 3)
    answers = Stored()

    def fill() -> str:
        for number in range(9):
            answers.once(number, lambda: "other")
        return "slow"

    assert answers.once("slow", fill) == "slow"
    assert answers.once("slow", lambda: "anew") == "slow"
    assert answers.once(8, lambda: "anew") == "other"
    assert answers.once(0, lambda: "anew") == "anew"
    assert len(answers._entries) == 3  # noqa: SLF001 - what it holds
