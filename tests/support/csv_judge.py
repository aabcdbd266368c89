"""An independent judge of csv files: Python's own reader."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from connectors.readers.rows import PLACE_COLUMNS

if TYPE_CHECKING:
    from tests.support.delivered import Outcome


def require_rows_of_python(outcome: Outcome, text: str, delimiter: str = ",") -> None:
    """Require that what was read of a text, header included, is what Python's reader makes of it.

    Two faults are told apart from good rows: a row with more or fewer cells than the header, and one with text beside
    a quoted cell, which Python joins to the cell.
    """
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    assert len(outcome.rows) == len(rows)
    for ours, theirs in zip(outcome.rows, rows, strict=True):
        if ours["@fault"] is None:
            assert [value for name, value in ours.items() if name not in PLACE_COLUMNS.names] == theirs
        elif ours["@fault"] == "WRONG_CELL_COUNT":
            assert len(theirs) != len(header)
        else:
            assert (ours["@fault"], '"' in text) == ("BAD_QUOTES", True)
