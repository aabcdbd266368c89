"""Run the benchmarks: `python -m benchmarks [--rows N] [--runs N]`."""

from __future__ import annotations

import argparse

from benchmarks import end_to_end
from benchmarks.report import publish
from hub.settings import settings


def main() -> None:
    """Measure, print, and write `bench.json` under RISKHUB_HOME."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    path = settings().home / "bench.json"
    publish(end_to_end.figures(options.rows, options.runs), path)


if __name__ == "__main__":
    main()
