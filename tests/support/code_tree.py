"""The project's own Python files, for tests of how the code is written: which there are, and what each imports."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from hub.settings import PROJECT

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

PACKAGES = (
    *("hub", "standards", "connectors", "mappings", "validation", "warehouse", "pipeline", "stack", "cli", "dags"),
    "pages",
    "riskhub",  # the client of analysts
)


def _files(*folders: str) -> list[Path]:
    """Return the Python files of folders, as paths below the project."""
    return [path.relative_to(PROJECT) for name in folders for path in sorted((PROJECT / name).rglob("*.py"))]


PRODUCTION = _files(*PACKAGES)
BENCHMARKS = _files("benchmarks")
TESTS = _files("tests")


@cache
def syntax_tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file, whose path is below the project."""
    return ast.parse((PROJECT / path).read_text("utf-8"))


def module_name(path: Path) -> str:
    """Return the name by which a file is imported, such as `hub.zones`."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path, modules: AbstractSet[str] = frozenset()) -> list[tuple[int, str]]:
    """Return (line, module) of every import in the file, those inside functions too.

    `from a import b` counts as an import of `a.b` where that is one of `modules`.
    """
    found = []
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            each = {f"{node.module}.{alias.name}" for alias in node.names}
            found += [(node.lineno, module) for module in (each & modules) or {node.module}]
    return found
