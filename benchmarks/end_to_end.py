"""`riskhub run` end to end into PostgreSQL, against a bare COPY of the finished rows, and against dlt.

One invented fire csv (GB18030), a million rows by default.  Ours: a new process that claims, keeps, reads, maps,
judges, loads and acknowledges.  Bare: psycopg's COPY of the very rows and columns that we loaded, encoded beforehand,
into a table without index or constraint.  dlt: the same csv, read by Arrow, merged on its key into a table of its own.
The source is a copy of the shipped one that expects as many rows as come.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from benchmarks.make_fire import make_fire
from benchmarks.report import Figure, compared, median_of
from hub.settings import PROJECT, settings
from pipeline.stack import postgres
from pipeline.warehouse import connect, migrate

SOURCE = "hn_fire/incidents"
MIB = 1 << 20
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def figures(rows: int, runs: int) -> list[Figure]:
    """Return rows per second against both peers, and the peak memory of the whole process tree."""
    with tempfile.TemporaryDirectory(prefix="riskhub-bench-") as folder:
        os.environ["RISKHUB_HOME"] = str(Path(folder) / "home")
        os.environ["RISKHUB_SOURCES"] = str(_sources(Path(folder) / "sources", rows))
        settings.cache_clear()
        Path(folder).chmod(0o755)
        file = Path(folder) / "fire.csv"
        make_fire(file, rows)
        with postgres.serving() as url:
            migrate(url)
            return _measured(url, file, rows, runs)


def _sources(folder: Path, rows: int) -> Path:
    """Copy the source, expecting what comes: an unusual volume is not what is measured."""
    shipped = PROJECT / "mappings" / "sources"
    shutil.copytree(shipped / SOURCE, folder / SOURCE)
    shutil.copy(shipped / SOURCE.split("/", maxsplit=1)[0] / "agency.yml", folder / SOURCE.split("/", maxsplit=1)[0])
    mapping = folder / SOURCE / "mapping.yml"
    text, count = re.subn(r"rows: \{min: 1, max: \d+\}", f"rows: {{min: 1, max: {rows}}}", mapping.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{mapping} no longer says how many rows it expects")
    mapping.write_text(text, "utf-8")
    return folder


def _measured(url: str, file: Path, rows: int, runs: int) -> list[Figure]:
    peaks: list[int] = []
    steps: list[dict[str, float]] = []
    ours = median_of(runs, lambda: _ours(url, file, rows, peaks, steps))
    finished = _finished_rows(url, file.with_name("finished.csv"))
    bare = median_of(runs, lambda: _bare(url, file.with_name("finished.csv"), finished))
    figures = [
        compared("end to end, rows", rows / ours, "rows/s", "bare COPY", rows / bare, ">= 0.4"),
    ]
    theirs = median_of(runs, lambda: _dlt(url, file))
    figures.append(compared("end to end, rows", rows / ours, "rows/s", "dlt merge", rows / theirs, ">= 4"))
    figures.append(compared("peak memory", max(peaks) / MIB, "MiB", "limit", 1024, "<= 1"))
    last = steps[-1]
    figures += [Figure(f"of which {name}", round(seconds, 3), "s") for name, seconds in last.items()]
    return figures


def _ours(url: str, file: Path, rows: int, peaks: list[int], steps: list[dict[str, float]]) -> float:
    _empty(url)
    inbox = settings().exchange / SOURCE / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, inbox / file.name)
    began = time.perf_counter()
    process = subprocess.Popen([Path(sys.executable).with_name("riskhub"), "run", "--source", SOURCE], **SILENT)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    peaks.append(peak)
    with connect(url) as conn:
        row: Any = conn.execute(
            "select new, mapped_at - received_at, validated_at - mapped_at, acknowledged_at - validated_at"
            " from ledger.batch"
        ).fetchone()
        loaded: Any = conn.execute("select count(*) from core.fire_incident").fetchone()
    if row is None or row[0] != rows or loaded[0] != rows:
        raise SystemExit(f"riskhub run loaded {loaded[0]} of {rows} rows: nothing to measure")
    names = ("receive to mapped", "mapped to validated", "validated to acknowledged")
    steps.append({name: part.total_seconds() for name, part in zip(names, row[1:], strict=True)})
    return seconds


def _memory(pid: int) -> int:
    """Return the proportional memory of a process and its children, in bytes; the server is not among them."""
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(process.memory_info().rss for process in tree)
    except psutil.Error:
        return 0


def _empty(url: str) -> None:
    with connect(url) as conn:
        tables = conn.execute(
            "select schemaname, tablename from pg_tables"
            " where schemaname in ('core', 'history', 'quarantine', 'ledger') and tablename <> 'migration'"
        ).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
        conn.execute(sql.SQL("truncate {}").format(names))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("checkpoint")
    for store in ("raw", "work"):
        shutil.rmtree(settings().home / store, ignore_errors=True)


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
