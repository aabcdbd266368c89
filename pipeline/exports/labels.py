"""Labels beside codes: each the one that was in force on the day of its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from pipeline.exports.selection import ExportTable

SUFFIX = "_label"
DAYS = 1 << 32  # more than there are days; a code's number times this, plus a day, sorts by code, then day
EVER, NEVER = -(1 << 30), 1 << 30  # days before and after all others


@dataclass(frozen=True)
class CodeLabels:
    """The labels of one list: entries sorted by code and first day.

    Args:
        codes: The distinct codes, in order.
        begins: Of each entry the number of its code times `DAYS`, plus its first day in force (days since 1970).
        ends: Of each entry the first day on which it is no longer in force.
        labels: Of each entry its label in one language, null where there is none.
    """

    codes: pa.Array
    begins: np.ndarray[Any, np.dtype[np.int64]]
    ends: np.ndarray[Any, np.dtype[np.int64]]
    labels: pa.Array

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> CodeLabels:
        """Make the labels of one list from rows of code, label, first day and first day no longer in force.

        >>> from datetime import date
        >>> region = CodeLabels.of([("469003", "儋州市", None, date(2015, 2, 19)), ("460400", "儋州市", None, None)])
        >>> region.on(pa.array(["469003", "469003", "460400", "1"]), pa.array([date(2014, 1, 1), date(2016, 1, 1)] * 2))
        ... # doctest: +ELLIPSIS
        <pyarrow.lib.StringArray object at ...>
        [
          "儋州市",
          null,
          "儋州市",
          null
        ]
        """
        entries = sorted(rows, key=lambda row: (row[0], _day(row[2], EVER)))
        codes = sorted({row[0] for row in entries})
        number = {code: at for at, code in enumerate(codes)}
        return cls(
            pa.array(codes, pa.string()),
            np.array([number[row[0]] * DAYS + _day(row[2], EVER) for row in entries], np.int64),
            np.array([_day(row[3], NEVER) for row in entries], np.int64),
            pa.array([row[1] for row in entries], pa.string()),
        )

    def on(self, codes: pa.Array, days: pa.Array) -> pa.Array:
        """Return the label of each code on its day, null where none was in force.

        Args:
            codes: Codes, as text.
            days: As many days (date32); where one is null, the entry that began last counts.
        """
        number = pc.index_in(codes, self.codes)
        known = number.is_valid().to_numpy(zero_copy_only=False)
        place = pc.fill_null(number, 0).to_numpy().astype(np.int64)
        day = pc.fill_null(days.cast(pa.int32()), NEVER - 1).to_numpy().astype(np.int64)
        at = np.searchsorted(self.begins, place * DAYS + day, "right") - 1
        at = np.maximum(at, 0)
        if not len(self.begins):
            return pa.nulls(len(codes), pa.string())
        undated = days.is_null().to_numpy(zero_copy_only=False)
        same = (self.begins[at] - EVER) // DAYS == place
        known &= same & ((day < self.ends[at]) | undated)
        return self.labels.take(pa.array(np.where(known, at, 0), mask=~known))


class Labels:
    """Adds a column with labels behind each column with codes of a table, part by part."""

    def __init__(self, conn: Connection[Any], table: ExportTable, language: str) -> None:
        """Read the lists of the table's columns; `language` is en or zh."""
        self.lists = {each.name: each.codelist for each in table.columns if each.codelist}
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self.lists.values()}
        for name, code, zh, en, begins, ends in conn.execute(statement("export/labels"), {"lists": sorted(rows)}):
            rows[name].append((code, en if language == "en" else zh, begins, ends))
        self.labels = {name: CodeLabels.of(found) for name, found in rows.items()}

    def add(self, part: pa.Table) -> pa.Table:
        """Return a part of the query's rows, whose first column is their day, with the labels."""
        days = part.column(0).combine_chunks()
        for name, codelist in self.lists.items():
            column = part[name].combine_chunks()
            if pa.types.is_string(column.type):
                at = part.schema.get_field_index(name) + 1
                part = part.add_column(at, f"{name}{SUFFIX}", self.labels[codelist].on(column, days))
        return part


def _day(day: Any, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal() - 719_163  # of 1 January 1970
