"""`refine` alone: rows in memory to records in memory, against the same mapping by hand in polars and in pandas.

Two shapes: fire reports (28 columns, Chinese, two date forms, places, four crosswalks, money in units of 10,000) and
NEISS cases (25 coded columns, ages in years or months, three products each).  Every engine has a process of its own.
Ours makes findings, identities and content hashes besides (about half of its time); by hand there are none.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from benchmarks.make_fire import make_fire
from benchmarks.make_neiss import make_neiss
from benchmarks.report import Figure, compared
from connectors import Format
from connectors.sandbox.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES: dict[str, tuple[Callable[[Path, int], None], str]] = {
    "fire": (make_fire, "gb18030"),
    "neiss": (make_neiss, "utf-8"),
}
AIMS = {"polars": "", "pandas": ">= 1"}


def figures(rows: int, runs: int) -> list[Figure]:
    """Return rows per second of ours against each by-hand mapping, for each shape."""
    found = []
    with tempfile.TemporaryDirectory(prefix="riskhub-refine-", dir=in_memory()) as folder:
        for shape in SHAPES:
            path = rows_in_memory(shape, rows, Path(folder))
            ours = rows / seconds("riskhub", shape, path, runs)
            for peer, aim in AIMS.items():
                theirs = rows / seconds(peer, shape, path, runs)
                found.append(compared(f"refine {shape}", ours, "rows/s", f"{peer} by hand", theirs, aim))
            path.unlink()
    return found


def in_memory() -> str | None:
    """Return a folder in memory where the system has one: no engine shall wait for a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own is made in it


def rows_in_memory(shape: str, rows: int, folder: Path) -> Path:
    """Make a delivery, read it by the hub's own reader, and return the file with its record batches."""
    make, encoding = SHAPES[shape]
    delivery, path = folder / f"{shape}.csv", folder / f"{shape}.arrow"
    make(delivery, rows)
    with (
        read(delivery, Format.of({"kind": "csv", "encoding": encoding})) as batches,
        pa.OSFile(str(path), "wb") as file,
    ):
        writer = None
        for batch in batches:
            writer = writer or pa.ipc.new_file(file, batch.schema)
            writer.write_batch(batch)
        if writer:
            writer.close()
    delivery.unlink()
    return path


def seconds(engine: str, shape: str, path: Path, runs: int) -> float:
    """Return the median of `runs` runs of one engine in a process of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_refine", engine, shape, str(path), str(runs)],
        check=True,
        capture_output=True,
    )
    return float(statistics.median(json.loads(finished.stdout)["seconds"]))
