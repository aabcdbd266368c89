"""Rebuilds the code lists of the standard from public reference files: `python -m standards.rebuild LIST --data DIR`.

A list that can be rebuilt has a module of its name in this package.  The module holds:

- `NEEDS`: the files and folders that it reads, as paths below the folder of public files;
- `rows(data)`: the rows of the list, in the order of its file, each a dict from column to text.

What a module decides by itself (a successor, an English name) stands in the module, with its reason.
"""

from __future__ import annotations

import csv
import io
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, str]


class Rebuilder(Protocol):
    """What the module of a list offers."""

    NEEDS: tuple[str, ...]

    def rows(self, data: Path) -> Iterable[Row]:
        """Return the rows of the list, made from the files below `data`."""


def rebuildable() -> list[str]:
    """Return the names of the lists that have a module, in alphabetical order."""
    return sorted(
        each.name
        for each in iter_modules([str(Path(__file__).parent)])
        if not each.ispkg and not each.name.startswith("_")
    )


def missing(name: str, data: Path) -> list[str]:
    """Return which of the files that a list needs are not below `data`."""
    return [need for need in _module(name).NEEDS if not (data / need).exists()]


def rebuilt(name: str, data: Path) -> str:
    """Return the whole text of a list's CSV file, made anew from the files below `data`.

    The columns are those of the first row.
    """
    made = list(_module(name).rows(data))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(made[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue()


def _module(name: str) -> Rebuilder:
    return cast("Rebuilder", import_module(f"{__name__}.{name}"))
