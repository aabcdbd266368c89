"""Quotes: the cells that findings speak of, as their sender wrote them, taken from the file when it is read again.

The standard judges records, so its findings first say what a cell was read as.  Errors get their cells one by one; of
warnings only the places that a receipt shows do, since nothing else is kept of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS
from mappings.engine import quoted, unquoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.finding import FindingLine
    from mappings.engine import Source

PLACE = pa.field("place", pa.int64())  # which of the places shown; null for an error
NAMES = ("row", "field", "value", "expected", "read")


class Quotes:
    """The findings of one file that wait for their cells: errors, and the places of gathered lines."""

    def __init__(self, errors: pa.Table, lines: Sequence[FindingLine], source: Source) -> None:
        """Take in the errors (`FINDINGS`), and lines as `Gathered.lines` gives them."""
        errors = errors.select(FINDINGS.names)
        waiting = unquoted(errors)
        self._source, self._lines = source, lines
        self._settled = errors.filter(pc.invert(waiting))
        places = [place for line in lines for place in line["samples"] if "row" in place]
        self._places = [each for each in places if each["value"] is not None and each["value"] == each["read"]]
        some = errors.filter(waiting)
        shown = pa.Table.from_pylist([dict(each) for each in self._places], FINDINGS)
        self._unquoted = pa.concat_tables(
            [
                some.append_column(PLACE, pa.nulls(some.num_rows, PLACE.type)),
                shown.append_column(PLACE, pa.arange(0, shown.num_rows)),
            ]
        )
        self._found: list[pa.Table] = []

    @property
    def last(self) -> int:
        """The last row whose cells are wanted, -1 when none are."""
        last = pc.max(self._unquoted["row"]).as_py()
        return -1 if last is None else int(last)

    def quote_rows(self, rows: pa.RecordBatch, first: int, last: int) -> None:
        """Take the cells that are wanted from rows as the reader gives them, those from `first` to `last`."""
        number = self._unquoted["row"]
        here = self._unquoted.filter(pc.and_(pc.greater_equal(number, first), pc.less_equal(number, last)))
        if here.num_rows:
            self._found.append(quoted(here, rows, self._source))

    def errors(self) -> pa.Table:
        """Return the errors with the cells that were found."""
        found = [table.filter(pc.is_null(table["place"])).select(FINDINGS.names) for table in self._found]
        return pa.concat_tables([self._settled, *found])

    def write_quotes(self) -> None:
        """Put the cells that were found into the places of the lines."""
        for table in self._found:
            for line in table.filter(pc.is_valid(table["place"])).to_pylist():  # few: samples are capped
                self._places[line["place"]].update(value=line["value"], read=line["read"])
        for place in self._places:
            place["read"] = None if place["read"] == place["value"] else place["read"]
        for line in self._lines:
            for place in line["samples"]:
                place.pop("row", None)
            if line["samples"]:
                first = line["samples"][0]
                line["value"], line["read"] = first.get("value"), first.get("read")
