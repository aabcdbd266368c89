"""Rows in, records and findings out: mapping and record rules together, one record batch at a time.

Pure: the same rows and the same source give the same tables, in a task, in `riskhub check`, or on a cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from hub.concurrency import side_by_side
from mappings.engine import as_read, named
from pipeline.transform.isolate import checked, refined
from validation.records.check import check_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from mappings.engine import Refined, Route, Source

PLACES = {"@row": "row", "@file": "file", "@sheet": "sheet", "@line": "line"}


def places_of(rows: pa.RecordBatch) -> pa.Table:
    """Return where each row stands in what the sender wrote: row, file, sheet, line."""
    return pa.table({ours: rows.column(theirs) for theirs, ours in PLACES.items()})


def refined_batches(batches: Iterable[pa.RecordBatch], source: Source) -> Iterator[tuple[pa.RecordBatch, Refined]]:
    """Map batch after batch, in order; yield each with what came of it."""
    return side_by_side(batches, lambda rows: (rows, refined(rows, source)))


def judged(tables: dict[str, pa.Table], mapped: pa.Table, route: Route, received_at: datetime) -> pa.Table:
    """Return all findings about the records of one route: the mapping's and the standard's, none twice.

    The standard sees records only; `quoted` puts the cells as they were sent into its findings.

    Args:
        tables: The records ("") and their children by name.
        mapped: The findings of the mapping.
        route: The route.
        received_at: When the delivery was received; an event cannot be later.
    """

    def by_standard(some: dict[str, pa.Table]) -> pa.Table:
        return check_records(some, route.record_type, known=mapped, received_at=received_at)

    judged_by_standard = checked(tables, by_standard)
    return named(pa.concat_tables([mapped, as_read(judged_by_standard)]), route)
