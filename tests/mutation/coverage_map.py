"""Which tests execute which line: recorded by `coverage` in pieces, kept as one JSON file.

A line is known by its function and its text, so the map outlives changes elsewhere in the file.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SETTINGS = """\
[run]
parallel = true
patch = subprocess, _exit
sigterm = true
context = ${{PYTEST_CURRENT_TEST-}}
data_file = {work}/data
source = {root}
omit = {root}/tests/*
    {root}/.venv/*
    {root}/benchmarks/*
"""
PHASE = re.compile(r" \((?:setup|call|teardown)\)$")


@dataclass
class CoverageMap:
    """The tests of each line of each file, and the seconds of each test."""

    lines: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> CoverageMap:
        """Read the file; an empty map when there is none."""
        if not path.exists():
            return cls()
        kept = json.loads(path.read_text("utf-8"))
        names = kept["tests"]
        lines = {
            file: {key: {names[at] for at in tests} for key, tests in each.items()}
            for file, each in kept["lines"].items()
        }
        return cls(lines, kept["seconds"])

    def write(self, path: Path) -> None:
        """Write the file."""
        names = sorted({test for each in self.lines.values() for tests in each.values() for test in tests})
        at = {name: number for number, name in enumerate(names)}
        lines = {
            file: {key: sorted(at[test] for test in tests) for key, tests in each.items()}
            for file, each in self.lines.items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"tests": names, "seconds": self.seconds, "lines": lines}), "utf-8")

    def tests_of(self, root: Path, path: str, first: int, last: int) -> set[str]:
        """Return the tests that execute any of these lines, else those that enter the function around them."""
        keys = line_keys(root / path)
        known = self.lines.get(path, {})
        found = set().union(*(known.get(key, set()) for key in keys[first - 1 : last]))
        if found or not keys:
            return found
        function = keys[first - 1].partition("|")[0] + "|"
        return set().union(*(tests for key, tests in known.items() if key.startswith(function)))

    def record(self, root: Path, work: Path, arguments: Sequence[str]) -> int:
        """Run pytest with these arguments and add what its tests execute; returns pytest's exit code."""
        work.mkdir(parents=True, exist_ok=True)
        self.add(root, work.glob("data.*"))  # of a run that was cut short
        (work / "coveragerc").write_text(SETTINGS.format(root=root, work=work), "utf-8")
        durations = work / "durations.json"
        command = [
            "-m",
            "coverage",
            "run",
            f"--rcfile={work / 'coveragerc'}",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
        ]
        code = subprocess.run(
            [sys.executable, *command, "-p", "tests.mutation.recorder", *arguments],
            cwd=root,
            env=os.environ | {"MUTATION_DURATIONS": str(durations)},
            check=False,
        ).returncode
        self.add(root, work.glob("data.*"))
        if durations.exists():
            self.seconds |= json.loads(durations.read_text("utf-8"))
            durations.unlink()
        return code

    def add(self, root: Path, files: Iterable[Path]) -> None:
        """Add what these files of `coverage` hold; one that a killed process left unfinished is passed over."""
        from coverage import CoverageData  # noqa: PLC0415 - not among what the project installs
        from coverage.exceptions import CoverageException  # noqa: PLC0415

        for file in files:
            data = CoverageData(basename=str(file))
            try:
                data.read()
            except CoverageException:
                continue
            for measured in data.measured_files():
                path = Path(measured)
                if path.suffix != ".py" or not path.is_relative_to(root) or not path.exists():
                    continue
                keys = line_keys(path)
                known = self.lines.setdefault(str(path.relative_to(root)), {})
                for number, contexts in data.contexts_by_lineno(measured).items():
                    tests = {
                        PHASE.sub("", context.rpartition("|")[2] or context.strip("|")) for context in contexts
                    } - {""}
                    if 0 < number <= len(keys) and tests:
                        known.setdefault(keys[number - 1], set()).update(tests)
            file.unlink(missing_ok=True)  # a journal goes with its file


def line_keys(path: Path) -> list[str]:
    """Return for each line of a Python file the name of the function around it and the line's text."""
    text = path.read_text("utf-8").splitlines()
    around: dict[int, str] = defaultdict(str)

    def enter(node: ast.AST, name: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}".strip(".")
                if not isinstance(child, ast.ClassDef):
                    around.update(dict.fromkeys(range(child.lineno, (child.end_lineno or child.lineno) + 1), inner))
                enter(child, inner)
            else:
                enter(child, name)

    enter(ast.parse("\n".join(text)), "")
    return [f"{around[number]}|{line.strip()}" for number, line in enumerate(text, 1)]
