"""Which tests execute the lines of a sample: a copy of the tree has a call before each of them, and runs its tests.

Nothing is traced, so that the tests run as fast as ever. What stands outside of functions runs once in a process: a
test is known for it where a process of its own imports it, or where it runs the file, as it does those of DAGs.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.mutation.coverage_map import line_keys
from tests.mutation.hits import FOLDER, HITS
from tests.mutation.recorder import DURATIONS
from tests.mutation.trial import ROOT, end_what_is_left, naming_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.mutation.coverage_map import CoverageMap
    from tests.mutation.edit import Edit
    from tests.mutation.trial import Copy

Function = ast.FunctionDef | ast.AsyncFunctionDef
PHASE = re.compile(r" \((?:setup|call|teardown)\)$")
INNER = FOLDER.relative_to(ROOT)


@dataclass(frozen=True)
class Place:
    """A line of a Python file."""

    path: str
    line: int


def record(copy: Copy, edits: Iterable[Edit], known: CoverageMap, arguments: Sequence[str]) -> int:
    """Run tests in a copy of the tree, and add which of them execute the lines that breakages touch.

    Args:
        copy: The copy; it cannot be used for trials afterwards.
        edits: The breakages.
        known: What takes the tests of each line and the seconds of each test.
        arguments: What pytest is given.

    Returns:
        The exit code of pytest.
    """
    root, folder = copy.folder, copy.folder / INNER
    keys: list[tuple[str, str]] = []  # by the number of the probe: its file, the key of its line
    for path, lines in _by_file(places(root, edits)).items():
        of_lines, text = line_keys(root / path), (root / path).read_text("utf-8")
        probes = {line: len(keys) + at for at, line in enumerate(sorted(lines))}
        keys += [(path, of_lines[line - 1]) for line in probes]
        (root / path).write_text(probed(text, probes), "utf-8")
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.mutation.recorder"]
    try:
        return subprocess.run([*command, *arguments], cwd=root, env=copy.environment(), check=False).returncode
    finally:
        end_what_is_left(root)
        _collect(folder, keys, known)


def places(root: Path, edits: Iterable[Edit]) -> set[Place]:
    """Return the lines to probe: those that breakages touch, those that name their statement, and their functions.

    Args:
        root: The tree.
        edits: The breakages.
    """
    touched = {
        place
        for edit in edits
        for place in (
            [Place(edit.path, edit.first)]
            if edit.path.endswith(".py")
            else [Place(path, line) for path, line in naming_lines(edit, root) if not path.startswith("tests/")]
        )
    }
    found: set[Place] = set()
    for path, lines in _by_file(touched).items():
        tree = ast.parse((root / path).read_text("utf-8"))
        for line in lines:
            found.add(Place(path, line))
            if function := _function(tree, line):
                found.add(Place(path, function.lineno))
    return found


def probed(text: str, probes: dict[int, int]) -> str:
    """Return the text of a module with a probe before each of some statements.

    Args:
        text: Of the module.
        probes: The number of the probe for each line; the line of a `def` stands for the beginning of its function.
    """
    tree = ast.parse(text)
    before: dict[ast.stmt, list[ast.stmt]] = defaultdict(list)
    for line, number in probes.items():
        (call,) = ast.parse(f"__import__('tests.mutation.hits', fromlist=['hit']).hit({number})").body
        statement = _statement(tree, line)
        if isinstance(statement, Function):  # its name, its defaults
            statement.body.insert(0 if ast.get_docstring(statement) is None else 1, call)
        else:
            before[statement].append(call)
    for node in list(ast.walk(tree)):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = [each for old in value for each in [*before.get(old, []), old]]
    return ast.unparse(ast.fix_missing_locations(tree))


def _by_file(found: Iterable[Place]) -> dict[str, set[int]]:
    lines: dict[str, set[int]] = defaultdict(set)
    for place in found:
        lines[place.path].add(place.line)
    return lines


def _function(tree: ast.AST, line: int) -> Function | None:
    """Return the innermost function around a line; None outside of functions."""
    around = [node for node in ast.walk(tree) if isinstance(node, Function) and _holds(node, line)]
    return max(around, key=lambda node: node.lineno, default=None)


def _statement(tree: ast.AST, line: int) -> ast.stmt:
    """Return the innermost statement around a line."""
    around = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _holds(node, line)]
    return max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)))


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _collect(folder: Path, keys: Sequence[tuple[str, str]], known: CoverageMap) -> None:
    """Add what the probes have noted."""
    for file in folder.glob(f"{HITS}*"):
        for line in file.read_text("utf-8").splitlines():
            number, separator, test = line.partition("\t")
            if separator and number.isdecimal():
                path, key = keys[int(number)]
                known.lines.setdefault(path, {}).setdefault(key, set()).add(PHASE.sub("", test))
    if (folder / DURATIONS).exists():
        known.seconds |= json.loads((folder / DURATIONS).read_text("utf-8"))
