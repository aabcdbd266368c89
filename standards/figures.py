"""Published figures that rates and amounts rest on: population, exchange rates, limits of small counts.

Each file of `figures/` is a table whose columns are those of the table of `code` of its name.  Every row names its
source; `checked` says how the figure was compared: with the publication itself (`source`), with a copy of it (`copy`),
or not at all (`memory`).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("figures")


class Figures(NamedTuple):
    """One table: its name, its columns, and its rows as text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def figures() -> list[Figures]:
    """Read every table of figures, in the order of their names.

    >>> [each.name for each in figures()]
    ['count_limit', 'exchange_rate', 'population']
    """
    return [_read(path) for path in sorted(FOLDER.glob("*.csv"))]


def _read(path: Path) -> Figures:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return Figures(path.stem, tuple(head), tuple(tuple(row) for row in rows))
