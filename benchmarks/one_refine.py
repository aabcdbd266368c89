"""One engine, one shape, one process: seconds for mapping rows that lie in memory.  Prints them as JSON.

    python -m benchmarks.one_refine ENGINE SHAPE ROWS.arrow RUNS

The first run warms up and is not counted.  Every engine gets the rows as it likes them best, outside of the clock: ours
as the reader's record batches, polars and pandas as a frame of text.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCES = {"fire": "hn_fire/incidents", "neiss": "us_cpsc/neiss"}
THREADS = 2  # as the pipeline does it


def ours(shape: str, table: pa.Table) -> Callable[[], int]:
    """Return `refine` over the reader's batches, as the pipeline runs it: findings, keys and hashes included."""
    from mappings.engine import read_source  # noqa: PLC0415 - each engine in a process of its own
    from pipeline.sources import folder_of  # noqa: PLC0415
    from pipeline.transform.map_batches import refined_batches  # noqa: PLC0415

    source = read_source(folder_of(SOURCES[shape]))
    batches = table.to_batches()

    def work() -> int:
        return sum(batch.num_rows for batch, _ in refined_batches(iter(batches), source))

    return work


def by_hand(engine: str, shape: str, table: pa.Table) -> Callable[[], int]:
    """Return the mapping as written by hand for `polars` or `pandas`."""
    function: Callable[[Any], list[Any]] = getattr(import_module(f"benchmarks.by_hand.with_{engine}"), shape)
    plain = table.select([name for name in table.schema.names if not name.startswith("@")])
    frame: Any
    if engine == "polars":
        import polars as pl  # noqa: PLC0415

        frame = pl.from_arrow(plain)
    else:
        import pandas as pd  # noqa: PLC0415

        frame = plain.to_pandas(types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get)
    return lambda: len(function(frame)[0])


def main(engine: str, shape: str, path: str, runs: str) -> None:
    """Time one engine and print its seconds."""
    with pa.memory_map(path) as file:
        table = pa.ipc.open_file(file).read_all()
    work = ours(shape, table) if engine == "riskhub" else by_hand(engine, shape, table)
    seconds = []
    for _ in range(int(runs) + 1):
        began = time.perf_counter()
        rows = work()
        seconds.append(time.perf_counter() - began)
        if rows != table.num_rows:
            raise SystemExit(f"{engine} made {rows} records of {table.num_rows} rows")
    print(json.dumps({"seconds": seconds[1:], "file": Path(path).name}))


if __name__ == "__main__":
    main(*sys.argv[1:5])
