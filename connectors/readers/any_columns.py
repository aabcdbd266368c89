"""What spreadsheets have done to the columns of a file that nobody has agreed on: said once for each column."""

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

NAME_SHOWN = 40
KINDS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "PRECISION_LOST": lambda text: lost_digits(text, code=False),
    "CODE_MADE_A_DATE": lambda text: matches(text, DATED),
    "REPAIRED_GUARD": lambda text: pc.or_(matches(text, FORMULA), matches(text, MARKED_CODE)),
    "REPAIRED_INVISIBLE": lambda text: matches(text, INVISIBLE),
}


@dataclass
class Columns:
    """Counts what is met in the columns of the file `name`, chunk by chunk."""

    name: str | None
    _met: dict[tuple[str, str], tuple[int, int]] = field(
        default_factory=dict
    )  # count and first line, by code and column

    def look(self, columns: pa.RecordBatch, lines: Sequence[int] | pa.Array) -> None:
        """Look at the columns of one chunk; `lines` has the line of each row."""
        for column, values in zip(columns.schema.names, columns.columns, strict=True):
            if not pa.types.is_string(values.type):
                continue
            text = pc.utf8_trim(values, " \t\r\n")
            for code, where in KINDS.items():
                hits = pc.indices_nonzero(where(text))
                if len(hits):
                    count, first = self._met.get((code, column), (0, int(lines[hits[0].as_py()])))
                    self._met[code, column] = count + len(hits), first

    def findings(self) -> list[Finding]:
        """Return one finding for each kind and column, with the first line and the number of rows."""
        return [
            Finding(code, file=self.name, line=first, column=shown(column)[:NAME_SHOWN], count=count)
            for (code, column), (count, first) in self._met.items()
        ]
