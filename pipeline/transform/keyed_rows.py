"""Rows as findings about their keys speak of them: the number of each record, and where the row stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import findings_of
from mappings.engine import as_read
from pipeline.transform.staging import RECORD
from validation.aggregation import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine import Route, Source
    from pipeline.transform.staging import Work

NUMBER = "source_record_no"


@dataclass(frozen=True)
class KeyedRows:
    """Some rows of one part that took one route.

    Args:
        route: The route.
        records: Their row (int64), record_uid and source_record_no.
        places: Row, file, sheet and line of all rows of the part.
        personal: Whether their key is personal, so that no finding shows it.
    """

    route: Route
    records: pa.Table
    places: pa.Table
    personal: bool

    def findings(self, code: str, expected: pa.Array | None = None) -> pa.Table:
        """Return one placed finding for each row about its key; `expected` runs parallel to the records."""
        numbers = None if self.personal else pc.cast(self.records[NUMBER], pa.string()).combine_chunks()
        rows, column = self.records["row"].combine_chunks(), " / ".join(self.route.key)
        found = findings_of(rows, code, column=column, field=NUMBER, values=numbers, expected=expected)
        return placed(as_read(found), self.places)


def keyed_rows(source: Source, work: Work, rows: pa.Array) -> Iterator[KeyedRows]:
    """Yield those of `rows` (int64) that are records, part by part and route by route."""
    for part in work.parts():
        places = work.read(part, "places")
        for route in source.routes:
            table = work.read(f"{part}/{route.name}", RECORD).select(["row", "record_uid", NUMBER])
            table = table.filter(pc.is_in(table["row"], rows))
            if table.num_rows:
                yield KeyedRows(route, table, places, bool(source.personal & set(route.key)))
