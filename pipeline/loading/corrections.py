"""Correcting: what a later delivery says about rows that were kept out closes them, and the receipt says so.

By the references of a correction file that came back, and without any by the key: `Precedence` closes what good rows
put right.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from psycopg.rows import dict_row

from pipeline.transform.map_file import CORRECTS
from warehouse.copy import copy_stream
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.receipt import ClosedFindings, ClosedSubmission
    from pipeline.loading.context import LoadContext
    from pipeline.transform.staging import Work

COLUMNS = ["row", "batch_id", "corrects"]


def close_earlier(context: LoadContext) -> list[ClosedSubmission]:
    """Close the quarantined rows that a batch corrects or sends again.

    It is part of the transaction of the load, after the batch's own rows were quarantined.

    Returns:
        For each earlier submission: its batch, what was closed by code and column, and how much is still open.
    """
    conn, work, about = context.conn, context.work, context.parameters
    if work.facts().returned:
        conn.execute(statement("quarantine/create_row_corrections"))
        copy_stream(conn, ("pg_temp", "row_correction"), COLUMNS, _answered(work))
        conn.execute(statement("quarantine/close_row_corrections"), about)
    conn.execute(statement("quarantine/close_resent"), about)
    with conn.cursor(row_factory=dict_row) as cursor:
        lines = cursor.execute(statement("quarantine/correction_summary"), about).fetchall()
    return [_closed_submission(batch, list(found)) for batch, found in groupby(lines, lambda line: line["batch"])]


def _answered(work: Work) -> Iterator[pa.Table]:
    """Yield the references of the rows that say something: a row that was left blank corrects nothing."""
    for part in work.parts():
        claimed = work.read(part, CORRECTS)
        silent = pc.is_in(claimed["row"], value_set=work.read(part, "skipped")["row"].combine_chunks())
        yield claimed.filter(pc.invert(silent))


def _closed_submission(batch: str, found: list[dict[str, Any]]) -> ClosedSubmission:
    whole, *causes = found
    findings: list[ClosedFindings] = [
        {
            "code": line["code"],
            "column": line["column"],
            "closed": line["closed"],
            "resent": line["resent"],
            "open": line["open"],
        }
        for line in causes
    ]
    return {
        "batch": batch,
        "closed": whole["closed"],
        "resent": whole["resent"],
        "open": whole["open"],
        "findings": findings,
    }
