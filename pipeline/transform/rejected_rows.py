"""Rows that only the warehouse gives reason to keep out: they go to quarantine like those that are wrong in themselves.

A correction of what nobody knows, and, in an append feed, other content under a number that was given before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.corrections.delivery import no_earlier_submission
from pipeline.transform.keyed_rows import keyed_rows
from pipeline.transform.quarantine import BAD, EVIDENCE, quarantined_rows
from validation.aggregation import Gathered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.finding import FindingLine
    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall
    from pipeline.transform.staging import Work

CODES = {"correct": "NOTHING_TO_CORRECT", "new": "KEY_TAKEN"}


def rejected_rows(  # noqa: PLR0913, PLR0917 - what one submission is
    path: Path,
    operation: str,
    source: Source,
    work: Work,
    refused: Sequence[pa.Array],
    recall: Recall = no_earlier_submission,
) -> tuple[pa.Table, list[FindingLine]]:
    """Return the rows that the comparison with core refuses, and the findings about them.

    Args:
        path: The bytes as delivered.
        operation: The operation of the manifest: "new" or "correct".
        source: The source.
        work: The work store of the batch.
        refused: Numbers of the rows (int64).
        recall: Gives the earlier submissions that a correction refers to.

    Returns:
        The quarantined rows (`EVIDENCE`), and the findings as receipts show them.
    """
    rows = pa.concat_arrays([pa.array([], pa.int64()), *refused])
    if not len(rows):
        return EVIDENCE.empty_table(), []
    found, bad, gathered = [], [], Gathered()
    for each in keyed_rows(source, work, rows):
        found.append(each.findings(CODES[operation]))
        gathered.add(found[-1])
        bad.append(pa.table([each.records["row"], each.records["record_uid"]], schema=BAD))
    lines, rejected = gathered.lines(), pa.concat_tables(bad).combine_chunks()
    return quarantined_rows(path, source, pa.concat_tables(found), rejected, recall, lines), lines
