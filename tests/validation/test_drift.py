"""Drift over two years of a made-up feed: hardly ever a false alarm, and planted faults are seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from validation.batches.drift import LEAST, distance, limits, moved_columns
from validation.batches.figures import Figures, Level
from validation.batches.verdict import within

DAYS, FEEDS = 150, 8
FIELDS = 20
CODES = [f"c{number}" for number in range(8)]
WEEK = (1.0, 1.05, 0.95, 1.0, 1.1, 0.45, 0.35)  # few work at weekends


def feed(seed: int) -> list[Figures]:
    """Return the batches of one feed: overdispersed volumes, weekdays, fields of all kinds, and a mix that wanders."""
    dice = np.random.default_rng(seed)
    usual = math.exp(dice.uniform(math.log(60), math.log(20_000)))
    fills = dice.beta(2, 1, FIELDS)
    spreads = dice.uniform(0.3, 2.5, FIELDS)
    means = dice.uniform(-2, 8, FIELDS)
    mix = np.log(dice.dirichlet(np.ones(len(CODES))) + 0.01)
    batches = []
    for day in range(DAYS):
        rate = usual * WEEK[day % 7] * dice.gamma(20, 1 / 20)
        rows = int(dice.poisson(rate)) + 1
        mix = mix + dice.normal(0, 0.03, len(CODES))
        shares = dice.multinomial(rows, np.exp(mix) / np.exp(mix).sum()) / rows
        fill = {f"t.f{at}": dice.binomial(rows, fills[at]) / rows for at in range(FIELDS)}
        level = {
            f"t.f{at}": Level(dice.normal(means[at], spreads[at] / math.sqrt(rows)), spreads[at], rows)
            for at in range(FIELDS)
        }
        codes = {"t.f0": {code: float(share) for code, share in zip(CODES, shares, strict=True) if share}}
        batches.append(Figures(rows, ["a", "b"], {"t": rows}, fill | {"t.f0": 1.0}, level, codes))
    return batches


def broken(now: Figures, history: list[Figures]) -> set[str]:
    return {limit.code for limit in limits(now, history) if not within(limit)}


@pytest.mark.slow
def test_false_alarms_are_rare_and_faults_are_seen() -> None:
    held = judged = 0
    seen = dict.fromkeys(("unit", "volume", "codes", "fill"), 0)
    tried = 0
    for seed in range(FEEDS):
        batches = feed(seed)
        for day in range(LEAST, DAYS):
            history, now = batches[:day], batches[day]
            judged += 1
            held += bool(broken(now, history))
            if day % 10 or now.rows < 100 or day < 20:
                continue
            tried += 1
            level = {name: Level(each.mean + math.log(10), each.spread, each.count) for name, each in now.level.items()}
            seen["unit"] += "UNITS_CHANGED" in broken(Figures(**{**vars(now), "level": level}), history)
            lost = Figures(**{**vars(now), "rows": now.rows // 10})
            seen["volume"] += "VOLUME_UNUSUAL" in broken(lost, history)
            renumbered = {"t.f0": {f"new {code}": share for code, share in now.codes["t.f0"].items()}}
            seen["codes"] += "CODES_SHIFTED" in broken(Figures(**{**vars(now), "codes": renumbered}), history)
            empty = Figures(**{**vars(now), "fill": {**now.fill, "t.f0": 0.3}})
            seen["fill"] += "FILL_UNUSUAL" in broken(empty, history)
    assert judged > 1000
    assert held / judged <= 0.01, f"{held} of {judged} ordinary batches would wait for a person"
    assert tried > 50
    rates = {fault: count / tried for fault, count in seen.items()}
    assert rates["unit"] > 0.95, rates
    assert rates["codes"] > 0.95, rates
    assert rates["fill"] > 0.95, rates
    assert rates["volume"] > 0.6, rates  # nine tenths gone; less is lost in the weekends of some feeds


def test_a_young_feed_has_no_limits() -> None:
    batches = feed(1)
    assert limits(batches[LEAST - 1], batches[: LEAST - 1]) == []
    assert limits(batches[LEAST], batches[:LEAST])


def test_distance() -> None:
    assert distance({"a": 1.0}, {"b": 1.0}) == 1.0
    assert distance({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5}) == 0.0


def test_columns_that_moved() -> None:
    assert [each.code for each in moved_columns(["b", "a", "x"], ["a", "b", "gone"])] == [
        "COLUMN_DROPPED",
        "COLUMNS_REORDERED",
    ]
    assert list(moved_columns(["a", "new", "b"], ["a", "b"])) == [], "the header's check tells what is new"
