"""Which tests execute which line: recorded by `probe` in pieces, kept as one JSON file.

A line is known by its function and its text, so the map outlives changes elsewhere in the file.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class CoverageMap:
    """The tests of each line of each file, and the seconds of each test that has passed."""

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
