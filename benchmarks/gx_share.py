"""What judging a batch's figures costs: its share of the whole journey, when all are usual and when one is not.

Only the second kind of batch meets Great Expectations, whose import is on the clock: each run is a new process, as the
first batch of a worker is.  `python -m benchmarks.gx_share FILE` is that process; it writes the seconds into FILE.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import hub_run
from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared
from validation.batches import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

AIM = "<= 0.15"


def figures(rows: int, runs: int) -> list[Figure]:
    """Return the seconds of judging against those of the whole run, for a usual batch and for an unusual one."""
    taken: dict[str, list[tuple[float, float]]] = {"all figures usual": [], "one figure unusual": []}
    with hub_run.hub(rows) as (url, folder):
        file, seconds = folder / "fire.csv", folder / "seconds"
        make_fire(file, rows)
        mapping = Path(os.environ["RISKHUB_SOURCES"]) / hub_run.SOURCE / "mapping.yml"
        usual = mapping.read_text("utf-8")
        unusual = usual.replace(f"max: {rows}}}", "max: 1}, hold: false")
        if unusual == usual:
            raise SystemExit(f"{mapping} no longer says how many rows it expects")
        command = [sys.executable, "-m", "benchmarks.gx_share", str(seconds)]
        for _ in range(runs):  # in turns, so that a slow minute of the machine meets both
            for name, text in zip(taken, (usual, unusual), strict=True):
                mapping.write_text(text, "utf-8")
                whole = hub_run.run(url, file, rows, command).seconds
                taken[name].append((float(seconds.read_text("utf-8")), whole))
    found = []
    for name, pairs in taken.items():
        judging, whole = (statistics.median(each) for each in zip(*pairs, strict=True))
        found.append(compared(f"judging figures, {name}", judging, "s", "the whole run", whole, AIM))
    return found


def timed(judge: Callable[..., Any], into: Path) -> Callable[..., Any]:
    """Return the function with a clock around it, which adds up in the file."""
    into.write_text("0", "utf-8")

    @wraps(judge)
    def with_a_clock(*values: Any) -> Any:
        began = time.perf_counter()
        try:
            return judge(*values)
        finally:
            into.write_text(str(float(into.read_text("utf-8")) + time.perf_counter() - began), "utf-8")

    return with_a_clock


if __name__ == "__main__":
    verdict.judge_figures = timed(verdict.judge_figures, Path(sys.argv[1]))
    from cli.screen import guarded  # before it, the function with the clock must stand in its place

    sys.exit(guarded(["run", "--source", hub_run.SOURCE]))
