"""A hub of the benchmark's own: an embedded PostgreSQL, one source, and `riskhub run` as a new process on the clock."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
from psycopg import sql

from hub.settings import PROJECT, settings
from stack import postgres
from stack.migrate import migrate
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOURCE = "hn_fire/incidents"
MIB = 1 << 20
SILENT: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@dataclass(frozen=True)
class Run:
    """What one `riskhub run` took: seconds of the clock, peak bytes of its process tree, and seconds by step."""

    seconds: float
    peak: int
    steps: dict[str, float]


@contextmanager
def hub(rows: int) -> Iterator[tuple[str, Path]]:
    """Give the URL of an empty warehouse and a folder for files; the source expects up to `rows` rows."""
    with place(rows) as folder, postgres.serving() as url:
        migrate(url)
        yield url, folder


@contextmanager
def place(rows: int) -> Iterator[Path]:
    """Give a folder for files, with the home of a hub that has nothing yet and its one source in it."""
    with tempfile.TemporaryDirectory(prefix="riskhub-bench-") as folder:
        os.environ["RISKHUB_HOME"] = str(Path(folder) / "home")
        os.environ["RISKHUB_SOURCES"] = str(_sources(Path(folder) / "sources", rows))
        settings.cache_clear()
        Path(folder).chmod(0o755)
        yield Path(folder)


def _sources(folder: Path, rows: int) -> Path:
    """Copy the source, expecting what comes: an unusual volume is not what is measured."""
    shipped = PROJECT / "mappings" / "sources"
    shutil.copytree(shipped / SOURCE, folder / SOURCE)
    agency = SOURCE.split("/", maxsplit=1)[0]
    shutil.copy(shipped / agency / "agency.yml", folder / agency)
    mapping = folder / SOURCE / "mapping.yml"
    text, count = re.subn(r"rows: \{min: 1, max: \d+\}", f"rows: {{min: 1, max: {rows}}}", mapping.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{mapping} no longer says how many rows it expects")
    mapping.write_text(text, "utf-8")
    return folder


def run(url: str, file: Path, rows: int, command: Sequence[str | Path] = ()) -> Run:
    """Empty the warehouse, drop `file`, and take it through the whole journey; `rows` must have been read.

    `command` stands for `riskhub run`, where a benchmark needs a look inside.
    """
    empty(url)
    inbox = settings().exchange / SOURCE / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, inbox / file.name)
    began = time.perf_counter()
    usual: list[str | Path] = [Path(sys.executable).with_name("riskhub"), "run", "--source", SOURCE]
    process = subprocess.Popen(command or usual, **SILENT)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    return Run(seconds, peak, _steps(url, rows))


def _steps(url: str, rows: int) -> dict[str, float]:
    with connect(url) as conn:
        row: Any = conn.execute(
            "select read, new + quarantined, mapped_at - received_at, validated_at - mapped_at,"
            " acknowledged_at - validated_at from ledger.batch"
        ).fetchone()
        loaded: Any = conn.execute("select count(*) from core.fire_incident").fetchone()
    if row is None or row[:2] != (rows, rows) or not loaded[0]:
        raise SystemExit(f"riskhub run accounts for {row} of {rows} rows: nothing to measure")
    names = ("receive to mapped", "mapped to validated", "validated to acknowledged")
    return {name: part.total_seconds() for name, part in zip(names, row[2:], strict=True)}


def _memory(pid: int) -> int:
    """Return the memory of a process and its children, in bytes; the server is not among them."""
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(process.memory_info().rss for process in tree)
    except psutil.Error:
        return 0


def empty(url: str) -> None:
    """Forget every batch and row."""
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
