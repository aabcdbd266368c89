"""Thresholds: CSV files that give a grade for figures, by the rule in force on the day of the event.

The rows of a period stand worst grade first.  A record has the first grade of which it reaches any threshold.
`further_criteria` is yes where the rule also grades by figures that the table does not hold, such as the households of
a fire since 2025: such a grade may then be worse than the table says, never better.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_name("thresholds")
AROUND = ("grade", "valid_from", "valid_to", "further_criteria", "source")
DAYS = {"valid_from": pa.date32(), "valid_to": pa.date32()}


@dataclass(frozen=True)
class Thresholds:
    """One table; `figures` are its columns between `valid_to` and `further_criteria`, in their order."""

    name: str
    table: pa.Table

    @property
    def figures(self) -> tuple[str, ...]:
        """What the grade depends on; least values, inclusive."""
        return tuple(name for name in self.table.column_names if name not in AROUND)

    @cached_property
    def grades(self) -> pa.Array:
        """Every grade once, the worst first."""
        return pc.unique(self.table["grade"])

    def contradicts(self, declared: pa.Array, figures: Sequence[pa.Array], day: pa.Array) -> pa.Array:
        """Return where a declared grade is not that of the figures on the day (date32).

        A figure that is missing may make the grade worse, as further criteria may: then only a grade that is too mild
        contradicts.  Null where nothing can be said: without a day, a grade of the table or any figure.
        """
        reached, whole = self._reached(figures, day)
        found = pc.index_in(declared, value_set=self.grades)
        return pc.or_(pc.greater(found, reached), pc.and_(whole, pc.less(found, reached)))

    def _reached(self, figures: Sequence[pa.Array], day: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return the place in `grades` that the figures reach, and whether nothing else can make it worse."""
        reached = pa.nulls(len(day), pa.int32())
        whole = pa.repeat(pa.scalar(value=True), len(day))
        for figure in figures:
            whole = pc.and_(whole, pc.is_valid(figure))
        further = pa.repeat(pa.scalar(value=False), len(day))
        for row in reversed(self.table.to_pylist()):  # the mildest first: worse ones replace it
            since = pc.greater_equal(day, pa.scalar(row["valid_from"], pa.date32()))
            until = row["valid_to"]
            holds = since if until is None else pc.and_(since, pc.less(day, pa.scalar(until, pa.date32())))
            hit = pa.repeat(pa.scalar(value=False), len(day))
            for name, figure in zip(self.figures, figures, strict=True):
                hit = pc.or_kleene(hit, pc.greater_equal(figure, pa.scalar(row[name], pa.int64())))
            hit = pc.fill_null(pc.and_kleene(holds, hit), fill_value=False)
            place = pc.index_in(pa.scalar(row["grade"]), value_set=self.grades)
            reached = pc.if_else(hit, place, reached)
            further = pc.or_(further, pc.and_(hit, pa.scalar(row["further_criteria"] == "yes")))
        return reached, pc.and_not(whole, further)


def thresholds() -> dict[str, Thresholds]:
    """Read every table of thresholds of the standard; a table is called as its file."""
    return {path.stem: Thresholds(path.stem, _read(path)) for path in sorted(FOLDER.glob("*.csv"))}


def _read(path: Path) -> pa.Table:
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=DAYS, strings_can_be_null=True))
