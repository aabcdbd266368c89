"""Arrows point down, nothing heavy where it must be light, files stay readable."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from itertools import chain
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LAYERS = {
    "hub": 0,
    "standards": 1,
    "connectors": 2,
    "mappings": 2,
    "validation": 2,
    "pipeline": 3,
    "dags": 4,
}
HOME_OF = {
    "airflow": "dags",
    "great_expectations": "validation",
    "pandas": "validation",
}
TRACKED = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard", "*.py"], cwd=PROJECT, capture_output=True, text=True, check=True
).stdout.splitlines()
PRODUCTION = [Path(name) for name in TRACKED if name.split("/")[0] in LAYERS and (PROJECT / name).exists()]


def imports(path: Path) -> list[tuple[int, str]]:
    """Return (line, module) of every import in the file, those inside functions too."""
    tree = ast.parse((PROJECT / path).read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            found.append((node.lineno, node.module))
    return found


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_imports_point_down(path: Path) -> None:
    ours = path.parts[0]
    for line, module in imports(path):
        theirs = module.split(".")[0]
        if theirs in LAYERS and theirs != ours:
            assert LAYERS[theirs] < LAYERS[ours], f"{path}:{line} imports {module}: arrows point down, never sideways"
        assert theirs not in {"tests", "benchmarks"}, f"{path}:{line} imports {module}"
        assert HOME_OF.get(theirs, ours) == ours, f"{path}:{line}: {theirs} is imported in {HOME_OF[theirs]}/ only"


def test_the_command_line_is_on_top() -> None:
    below = [path for path in PRODUCTION if path.parts[0] == "pipeline" and path.parts[1] != "cli"]
    for line, module in chain.from_iterable(imports(path) for path in below):
        assert not module.startswith("pipeline.cli"), f"line {line} imports {module} from below"


def test_no_circles_within_a_package() -> None:
    edges = {
        (_module(path), module)
        for path in PRODUCTION
        for _, module in imports(path)
        if module.split(".")[0] == path.parts[0]
    }
    modules = {_module(path) for path in PRODUCTION}
    graph: dict[str, set[str]] = {
        name: {b for a, b in edges if a == name and b in modules and b != a} for name in modules
    }
    while graph:
        leaves = {name for name, to in graph.items() if not to & graph.keys()}
        assert leaves, f"these import each other: {sorted(graph)}"
        graph = {name: to for name, to in graph.items() if name not in leaves}


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "ctime", "asctime"}


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    """Samples, examples and tests fix the moment in `hub.clock`; what reads the clock itself escapes that."""
    if path == Path("hub/clock.py"):
        return
    tree = ast.parse((PROJECT / path).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = ast.unparse(node.value).rpartition(".")[2]
            assert owner not in {"datetime", "date", "time"}, f"{path}:{node.lineno} reads the clock: ask hub.clock"


SQL = re.compile(
    r"^\s*(select\s.+\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|create\s+(table|view))\s",
    re.IGNORECASE | re.DOTALL,
)


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_sql_stands_in_warehouse_sql(path: Path) -> None:
    for node in ast.walk(ast.parse((PROJECT / path).read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not SQL.match(node.value), f"{path}:{node.lineno} holds SQL: put it into warehouse_sql/"


def test_files_stay_small() -> None:
    sizes = {path: len((PROJECT / path).read_text("utf-8").splitlines()) for path in PRODUCTION}
    long = {str(path): size for path, size in sizes.items() if size > 400}
    assert not long, f"cut these at a joint: {long}"
    assert statistics.median(sizes.values()) <= 100


def test_packages_are_ours() -> None:
    """Generic top-level names could be taken by another distribution of the environment."""
    for name in LAYERS:
        found = __import__("importlib.util").util.find_spec(name)
        assert found is not None
        places = list(found.submodule_search_locations or [])
        assert places == [str(PROJECT / name)], f"{name} is found at {places}"
