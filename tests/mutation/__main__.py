"""The command: `map` records which tests execute which line, `run` tries a sample of breakages."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from tests.mutation import report
from tests.mutation.coverage_map import CoverageMap
from tests.mutation.sample import FOLDERS, sample
from tests.mutation.trial import Copy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutation.edit import Edit

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "mutation"  # git ignores var/


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code, 1 when a breakage was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the tree; its own unless another is named")
    parser.add_argument("--work", type=Path, default=WORK, help="where map and report are kept")
    commands = parser.add_subparsers(dest="command", required=True)
    mapping = commands.add_parser("map", help="record which tests execute which line; adds to what is known")
    mapping.add_argument("pytest", nargs=argparse.REMAINDER, help="what pytest is given: folders of tests, -n 2")
    running = commands.add_parser("run", help="try a sample of breakages and write the report")
    running.add_argument("--seed", type=int, default=1)
    running.add_argument("--sample", type=int, default=100, help="how many breakages, spread over the folders")
    running.add_argument("--folder", action="append", choices=FOLDERS, help="only of this folder; may be repeated")
    running.add_argument("--workers", type=int, default=1, help="how many are tried at the same time")
    running.add_argument("--minutes", type=float, help="begin no breakage after so long; the next run goes on there")
    options = parser.parse_args(arguments)
    root, work = options.root.resolve(), options.work.resolve()
    known = CoverageMap.read(work / "map.json")
    if options.command == "map":
        if not importlib.util.find_spec("coverage"):
            sys.stderr.write("The package `coverage` is missing.\nnext: .venv/bin/pip install coverage\n")
            return 2
        code = known.record(root, work, options.pytest)
        known.write(work / "map.json")
        return code
    return _run(root, work, known, options)


def _run(root: Path, work: Path, known: CoverageMap, options: argparse.Namespace) -> int:
    chosen = sample(root, options.folder or FOLDERS, options.sample, options.seed)
    work.mkdir(parents=True, exist_ok=True)
    lines = work / f"seed-{options.seed}.jsonl"
    names = {edit.name for edit in chosen}
    outcomes = {each.name: each for each in report.read(lines) if each.name in names}
    until = time.monotonic() + 60 * (options.minutes or 10**6)
    place = Path(tempfile.mkdtemp(prefix="riskhub-mutation-"))
    place.chmod(0o755)
    copies: SimpleQueue[Copy] = SimpleQueue()
    for number in range(options.workers):
        copies.put(Copy(root, place / str(number)))
    writing = Lock()

    def attempt(edit: Edit) -> None:
        if time.monotonic() > until:
            return
        copy = copies.get()
        try:
            outcome = copy.try_edit(edit, known)
        finally:
            copies.put(copy)
        with writing:
            outcomes[edit.name] = outcome
            report.append(lines, outcome)
            sys.stdout.write(f"{outcome.outcome:9}{edit.path}:{edit.first} {edit.operator}\n")
            sys.stdout.flush()

    try:
        with ThreadPoolExecutor(options.workers) as pool:
            list(pool.map(attempt, [edit for edit in chosen if edit.name not in outcomes]))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    done = [outcomes[edit.name] for edit in chosen if edit.name in outcomes]
    path = work / f"seed-{options.seed}.md"
    path.write_text(report.page(done, options.seed), "utf-8")
    sys.stdout.write(f"{len(done)} of {len(chosen)} tried: {path}\n")
    return int(any(each.outcome in ("survived", "timeout") for each in done))


if __name__ == "__main__":
    sys.exit(main())
