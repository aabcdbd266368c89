"""What the checks work on and write into: one table of records or children, and the findings about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS, shortened

if TYPE_CHECKING:
    from standards import Field

MASKED_SENSITIVITIES = {"personal"}  # docs/decisions/0004


@dataclass
class TableCheck:
    """One table under judgement: `child` is "" for the records, `day` (date32) the day by which codes are judged."""

    table: pa.Table
    child: str
    day: pa.Array | None
    findings: list[pa.Table] = field(default_factory=list)

    def column(self, name: str) -> pa.Array:
        """Return a column as one array."""
        found = self.table[name]
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

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


def as_shown(values: pa.Array) -> pa.Array:
    """Return values as text, as a person writes them."""
    if pa.types.is_timestamp(values.type):
        return pc.strftime(pc.cast(values, pa.timestamp("s", "UTC"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
    return pc.cast(values, pa.string())


def _same(text: str | None, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), size)
