"""What answers cost: the receipts of ten thousand bad rows, ten thousand small files in one go, and one file's latency.

The hub's own functions, one process, a real PostgreSQL; latency is from the drop to the technical and the business
receipt, without what a scheduler adds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks import hub_run
from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared, median_of, publish
from hub.settings import settings
from pipeline.checks.check import CheckRequest, check
from pipeline.intake.receive import receive_ready
from pipeline.sources import source_named
from pipeline.steps.runner import STEPS, run, step

if TYPE_CHECKING:
    from pathlib import Path

BAD_ROWS, SMALL_FILES, ROWS_OF_ONE = 10_000, 10_000, 1_000
JOURNEYS = 300  # files taken to the end: a process of its own parses each


def figures(runs: int, small_files: int = SMALL_FILES) -> list[Figure]:
    """Return the figures of all three, each in a hub of its own: a feed's history would find the others unusual."""
    found = []
    for measure, number in ((answering, runs), (latency, max(runs, 20)), (many, small_files)):
        with hub_run.hub(BAD_ROWS) as (_, folder):
            found += measure(folder, number)
    return found


def answering(folder: Path, runs: int) -> list[Figure]:
    """Return the seconds that a verdict on ten thousand bad rows takes with all receipts, against the verdict alone."""
    file, source, now = folder / "bad.csv", source_named(hub_run.SOURCE), datetime.now(UTC)
    make_fire(file, BAD_ROWS, bad=1.0)
    request = CheckRequest(received_at=now)

    def timed(*, with_files: bool) -> float:
        began = time.perf_counter()
        check(file, source, request, with_correction_files=with_files)
        return time.perf_counter() - began

    verdict_only = median_of(runs, lambda: timed(with_files=False))
    whole = median_of(runs, lambda: timed(with_files=True))
    size = sum(len(document.body) for document in check(file, source, request).documents)
    name = f"verdict and answers, {BAD_ROWS:,} bad rows"
    return [compared(name, whole, "s", "verdict alone", verdict_only, "<= 3"), Figure("their size", size / 1e6, "MB")]


def latency(folder: Path, runs: int) -> list[Figure]:
    """Return the seconds from the drop of a file of a thousand rows to its receipts."""
    technical, business = [], []
    out = settings().exchange / hub_run.SOURCE / "out"
    for number in range(runs):
        file = folder / f"one-{number}.csv"
        make_fire(file, ROWS_OF_ONE, bad=0.05, seed=number)
        began = time.perf_counter()
        _drop(file)
        (batch,) = receive_ready(hub_run.SOURCE)
        technical.append(_since(out / f"{batch}.received.json", began))
        run(hub_run.SOURCE)
        business.append(_since(out / f"{batch}.receipt.json", began))
    return [
        Figure(f"drop to {name}, {ROWS_OF_ONE:,} rows, {share}", round(value, 3), "s", aim=aim)
        for name, times, aim in (("technical receipt", technical, "<= 2"), ("business receipt", business, "<= 15"))
        for share, value in (("p50", statistics.median(times)), ("p95", statistics.quantiles(times, n=20)[-1]))
    ]


def many(folder: Path, files: int) -> list[Figure]:
    """Return the files per second of many small ones that lie there at once: all received, some taken to the end."""
    for number in range(files):
        file = folder / f"small-{number}.csv"
        make_fire(file, 1, seed=1_000_000 + number)
        _drop(file)
    began = time.perf_counter()
    ids = receive_ready(hub_run.SOURCE)
    received = time.perf_counter() - began
    if len(ids) != files:
        raise SystemExit(f"{len(ids)} of {files} files were received: nothing to measure")
    some = ids[:JOURNEYS]
    began = time.perf_counter()
    for verb in STEPS:
        step(verb, some)
    seconds = time.perf_counter() - began
    return [
        Figure(f"{files:,} files of one row, received", round(files / received, 1), "files/s"),
        Figure(f"{len(some):,} of them, on to their receipts", round(len(some) / seconds, 1), "files/s"),
    ]


def _drop(file: Path) -> None:
    inbox = settings().exchange / hub_run.SOURCE / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    file.rename(inbox / file.name)


def _since(path: Path, began: float) -> float:
    if not path.exists():
        raise SystemExit(f"{path.name} is not there: nothing to measure")
    return time.perf_counter() - began


def main() -> None:
    """Measure, print, and write `bench-receipts.json` under RISKHUB_HOME."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=SMALL_FILES)
    options = parser.parse_args()
    path = settings().home / "bench-receipts.json"
    publish(figures(options.runs, options.files), path)


if __name__ == "__main__":
    main()
