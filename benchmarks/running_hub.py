"""What the scheduler adds: from the drop to the receipt in a hub that runs, for one file and for ten thousand at once.

A real `riskhub up` with everything that it starts; a file is dropped as an agency drops it, and timed until its
business receipt lies in `out/`.
"""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg

from benchmarks import hub_run
from benchmarks.make_fire import make_fire
from benchmarks.receipts import ROWS_OF_ONE, SMALL_FILES
from benchmarks.report import Figure
from hub.settings import settings
from pipeline.intake.drop import drop_file
from stack import control, environment
from warehouse.connection import owner_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WARM_UP, RECEIPT_TIMEOUT = 2, 3600  # files that are not counted; seconds until a receipt is given up
PAUSES = (0.0, 1.3, 2.9, 4.1)  # seconds between a receipt and the next drop: a scheduler has a beat of its own


def figures(runs: int, small_files: int = SMALL_FILES) -> list[Figure]:
    """Return latency (p50, p95) and throughput in one running hub; the second begins with an empty ledger."""
    with _running() as (url, folder):
        found = latency(folder, max(runs, 20))
        _wait_until_idle()  # the last receipt is out before its run has ended
        hub_run.empty(url)
        return found + many(folder, small_files)


def latency(folder: Path, runs: int) -> list[Figure]:
    """Return the seconds from the drop of a file of a thousand rows to its business receipt."""
    seconds = []
    for number in range(runs + WARM_UP):
        file = folder / f"one-{number}.csv"
        make_fire(file, ROWS_OF_ONE, bad=0.05, seed=number)
        time.sleep(PAUSES[number % len(PAUSES)])
        began = time.perf_counter()
        drop_file(file, hub_run.SOURCE, file.name)
        _wait_for(number + 1)
        seconds.append(time.perf_counter() - began)
    counted = seconds[WARM_UP:]
    name = f"drop to receipt in the running hub, {ROWS_OF_ONE:,} rows"
    return [
        Figure(f"{name}, p50", round(statistics.median(counted), 1), "s"),
        Figure(f"{name}, p95", round(statistics.quantiles(counted, n=20)[-1], 1), "s", aim="<= 15"),
    ]


def many(folder: Path, files: int) -> list[Figure]:
    """Return the files per second of many small ones, dropped at once, to their receipts, and Airflow's tasks."""
    before, begun = _tasks(), _receipts()
    for number in range(files):
        make_fire(folder / f"small-{number}.csv", 1, seed=1_000_000 + number)
    began = time.perf_counter()
    for number in range(files):
        drop_file(folder / f"small-{number}.csv", hub_run.SOURCE, f"small-{number}.csv")
    _wait_for(begun + files)
    seconds = time.perf_counter() - began
    return [
        Figure(f"{files:,} files of one row in the running hub", round(files / seconds, 1), "files/s"),
        Figure("tasks that Airflow ran for them", _tasks() - before, "tasks"),
    ]


@contextmanager
def _running() -> Iterator[tuple[str, Path]]:
    with hub_run.place(ROWS_OF_ONE) as folder:
        try:
            control.up()
            yield owner_url(), folder
        finally:
            control.down()


def _wait_for(receipts: int) -> None:
    until = time.monotonic() + RECEIPT_TIMEOUT
    while _receipts() < receipts:
        if time.monotonic() > until:
            raise SystemExit(f"{_receipts()} of {receipts} receipts came: nothing to measure")
        time.sleep(0.05 if receipts < SMALL_FILES else 1)


def _wait_until_idle() -> None:
    while _count("select count(*) from dag_run where dag_id = %s and state in ('queued', 'running')"):
        time.sleep(1)


def _receipts() -> int:
    return sum(1 for _ in (settings().exchange / hub_run.SOURCE / "out").glob("*.receipt.json"))


def _tasks() -> int:
    """Return how many attempts at tasks of the source's DAG Airflow has made."""
    return _count("select sum(try_number) from task_instance where dag_id = %s")


def _count(question: LiteralString) -> int:
    """Return Airflow's answer to a question about the source's DAG, a number."""
    dag = f"intake__{hub_run.SOURCE.replace('/', '__')}"
    with psycopg.connect(environment.database_url(settings().home)) as conn:
        row: Any = conn.execute(question, (dag,)).fetchone()
    return int(row[0] or 0)
