"""Arrows point down, nothing heavy where it must be light, files stay readable."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from hub.settings import PROJECT
from tests.support.code_tree import PACKAGES, PRODUCTION, TESTS, imports, module_name, syntax_tree

# Lowest first.  What stands in one line does not import its neighbours.
TOP = [
    "hub",
    "standards",
    "connectors mappings validation warehouse",
    "pipeline",
    "stack",
    "pages",
    "cli dags riskhub",
]
LAYERS = {name: level for level, names in enumerate(TOP) for name in names.split()}
WITHIN = {
    "connectors": [
        "base connection delivery_names download labels prefetch",
        "cursor filenames raw_store readers retry",
        "manifest sandbox sql",
        "http inbox",
        "remote",
        "registry",
    ],
    "connectors.readers": [
        "any_columns layout magic rows stringify",
        "format row_key",
        "archive header joined",
        "binary text",
        "tree",
        "sniff spreadsheet",
        "any",
    ],
    "mappings": ["engine catalogue", "coverage suggest functions", "draft", "sources"],
    "mappings.engine": ["arrays duck", "byte_scan", "cells", "text", "model", "explain run verbs", "compile"],
    "validation": ["standard_texts", "catalogue", "aggregation batches catalogue_page records"],
    "validation.batches": ["figures", "drift", "suites verdict", "data_docs figure_text"],
    "validation.records": ["table_check", "kernels conditions", "rules", "cross_table", "check"],
    "pipeline": [
        "marts sources terms",
        "corrections",
        "transform",
        "authoring receipts",
        "conflicts exports review",
        "intake loading",
        "checks steps",
        "reports",
    ],
    "pages": ["figures site", "analysis portal staff"],
    "pipeline.reports": ["data_docs first_rows plan records timeliness trace unmapped waiting"],
}
HOME_OF = {
    "airflow": "dags",
    "great_expectations": "validation",
    "pandas": "validation",
}
ALSO_IN = {("pandas", "riskhub"): "what the client gives to those who have it"}


def test_every_package_has_its_level() -> None:
    assert LAYERS.keys() == {*PACKAGES}


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_imports_point_down(path: Path) -> None:
    ours = path.parts[0]
    for line, module in imports(path):
        theirs = module.split(".")[0]
        if theirs in LAYERS and theirs != ours:
            assert LAYERS[theirs] < LAYERS[ours], f"{path}:{line} imports {module}: arrows point down, never sideways"
        assert theirs not in {"tests", "benchmarks"}, f"{path}:{line} imports {module}"
        assert HOME_OF.get(theirs, ours) == ours or (theirs, ours) in ALSO_IN, (
            f"{path}:{line}: {theirs} is imported in {HOME_OF[theirs]}/ only"
        )


@pytest.mark.parametrize("package", WITHIN)
def test_imports_point_down_within(package: str) -> None:
    level = {name: depth for depth, names in enumerate(WITHIN[package]) for name in names.split()}
    modules = {module_name(path) for path in PRODUCTION}
    inside = [path for path in PRODUCTION if module_name(path).startswith(f"{package}.")]
    for path in inside:
        ours = _below(package, module_name(path))
        assert ours in level, f"{path}: say in WITHIN where {ours} stands among the parts of {package}"
        for line, module in imports(path, modules):
            if module.startswith(f"{package}.") and (theirs := _below(package, module)) != ours:
                assert theirs in level, f"{path}:{line} imports {module}, which WITHIN does not know"
                assert level[theirs] < level[ours], f"{path}:{line} imports {module}: {theirs} is not below {ours}"
    unused = level.keys() - {_below(package, module_name(path)) for path in inside}
    assert not {name for name in unused if not (PROJECT / package.replace(".", "/") / name).is_dir()}


def _below(package: str, module: str) -> str:
    return module.removeprefix(f"{package}.").partition(".")[0]


def test_a_name_is_given_once() -> None:
    """Within a folder of a package, and all folders in it: a reader finds the place of a thing by its name."""
    places: dict[tuple[str, ...], list[str]] = {}
    for path in PRODUCTION:
        folder = path.parent.parts[: 3 if path.parts[0] == "mappings" else 2]
        if path.stem != "__init__" and len(folder) > 1:
            places.setdefault((*folder, path.stem), []).append(str(path))
    twice = [found for found in places.values() if len(found) > 1]
    assert not twice, f"name these apart: {twice}"


def test_no_circles_within_a_package() -> None:
    modules = {module_name(path) for path in PRODUCTION}
    edges = {
        (module_name(path), module)
        for path in PRODUCTION
        for _, module in imports(path, modules)
        if module.split(".")[0] == path.parts[0]
    }
    graph: dict[str, set[str]] = {
        name: {b for a, b in edges if a == name and b in modules and b != a} for name in modules
    }
    while graph:
        leaves = {name for name, to in graph.items() if not to & graph.keys()}
        assert leaves, f"these import each other: {sorted(graph)}"
        graph = {name: to for name, to in graph.items() if name not in leaves}


CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "ctime", "asctime"}


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    """Samples, examples and tests fix the moment in `hub.clock`; what reads the clock itself escapes that."""
    if path == Path("hub/clock.py"):
        return
    tree = syntax_tree(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = ast.unparse(node.value).rpartition(".")[2]
            assert owner not in {"datetime", "date", "time"}, f"{path}:{node.lineno} reads the clock: ask hub.clock"


SQL = re.compile(
    r"^\s*(select\s.+\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|create\s+(table|view))\s",
    re.IGNORECASE | re.DOTALL,
)


# SQL that is not the warehouse's, beside the code that runs it.
OTHER_SQL = {
    "connectors/readers/binary/gpkg.py": "SQLite: reads delivered GeoPackages",
    "connectors/readers/binary/sqlite.py": "SQLite: reads delivered files",
    "pipeline/checks/offline.py": "DuckDB over Arrow: a check without a database",
    "pipeline/transform/quarantine.py": "DuckDB over Arrow: findings by row",
}


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_sql_stands_in_warehouse_sql(path: Path) -> None:
    if str(path) in OTHER_SQL:
        return
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not SQL.match(node.value), f"{path}:{node.lineno} holds SQL: put it into warehouse_sql/"


@pytest.mark.parametrize("path", PRODUCTION, ids=str)
def test_sql_is_built_in_one_module(path: Path) -> None:
    if path == Path("warehouse/dynamic_sql.py"):
        return
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in {"SQL", "Composed"} and isinstance(node.ctx, ast.Load):
            is_type = ast.unparse(node) == "sql.Composed"
            assert is_type, f"{path}:{node.lineno} builds SQL: warehouse/dynamic_sql.py does"


NAMED = re.compile(r"[a-z_]+/[a-z][a-z0-9_]*")


def test_every_statement_is_named_and_used() -> None:
    from warehouse.statements import STATEMENTS, named_statements  # noqa: PLC0415

    known = {f"{path.stem}/{name}" for path in STATEMENTS.glob("*.sql") for name in named_statements(path)}
    concepts = {name.partition("/")[0] for name in known}
    named: dict[str, str] = {}
    for path in PRODUCTION:
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
                named[node.value] = f"{path}:{node.lineno}"
    unknown = {name: at for name, at in named.items() if name.partition("/")[0] in concepts and name not in known}
    assert not unknown, f"no statement of warehouse_sql/ has these names: {unknown}"
    assert not known - named.keys(), f"nobody asks for these statements: {sorted(known - named.keys())}"


@pytest.mark.parametrize("folder", ["schema", "standard"])
def test_a_number_of_a_migration_is_given_once(folder: str) -> None:
    numbers = [path.name[:3] for path in (PROJECT / "warehouse_sql" / folder).glob("*.sql")]
    assert sorted(set(numbers)) == sorted(numbers)


def test_files_stay_small() -> None:
    sizes = {path: len((PROJECT / path).read_text("utf-8").splitlines()) for path in PRODUCTION}
    long = {str(path): size for path, size in sizes.items() if size > 400}
    assert not long, f"cut these at a joint: {long}"


TEST_MODULES = {module_name(path) for path in TESTS if path.stem.startswith("test_")}


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_a_test_module_is_imported_by_nobody(path: Path) -> None:
    """What tests share stands in `tests/support/`: a test module can be changed, moved or removed alone."""
    for line, module in imports(path, TEST_MODULES):
        assert module not in TEST_MODULES, f"{path}:{line} imports {module}: move what is shared to tests/support/"


def test_packages_are_ours() -> None:
    """Generic top-level names could be taken by another distribution of the environment."""
    for name in LAYERS:
        found = __import__("importlib.util").util.find_spec(name)
        assert found is not None
        places = list(found.submodule_search_locations or [])
        assert places == [str(PROJECT / name)], f"{name} is found at {places}"
