"""Run the benchmarks: `python -m benchmarks [PART ...] [--rows N] [--runs N]`; all parts when none is named."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from benchmarks import (
    draft_quality,
    end_to_end,
    faults,
    gx_share,
    judging,
    memory,
    reading,
    receipts,
    refining,
    running_hub,
)
from benchmarks.report import publish, show
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.report import Figure

FEW = 200_000  # rows of the batch whose judging is timed

# From what an engineer waits for most to what grows slowest; each takes rows and runs.
PARTS: dict[str, Callable[[int, int], list[Figure]]] = {
    "end_to_end": end_to_end.figures,
    "refining": refining.figures,
    "judging": judging.figures,
    "faults": faults.figures,
    "gx_share": lambda rows, runs: gx_share.figures(min(rows, FEW), runs),
    "memory": memory.figures,
    "reading": lambda rows, _runs: reading.figures(min(rows, FEW)),
    "receipts": lambda _rows, runs: receipts.figures(runs),
    "running_hub": lambda _rows, runs: running_hub.figures(runs),
    "draft": draft_quality.figures,
}


def main() -> None:
    """Measure, print, and write `bench.json` under RISKHUB_HOME."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    path = settings().home / "bench.json"
    found: list[Figure] = []
    for name in options.parts or PARTS:
        part = PARTS[name](options.rows, options.runs)
        show(part)
        found += part
        publish(found, path)  # after each part: what is interrupted keeps what it has
    print(f"written to {path}")


if __name__ == "__main__":
    main()
