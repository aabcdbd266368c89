"""Rows whose key stands again further down in their delivery, with other content: the sender is told both lines.

They are loaded as if they had come one after the other, so the last of them counts; perhaps two records were meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corrections.delivery import no_earlier_submission
from pipeline.transform.keyed_rows import keyed_rows
from pipeline.transform.quarantine import BAD, quarantined_rows
from validation.aggregation import PLACED, Gathered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.finding import FindingLine
    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall
    from pipeline.transform.staging import Work

# A row, and the last row of its delivery with the same key, whose other content counts.
REPLACED = pa.schema([pa.field("row", pa.int64()), pa.field("replaced_by", pa.int64())])
CODE = "KEY_REPEATED"


def repeated_keys(
    path: Path, source: Source, work: Work, replaced: Sequence[pa.Table], recall: Recall = no_earlier_submission
) -> list[FindingLine]:
    """Return the findings about rows that a later row replaces; each place has the line of the row that counts.

    Args:
        path: The bytes as delivered, which are read for the cells of the places that are shown.
        source: The source.
        work: The work store of the batch.
        replaced: The rows (`REPLACED`).
        recall: Gives the earlier submissions that a correction refers to.
    """
    pairs = pa.concat_tables([REPLACED.empty_table(), *replaced]).combine_chunks()
    rows, last = (pairs[name].combine_chunks() for name in REPLACED.names)
    places = _places(work, pa.concat_arrays([rows, last]))
    counts = _lines_shown(
        places.take(pc.index_in(rows, places["row"].combine_chunks())),
        places.take(pc.index_in(last, places["row"].combine_chunks())),
    )
    gathered = Gathered()
    for each in keyed_rows(source, work, rows):
        at = pc.index_in(each.records["row"].combine_chunks(), rows)
        gathered.add(each.findings(CODE, counts.take(at)))
    lines = gathered.lines()
    quarantined_rows(path, source, PLACED.empty_table(), BAD.empty_table(), recall, lines)
    return lines


def _places(work: Work, rows: pa.Array) -> pa.Table:
    """Return row, file, sheet and line of some rows of all parts."""
    found = (work.read(part, "places") for part in work.parts())
    return pa.concat_tables([table.filter(pc.is_in(table["row"], rows)) for table in found]).combine_chunks()


def _lines_shown(replaced: pa.Table, counting: pa.Table) -> pa.Array:
    """Return where each row that counts stands, as text: its line, after the file and sheet that are other ones."""
    file, sheet = (
        pc.if_else(
            pc.fill_null(pc.not_equal(replaced[name], counting[name]), fill_value=False),
            pc.cast(counting[name], pa.string()),
            pa.scalar(None, pa.string()),
        )
        for name in ("file", "sheet")
    )
    line = pc.cast(counting["line"], pa.string())
    return pc.binary_join_element_wise(file, sheet, line, " ", null_handling="skip").combine_chunks()
