"""The command: `probe` records which tests execute the lines of a sample of breakages, `run` tries them."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from tests.mutation import probe, report
from tests.mutation.coverage_map import CoverageMap
from tests.mutation.sample import FOLDERS, sample
from tests.mutation.trial import ROOT, Copy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutation.edit import Edit

WORK = ROOT / "var" / "mutation"  # git ignores var/


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code, 1 when a breakage was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the tree; its own unless another is named")
    parser.add_argument("--work", type=Path, default=WORK, help="where map and report are kept")
    commands = parser.add_subparsers(dest="command", required=True)
    probing = commands.add_parser("probe", help="record which tests execute a sample's lines; adds to what is known")
    running = commands.add_parser("run", help="try a sample of breakages and write the report")
    for command in (probing, running):
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--sample", type=int, default=100, help="how many breakages, spread over the folders")
        command.add_argument("--folder", action="append", choices=FOLDERS, help="only of this folder; may be repeated")
    probing.add_argument("pytest", nargs=argparse.REMAINDER, help="what pytest is given: folders of tests, -n 2")
    running.add_argument("--workers", type=int, default=1, help="how many are tried at the same time")
    running.add_argument("--patience", type=float, default=1, help="times the seconds of a trial, on a slow machine")
    running.add_argument("--near", action="store_true", help="where no known test notices, leave out whole folders")
    running.add_argument("--minutes", type=float, help="begin no breakage after so long; the next run goes on there")
    options = parser.parse_args(arguments)
    root, work = options.root.resolve(), options.work.resolve()
    known = CoverageMap.read(work / "map.json")
    chosen = sample(root, options.folder or FOLDERS, options.sample, options.seed)
    place = Path(tempfile.mkdtemp(prefix="riskhub-mutation-"))
    place.chmod(0o755)
    try:
        if options.command == "run":
            return _run(chosen, place, known, options)
        try:
            return probe.record(Copy(root, place / "probed"), chosen, known, options.pytest)
        finally:
            known.write(work / "map.json")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _run(chosen: Sequence[Edit], place: Path, known: CoverageMap, options: argparse.Namespace) -> int:
    root, work = options.root.resolve(), options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    lines = work / f"seed-{options.seed}.jsonl"
    names = {edit.name for edit in chosen}
    outcomes = {each.name: each for each in report.read(lines) if each.name in names}
    until = time.monotonic() + 60 * (options.minutes or 10**6)
    copies: SimpleQueue[Copy] = SimpleQueue()
    for number in range(options.workers):
        copies.put(Copy(root, place / str(number), options.patience, near=options.near))
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

    with ThreadPoolExecutor(options.workers) as pool:
        list(pool.map(attempt, [edit for edit in chosen if edit.name not in outcomes]))
    done = [outcomes[edit.name] for edit in chosen if edit.name in outcomes]
    path = work / f"seed-{options.seed}.md"
    path.write_text(report.page(done, options.seed), "utf-8")
    sys.stdout.write(f"{len(done)} of {len(chosen)} tried: {path}\n")
    return int(any(each.outcome in ("survived", "timeout") for each in done))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it ignored; trials end by it
    sys.exit(main())
