"""Memory does not grow with the file: the peak of `riskhub run` for a file of many times the rows."""

from __future__ import annotations

from benchmarks import hub_run
from benchmarks.hub_run import MIB
from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared

TIMES = 20


def figures(rows: int, _runs: int = 1, times: int = TIMES) -> list[Figure]:
    """Return the peak for `rows * times` rows against that for `rows`, in MiB; once, since it takes so long."""
    peaks = []
    with hub_run.hub(rows * times) as (url, folder):
        for size in (rows, rows * times):
            file = folder / "fire.csv"
            make_fire(file, size)
            peaks.append(hub_run.run(url, file, size).peak / MIB)
            file.unlink()
    return [compared(f"peak memory, {rows * times:,} rows", peaks[1], "MiB", f"{rows:,} rows", peaks[0], "<= 1.2")]
