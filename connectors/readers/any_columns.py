"""Damage that spreadsheets did to the columns of a file without a mapping: one finding for each kind and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from connectors.labels import shown
from hub.finding import Finding
from hub.glyphs import INVISIBLE
from hub.spreadsheet_text import DATED, FORMULA, MARKED_CODE, lost_digits, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_NAME_SHOWN = 40  # characters
DAMAGE: dict[str, Callable[[pa.Array], pa.Array]] = {
    "PRECISION_LOST": lambda text: lost_digits(text, code=False),
    "CODE_MADE_A_DATE": lambda text: matches(text, DATED),
    "REPAIRED_GUARD": lambda text: pc.or_(matches(text, FORMULA), matches(text, MARKED_CODE)),
    "REPAIRED_INVISIBLE": lambda text: matches(text, INVISIBLE),
}


@dataclass
class ColumnDamage:
    """Counts damaged values in the columns of a file, chunk by chunk.

    Attributes:
        name: The file, for findings; None when it is the delivery.
    """

    name: str | None
    # Count and first line, by code and column.
    _counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, columns: pa.RecordBatch, lines: Sequence[int] | pa.Array) -> None:
        """Count the damaged values of one chunk.

        Args:
            columns: The rows; only columns of strings are inspected.
            lines: The 1-based line of each row.
        """
        for column, values in zip(columns.schema.names, columns.columns, strict=True):
            if not pa.types.is_string(values.type):
                continue
            text = pc.utf8_trim(values, " \t\r\n")
            for code, where in DAMAGE.items():
                hits = pc.indices_nonzero(where(text))
                if len(hits):
                    count, first = self._counts.get((code, column), (0, int(lines[hits[0].as_py()])))
                    self._counts[code, column] = count + len(hits), first

    def findings(self) -> list[Finding]:
        """Return one finding for each kind of damage and column, with the first line and the number of rows."""
        return [
            Finding(code, file=self.name, line=first, column=shown(column)[:MAX_NAME_SHOWN], count=count)
            for (code, column), (count, first) in self._counts.items()
        ]
