"""What bad rows cost: the same file with a fault in every tenth row, against the clean one, through the whole hub."""

from __future__ import annotations

import statistics

from benchmarks import hub_run
from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared

BAD = 0.1


def figures(rows: int, runs: int) -> list[Figure]:
    """Return the seconds of `riskhub run` for a file with 10 % bad rows against those for the clean file."""
    taken: dict[str, list[float]] = {}
    with hub_run.hub(rows) as (url, folder):
        for name, share in (("clean", 0.0), ("bad", BAD)):
            file = folder / f"{name}.csv"
            make_fire(file, rows, bad=share)
        for _ in range(runs):  # in turns, so that a slow minute of the machine meets both
            for name in ("clean", "bad"):
                seconds = hub_run.run(url, folder / f"{name}.csv", rows).seconds
                taken.setdefault(name, []).append(seconds)
    bad, clean = (statistics.median(taken[name]) for name in ("bad", "clean"))
    return [compared("10 % bad rows", bad, "s", "clean file", clean, "<= 1.3")]
