"""`riskhub run` end to end into PostgreSQL, against a bare COPY of the finished rows, and against dlt.

One invented fire csv (GB18030), a million rows by default.  Ours: a new process that claims, keeps, reads, maps,
judges, loads and acknowledges.  Bare: psycopg's COPY of the very rows and columns that we loaded, encoded beforehand,
into a table without index or constraint.  dlt: the same csv, read by Arrow, merged on its key into a table of its own.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from benchmarks import hub_run
from benchmarks.hub_run import MIB, SILENT
from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared, median_of
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path


def figures(rows: int, runs: int) -> list[Figure]:
    """Return rows per second against both peers, the peak memory of the process tree, and the seconds by step."""
    with hub_run.hub(rows) as (url, folder):
        file = folder / "fire.csv"
        make_fire(file, rows)
        ours = [hub_run.run(url, file, rows) for _ in range(runs)]
        finished = _finished_rows(url, folder / "finished.csv")
        bare = median_of(runs, lambda: _bare(url, folder / "finished.csv", finished))
        theirs = median_of(runs, lambda: _dlt(url, file))
    seconds = statistics.median(run.seconds for run in ours)
    peak = max(run.peak for run in ours)
    return [
        compared("end to end, rows", rows / seconds, "rows/s", "bare COPY", rows / bare, ">= 0.4"),
        compared("end to end, rows", rows / seconds, "rows/s", "dlt merge", rows / theirs, ">= 4"),
        compared("peak memory", peak / MIB, "MiB", "limit", 1024, "<= 1"),
        *(Figure(f"of which {name}", round(taken, 3), "s") for name, taken in ours[-1].steps.items()),
    ]


def _finished_rows(url: str, path: Path) -> list[str]:
    """Write the loaded rows as COPY would read them and return the columns that hold anything."""
    with connect(url) as conn:
        conn.execute("analyze core.fire_incident")
        names = [
            row[0]
            for row in conn.execute(
                "select attname from pg_stats"
                " where schemaname = 'core' and tablename = 'fire_incident' and null_frac < 1"
            ).fetchall()
        ]
        query = sql.SQL("copy (select {} from core.fire_incident) to stdout (format csv)").format(
            sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with conn.cursor() as cursor, cursor.copy(query) as copy, path.open("wb") as file:
            for block in copy:
                file.write(block)
    return names


def _bare(url: str, path: Path, names: list[str]) -> float:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    with connect(url) as conn:
        conn.execute("drop table if exists public.bare")
        conn.execute(sql.SQL("create table public.bare as select {} from core.fire_incident limit 0").format(columns))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("checkpoint")
    began = time.perf_counter()
    into = sql.SQL("copy public.bare ({}) from stdin (format csv)").format(columns)
    with connect(url) as conn, path.open("rb") as file, conn.cursor().copy(into) as copy:
        while block := file.read(1 << 18):
            copy.write(block)
    return time.perf_counter() - began


def _dlt(url: str, file: Path) -> float:
    with connect(url) as conn:
        conn.execute("drop schema if exists peer cascade")
        conn.execute("drop schema if exists peer_staging cascade")
    with tempfile.TemporaryDirectory(prefix="riskhub-dlt-") as folder:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "benchmarks.peer_dlt", str(file), url, folder],
            check=True,
            env={**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": folder},
            **SILENT,
        )
        return time.perf_counter() - began
