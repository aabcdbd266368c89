"""What a benchmark says: one figure against another, their ratio, and what was aimed at."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`, `against` whom, and `ratio` = value / against_value; `aim` is a lower or upper bound."""

    name: str
    value: float
    unit: str
    against: str | None = None
    against_value: float | None = None
    ratio: float | None = None
    aim: str | None = None


def compared(  # noqa: PLR0913, PLR0917 - one argument per column
    name: str, value: float, unit: str, against: str, against_value: float, aim: str
) -> Figure:
    """Return the figure with its ratio."""
    return Figure(name, round(value, 3), unit, against, round(against_value, 3), round(value / against_value, 3), aim)


def median_of(runs: int, timed: Callable[[], float]) -> float:
    """Return the median of `runs` calls, each of which returns its own seconds."""
    return statistics.median(timed() for _ in range(runs))


WIDE = 132  # columns of the table where the screen does not say


def publish(figures: list[Figure], path: Path) -> None:
    """Write the JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")


def show(figures: list[Figure]) -> None:
    """Print the table."""
    table = Table("name", "value", "unit", "against", "its value", "ratio", "aim")
    for figure in figures:
        cells = (f"{value:,}" if isinstance(value, int | float) else value or "" for value in asdict(figure).values())
        table.add_row(*cells)
    console = Console()
    Console(width=max(console.width, WIDE) if not console.is_terminal else None).print(table)
