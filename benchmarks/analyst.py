"""The warehouse for analysts: every question of the cookbook over generated records of five years.

`python -m benchmarks.analyst --rows N --home DIR` builds the warehouse in DIR once, makes the marts by the hub's own
code, and measures: each question once after a start of the server and then several times, as an analyst where the
question is open to one, and without row security; the refresh of the marts after one more batch; and the size of a row.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from benchmarks import analyst_rows as rows
from benchmarks.analyst_records import RECORDS
from benchmarks.analyst_warehouse import build, once, record_batches
from benchmarks.report import Figure, compared, publish, show
from hub.settings import settings
from pipeline.marts import refresh
from stack import postgres
from stack.migrate import migrate
from warehouse.connection import connect
from warehouse.example_queries import example_queries

BATCH = 100_000  # rows of the batch after which the marts are refreshed
LOOKUPS = {"03_one_product", "04_one_enterprise"}  # what a page shows while somebody waits
TILES = "tile_map"
EXTRA = {
    TILES: "select r.unit_label_en, r.tile_col, r.tile_row, sum(e.events) from mart.region_day e"
    " join mart.region r on r.region_code = e.region_code where r.province_code = '460000'"
    " group by 1, 2, 3 order by 4 desc"
}
QUICK, SLOW = 300.0, 1000.0  # milliseconds that are aimed at
LEAST = 2  # runs of the slowest query: the first and another
LONGEST = 120_000  # milliseconds after which a query is given up
REFRESHED = 10.0  # seconds


@dataclass(frozen=True)
class Timed:
    """One query: its rows, and the milliseconds of the clock and of the processor, the first time and further times."""

    name: str
    rows: int
    clock: list[float]
    processor: list[float]

    @property
    def cold(self) -> float:
        """Return the milliseconds of the clock the first time."""
        return self.clock[0]

    @property
    def middle(self) -> float:
        """Return the median of the further times."""
        return statistics.median(self.clock[1:])

    @property
    def slowest(self) -> float:
        """Return the slowest further time, which stands for the 95th percentile of so few."""
        return max(self.clock[1:])

    @property
    def worked(self) -> float:
        """Return the median of the processor's milliseconds: on a busy machine it says more than the clock."""
        return statistics.median(self.processor[1:])


def questions() -> dict[str, str]:
    """Return the queries that are measured, by name."""
    return {query.name: query.text for query in example_queries()} | EXTRA


def main() -> None:
    """Build what is not built yet, measure, print, and write `bench.json` into the home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--home", type=Path, default=Path("var/bench-analyst"))
    parser.add_argument("--only", nargs="*", default=[], help="names of queries; nothing else is measured then")
    options = parser.parse_args()
    home: Path = options.home.resolve()
    os.environ["RISKHUB_HOME"] = str(home)
    settings.cache_clear()
    try:
        figures = measured(home, options.rows, options.runs, options.only)
        show(figures)
        publish(figures, home / "bench.json")
    finally:
        postgres.stop(home)


def measured(home: Path, total: int, runs: int, only: list[str]) -> list[Figure]:
    """Return all figures of a warehouse of so many records."""
    began = time.perf_counter()

    def say(line: str) -> None:
        print(f"{time.perf_counter() - began:8.1f} s  {line}", flush=True)

    url = build(home, total, say)
    say("marts")
    migrate(url)
    with psycopg.connect(url) as conn:
        once(conn, "marts", total, say, lambda each: refresh.build_marts(each, refresh.STORED))
    say("queries")
    wanted = {name: text for name, text in questions().items() if not only or name in only}
    timed = _all(home, wanted, runs, "riskhub_analyst", say)
    slow = {name: each for name, each in timed.items() if each.middle >= LONGEST}
    bare = slow | _all(home, {name: text for name, text in wanted.items() if name not in slow}, runs, "", say)
    figures = [
        figure
        for name in wanted
        for role in ["analyst" if name in timed else "owner"]
        for figure in _figures(name, timed.get(name, bare[name]), bare[name], role)
    ]
    if only:
        return figures
    return [*figures, *_sizes(url, total), *_refreshed(home, url, total, say)]


def _all(home: Path, wanted: dict[str, str], runs: int, role: str, say: Any) -> dict[str, Timed]:
    """Time the queries as a role, after a new start of the server; what the role may not ask is left out."""
    postgres.stop(home)
    url = postgres.start(home)
    found = {}
    for name, text in wanted.items():
        with psycopg.connect(url, autocommit=True) as conn:
            if role:
                conn.execute(f"set role {role}")
            try:
                found[name] = timed(conn, name, text, runs)
            except psycopg.errors.InsufficientPrivilege:
                continue
        say(
            f"{role or 'owner':16} {name:36} {found[name].cold:9.0f} {found[name].middle:9.0f} ms,"
            f" processor {found[name].worked:9.0f} ms, {found[name].rows} rows"
        )
    return found


def timed(conn: psycopg.Connection[Any], name: str, text: str, runs: int) -> Timed:
    """Run a query once and then so many times; one that takes longer than `LONGEST` is given up.

    It runs in one process of the server, whose processor time is then all of it.
    """
    conn.execute(f"set statement_timeout = {LONGEST}")
    conn.execute("set max_parallel_workers_per_gather = 0")
    server = psutil.Process(conn.info.backend_pid)
    clock: list[float] = []
    processor: list[float] = []
    count = 0
    while len(clock) < LEAST or (len(clock) <= runs and sum(clock) < LONGEST / 4):
        used, began = server.cpu_times(), time.perf_counter()
        try:
            count = len(conn.execute(text).fetchall())
        except psycopg.errors.QueryCanceled:
            return Timed(name, 0, [LONGEST, LONGEST], [LONGEST, LONGEST])
        clock.append(1000 * (time.perf_counter() - began))
        now = server.cpu_times()
        processor.append(1000 * (now.user + now.system - used.user - used.system))
    return Timed(name, count, clock, processor)


def _figures(name: str, timed: Timed, bare: Timed, role: str) -> list[Figure]:
    aim = QUICK if name in LOOKUPS or name == TILES else SLOW
    about = f"{name}, {role}, {timed.rows} rows"
    return [
        compared(
            f"{about}: cold {timed.cold:.0f}, p50 {timed.middle:.0f}; p95", timed.slowest, "ms", "aim", aim, "<= 1"
        ),
        compared(f"{about}: processor", timed.worked, "ms", "no row security", max(bare.worked, 10), "<= 3"),
    ]


def _sizes(url: str, total: int) -> list[Figure]:
    """Return the bytes for each record: tables and indexes of each schema, and the largest tables of the marts."""
    with psycopg.connect(url) as conn:
        schemas = conn.execute(
            "select n.nspname, sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid)) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
            " and n.nspname in ('core', 'history', 'ledger', 'mart') group by 1 order by 1"
        ).fetchall()
        marts = conn.execute(
            "select c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) from pg_class c"
            " where c.relkind = 'r' and c.relnamespace = 'mart'::regnamespace order by 2 desc limit 12"
        ).fetchall()
    named = [(f"schema {name}", *sizes) for name, *sizes in schemas] + [
        (f"mart.{name}", *sizes) for name, *sizes in marts
    ]
    return [
        Figure(f"bytes for each record, {name}: {part}", round(float(size) / total, 1), "B")
        for name, table, index in named
        for part, size in (("tables", table), ("indexes", index))
    ]


def _refreshed(home: Path, url: str, total: int, say: Any) -> list[Figure]:
    """Load one more batch of declarations, a twentieth of it corrections, and time the refresh of each mart."""
    with psycopg.connect(url) as conn:
        _one_more(conn, total)
    say("refresh")
    figures = []
    with connect(postgres.loader_url(home)) as loader:
        for mart in refresh.STORED:
            began = time.perf_counter()
            refresh.refresh_mart(loader, mart)
            figures.append(
                Figure(f"refresh after {BATCH} rows: {mart.name}", round(time.perf_counter() - began, 2), "s")
            )
    whole = sum(each.value for each in figures)
    return [*figures, compared(f"refresh after {BATCH} rows", whole, "s", "aim", REFRESHED, "<= 1")]


def _one_more(conn: psycopg.Connection[Any], total: int) -> None:
    """Write one more batch into core and history, in one transaction, as a load does."""
    declarations = RECORDS[0]
    count = rows.rows_of(declarations, total)
    known = conn.execute(f"select count(*) from core.{declarations.record_type}").fetchone()
    first = int(known[0]) + 1 if known else 1
    source = rows.numbers(first, first + BATCH - BATCH // rows.CORRECTED - 1, count)
    work = [rows.insert_records(declarations, source, f"more-{first}")]
    work += [rows.insert_items(declarations, child, source) for child in declarations.items]
    work += rows.correct(declarations, f"more-{first}", BATCH // rows.CORRECTED)
    for statement in work:
        conn.execute(statement)
    record_batches(conn, declarations)


if __name__ == "__main__":
    main()
