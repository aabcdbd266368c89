"""Which breakages are tried: a sample by a seed, the same number from every folder."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.mutation.python_edits import python_edits
from tests.mutation.sql_edits import sql_edits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.mutation.edit import Edit

FOLDERS = (
    "cli",
    "stack",
    "pipeline",
    "warehouse",
    "warehouse_sql",
    "mappings",
    "validation",
    "connectors",
    "standards",
    "hub",
    "dags",
    "pages",
)


def edits(root: Path, folder: str) -> list[Edit]:
    """Return all breakages of a folder below `root`, in the order of its files."""
    found: list[Edit] = []
    for path in sorted((root / folder).rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            found.extend(python_edits(root, name))
        elif path.suffix == ".sql" and folder == "warehouse_sql":  # elsewhere it is what a source delivers
            found.extend(sql_edits(root, name))
    return found


def sample(root: Path, folders: Sequence[str], size: int, seed: int) -> list[Edit]:
    """Return `size` breakages, as many from each folder as the number allows, never two of one line."""
    chosen: list[Edit] = []
    for number, folder in enumerate(folders):
        share = size // len(folders) + (number < size % len(folders))
        shuffled = edits(root, folder)
        random.Random(f"{seed}/{folder}").shuffle(shuffled)
        lines: set[tuple[str, int]] = set()
        for edit in shuffled:
            if len(lines) < share and (edit.path, edit.first) not in lines and _compiles(root, edit):
                lines.add((edit.path, edit.first))
                chosen.append(edit)
    return chosen


def _compiles(root: Path, edit: Edit) -> bool:
    if not edit.path.endswith(".py"):
        return True
    try:
        compile(edit.broken((root / edit.path).read_bytes()), edit.path, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
