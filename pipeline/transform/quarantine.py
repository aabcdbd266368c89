"""Quarantined rows: what is kept out, as they came, with where they stand, who they would be, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine import mask
from pipeline.corrections.delivery import Delivered, no_earlier_submission
from pipeline.transform.quotes import Quotes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.finding import FindingLine
    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall
    from pipeline.transform.staging import Work

BAD = pa.schema([pa.field("row", pa.int64()), pa.field("record_uid", pa.string())])
EVIDENCE = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("source_file", pa.string()),
        pa.field("source_sheet", pa.string()),
        pa.field("source_line", pa.int64()),
        pa.field("original", pa.string()),  # JSON: the sender's columns and values, personal ones masked
        # null where the row's key is blank, or nobody knows what kind of row it is
        pa.field("record_uid", pa.string()),
        pa.field("findings", pa.string()),  # JSON: why
    ]
)
# DuckDB, over the errors: one line per bad row with its findings as JSON, ordered by code and field.
REASONS = """
select row, to_json(list({code: code, "column": "column", field: field, value: value, expected: expected, read: read}
                         order by code, field))::varchar as findings
from errors
group by row
order by row
"""


def bad_records(rows: pa.Array, records: list[pa.Table]) -> pa.Table:
    """Return `rows` (int64) with the uid of the record that each would have been (`BAD`)."""
    identities = [pa.table([table["row"], table["record_uid"]], schema=BAD) for table in records]
    known = pa.concat_tables([BAD.empty_table(), *identities]).combine_chunks()
    at = pc.index_in(rows, value_set=known["row"].combine_chunks())
    return pa.table([rows, known["record_uid"].take(at)], schema=BAD)


def all_bad(work: Work) -> pa.Table:
    """Return the bad records of all parts of a judged batch (`BAD`)."""
    return pa.concat_tables([BAD.empty_table(), *(work.read(part, "bad") for part in work.parts())])


def quarantined_rows(  # noqa: PLR0913, PLR0917 - what one submission is, and what is said of it
    path: Path,
    source: Source,
    errors: pa.Table,
    bad: pa.Table,
    recall: Recall = no_earlier_submission,
    lines: Sequence[FindingLine] = (),
) -> pa.Table:
    """Read the file once more for the rows that findings are about, so that no copy of good rows is kept in clear.

    Args:
        path: The bytes as delivered.
        source: The source.
        errors: The placed findings that keep rows out.
        bad: Those rows (`BAD`).
        recall: Gives the earlier submissions that a correction refers to.
        lines: The gathered findings; their places get the cells as they were sent.

    Returns:
        The quarantined rows with their cells and findings (`EVIDENCE`).
    """
    quotes = Quotes(errors, lines, source)
    numbers = np.unique(errors["row"].to_numpy())
    last_wanted = max(quotes.last, int(numbers[-1]) if len(numbers) else -1)
    found: list[tuple[int, int, list[pa.Array]]] = []
    if last_wanted >= 0:
        with Delivered(path, source, recall) as delivered:
            for rows in delivered:
                # Both ascend: a batch is compared with its own rows, not with all that are kept out.
                first, last = rows.column("@row")[0].as_py(), rows.column("@row")[-1].as_py()
                quotes.quote_rows(rows, first, last)
                begin, end = np.searchsorted(numbers, (first, last + 1))
                if begin < end:
                    taken = rows.take(pc.index_in(pa.array(numbers[begin:end]), rows.column("@row")))
                    places = [taken.column(name) for name in ("@row", "@file", "@sheet", "@line")]
                    found.append((begin, end, [*places, mask(taken, source)]))
                if last >= last_wanted:
                    break
    quotes.write_quotes()
    if not found:
        return EVIDENCE.empty_table()
    why = _reasons(quotes.errors(), bad)
    pieces = [(parts, why.slice(begin, end - begin)) for begin, end, parts in found]
    return pa.concat_tables([pa.table([*parts, of["uid"], of["why"]], schema=EVIDENCE) for parts, of in pieces])


def _reasons(errors: pa.Table, bad: pa.Table) -> pa.RecordBatch:
    """Return row, uid and why (JSON) of each row that errors keep out, in the order of rows."""
    con = duckdb.connect()
    con.register("errors", errors)
    reasons = con.sql(REASONS).to_arrow_table()
    uid = bad["record_uid"].take(pc.index_in(reasons["row"], bad["row"].combine_chunks()))
    table = pa.table({"row": reasons["row"], "uid": uid, "why": reasons["findings"]})
    (why,) = table.combine_chunks().to_batches()
    return why
