"""Evidence: the rows that are kept out, as they came, with where they stand, who they would be, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.sql import statement
from mappings.engine import mask
from pipeline.answer.returning import Delivered, nobody

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source
    from pipeline.answer.returning import Recall
    from pipeline.work import Work

BAD = pa.schema([pa.field("row", pa.int64()), pa.field("record_uid", pa.string())])
EVIDENCE = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("source_file", pa.string()),
        pa.field("source_sheet", pa.string()),
        pa.field("source_line", pa.int64()),
        pa.field("original", pa.string()),  # JSON: the sender's columns and values, personal ones masked
        pa.field(
            "record_uid", pa.string()
        ),  # null where the row's key is blank, or nobody knows what kind of row it is
        pa.field("findings", pa.string()),  # JSON: why
    ]
)


def bad_records(rows: pa.Array, records: list[pa.Table]) -> pa.Table:
    """Return `rows` (int64) with the uid of the record that each would have been (`BAD`)."""
    identities = [pa.table([table["row"], table["record_uid"]], schema=BAD) for table in records]
    known = pa.concat_tables([BAD.empty_table(), *identities]).combine_chunks()
    at = pc.index_in(rows, value_set=known["row"].combine_chunks())
    return pa.table([rows, known["record_uid"].take(at)], schema=BAD)


def all_bad(work: Work) -> pa.Table:
    """Return the bad records of all parts of a judged batch (`BAD`)."""
    return pa.concat_tables([BAD.empty_table(), *(work.read(part, "bad") for part in work.parts())])


def gather_evidence(path: Path, source: Source, errors: pa.Table, bad: pa.Table, recall: Recall = nobody) -> pa.Table:
    """Read the file once more for the bad rows only, so that no copy of the good ones is ever kept in clear.

    `errors` are the placed findings that keep rows out, `bad` those rows (`BAD`), `recall` gives what a correction
    refers to.
    """
    if not errors.num_rows:
        return EVIDENCE.empty_table()
    con = duckdb.connect()
    con.register("errors", errors)
    reasons = con.sql(statement("work/reasons")).to_arrow_table()
    uid = bad["record_uid"].take(pc.index_in(reasons["row"], bad["row"].combine_chunks()))
    table = pa.table({"row": reasons["row"], "uid": uid, "why": reasons["findings"]})
    (kept,) = table.combine_chunks().to_batches()
    numbers = kept["row"].to_numpy()
    found = []
    for rows in Delivered(path, source, recall):
        # Both ascend: a batch is compared with its own rows, not with all that are kept out.
        first, last = rows.column("@row")[0].as_py(), rows.column("@row")[-1].as_py()
        begin, end = np.searchsorted(numbers, (first, last + 1))
        here = kept.slice(begin, end - begin)
        if here.num_rows:
            kept_out = rows.take(pc.index_in(here["row"], rows.column("@row")))
            places = [kept_out.column(name) for name in ("@row", "@file", "@sheet", "@line")]
            found.append(pa.table([*places, mask(kept_out, source), here["uid"], here["why"]], schema=EVIDENCE))
    return pa.concat_tables(found)
