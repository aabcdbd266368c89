"""What the checks work on and write into: one table of records or children, and the findings about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS, shortened
from hub.zones import local_days
from standards.codelist import Span

if TYPE_CHECKING:
    from standards import Field

SAMPLED = 1024  # values at the head of a column that show whether it repeats them
MASKED_SENSITIVITIES = {"personal"}  # docs/decisions/0004


@dataclass
class Days:
    """The day of each record, by which the codes of the record and of its items are judged: given, or of a moment.

    Args:
        rows: The row of each record.
        given: The day (date32) that each record has itself.
        moments: The moment (timestamp) whose local day in China counts where no day is given; None where none does.
    """

    rows: pa.Array
    given: pa.Array
    moments: pa.Array | None = None

    @cached_property
    def of_records(self) -> pa.Array:
        """The day (date32) beside each record."""
        if self.moments is None or not self.given.null_count:
            return self.given
        return pc.coalesce(self.given, local_days(self.moments))

    @cached_property
    def span(self) -> Span | None:
        """A first and a last day, outside of which no record has its day; None where no record has one."""
        ends = _ends(self.given, pa.int32())
        if self.moments is not None and self.given.null_count:
            moments = pc.cast(pa.array(_ends(self.moments, pa.int64()), pa.int64()), self.moments.type)
            ends += pc.cast(local_days(moments), pa.int32()).to_pylist()
        return Span(min(ends), max(ends)) if ends else None

    def of_items(self, rows: pa.Array) -> pa.Array:
        """Return the day (date32) beside each item, given the row of its record."""
        first = self.rows[0].as_py() if len(self.rows) else 0
        if self._numbered:  # no table of the rows need be made
            return self.of_records.take(pc.subtract(rows, first))
        return self.of_records.take(pc.index_in(rows, value_set=self.rows))

    @cached_property
    def _numbered(self) -> bool:
        """Whether the rows of the records follow each other without a gap."""
        first = self.rows[0].as_py() if len(self.rows) else 0
        return bool(pc.all(pc.equal(self.rows, pa.arange(first, first + len(self.rows)))).as_py())


@dataclass
class TableCheck:
    """One table under judgement: `child` is "" for the records, `days` are those of the records, not of the items."""

    table: pa.Table
    child: str
    days: Days | None
    findings: list[pa.Table] = field(default_factory=list)
    _columns: dict[str, pa.Array] = field(default_factory=dict)
    _distinct: dict[str, pa.Array] = field(default_factory=dict)

    @cached_property
    def day(self) -> pa.Array | None:
        """The day (date32) beside each record or item; made on the first use, for most checks do without."""
        if self.days is None:
            return None
        return self.days.of_items(self.column("row")) if self.child else self.days.of_records

    def column(self, name: str) -> pa.Array:
        """Return a column as one array."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = as_one(self.table[name])
        return found

    def distinct(self, name: str) -> pa.Array:
        """Return the values of a column without nulls: each at least once, and once only where many repeat.

        A check that finds all of them right need not look at the rows; most columns have few values.
        """
        found = self._distinct.get(name)
        if found is None:
            values = self.column(name)
            few = pc.unique(values.slice(0, SAMPLED))
            if len(values) > SAMPLED:
                few = values if 2 * len(few) > SAMPLED else pc.unique(values)
            found = self._distinct[name] = few.drop_null()
        return found

    def taken(self) -> list[pa.Table]:
        """Return the findings so far, and forget them."""
        found, self.findings = self.findings, []
        return found

    def blame(self, code: str, wrong: pa.Array, about: Field, expected: str | pa.Array | None = None) -> None:
        """Add one finding per element where `wrong` is true; null counts as right."""
        if not pc.any(wrong, min_count=0).as_py():
            return
        wrong = pc.fill_null(wrong, fill_value=False)
        rows = self.column("row").filter(wrong)
        size = len(rows)
        masked = about.sensitivity in MASKED_SENSITIVITIES
        shown = pa.nulls(size, pa.string()) if masked else shortened(as_shown(self.column(about.name).filter(wrong)))
        expected_text = expected.filter(wrong) if isinstance(expected, pa.Array) else _same(expected, size)
        fields = self._fields(about.path, wrong, size)
        columns = [rows, _same(code, size), _same(None, size), fields, shown, expected_text, _same(None, size)]
        self.findings.append(pa.table(columns, schema=FINDINGS))

    def blame_list(self, code: str, wrong: pa.Array, path: str, expected: str, found: pa.Array | None = None) -> None:
        """Add one finding per record where `wrong` is true, about a list of it; `found` is shown as its value."""
        rows = self.column("row").filter(wrong)
        size = len(rows)
        if size:
            shown = _same(None, size) if found is None else as_shown(found.filter(wrong))
            columns = [rows, _same(code, size), _same(None, size), _same(path, size), shown]
            self.findings.append(pa.table([*columns, _same(expected, size), _same(None, size)], schema=FINDINGS))

    def _fields(self, path: str, wrong: pa.Array, size: int) -> pa.Array:
        if not self.child:
            return _same(path, size)
        position = pc.cast(self.column("position").filter(wrong), pa.string())
        return pc.binary_join_element_wise(self.child, position, path, ".")


def _ends(values: pa.Array, whole: pa.DataType) -> list[int]:
    """Return the least and the greatest value as whole numbers, for Python has no year 10000; nothing without any."""
    ends = pc.min_max(pc.cast(values, whole))
    return [ends["min"].as_py(), ends["max"].as_py()] if ends["min"].is_valid else []


def as_one(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return values as one array; a single chunk is not copied."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def as_shown(values: pa.Array) -> pa.Array:
    """Return values as text, as a person writes them."""
    if pa.types.is_timestamp(values.type):
        return pc.strftime(pc.cast(values, pa.timestamp("s", "UTC"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
    return pc.cast(values, pa.string())


def _same(text: str | None, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), size)
