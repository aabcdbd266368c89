"""Masked values: put back where they can be, and never taken for data where they cannot.

Receipts and answers show personal values as `***`.  In a row that came back, a cell that still is what the answer
showed stands for what the sender had written; that is read from the bytes of the earlier submission.  A hidden value
that cannot be looked up keeps its row out (HIDDEN_VALUE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine import MASK, masked_columns
from mappings.engine.arrays import any_true, false
from pipeline.corrections import references
from pipeline.corrections.xlsx_limits import in_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mappings.engine import Source

NOTHING = pa.scalar(None, pa.string())


class Earlier(NamedTuple):
    """Rows of an earlier submission, as they were sent and as the answer showed them."""

    rows: pa.RecordBatch
    shown: dict[str, pa.Array]


def put_back(
    rows: pa.RecordBatch, source: Source, earlier: Callable[[str, pa.Array], Earlier | None]
) -> pa.RecordBatch:
    """Return rows of a correction with the earlier value in every cell that still shows its mask.

    Args:
        rows: Rows of a correction file, with the batch and the row that each refers to.
        source: The source.
        earlier: Gives the rows of an earlier submission by its batch id and row numbers; None when there is none.
    """
    batch, row = rows.column(references.BATCH), rows.column(references.ROW)
    # Personal columns too that are not read: their values are looked for in the texts that are put back.
    known = {*source.read_columns, *source.personal}
    masked = {name: _masked(rows.column(name)) for name in _texts(rows, known)}
    wanted = false(len(rows))
    for each in masked.values():
        wanted = pc.or_(wanted, pc.and_(each, pc.is_valid(row)))
    columns, done = _columns(rows), dict.fromkeys(masked, false(len(rows)))
    for each in pc.unique(batch.filter(wanted)).to_pylist():
        here = pc.and_(wanted, pc.fill_null(pc.equal(batch, each), fill_value=False))
        before = earlier(each, row.filter(here))
        if before is None:
            continue
        at = pc.index_in(pc.if_else(here, row, pa.scalar(None, pa.int64())), before.rows.column("@row"))
        for name in masked.keys() & before.shown.keys():
            same = pc.and_(masked[name], _as_shown(columns[name], before.shown[name].take(at)))
            columns[name] = pc.if_else(same, before.rows.column(name).take(at), columns[name])
            done[name] = pc.or_(done[name], same)
    return refuse_masked(pa.RecordBatch.from_pydict(columns), source, done)


def refuse_masked(rows: pa.RecordBatch, source: Source, restored: dict[str, pa.Array] | None = None) -> pa.RecordBatch:
    """Make those rows faulty (HIDDEN_VALUE) in which a value is hidden and was not put back.

    In a row that came back that is any cell with `***`; in another one only a personal cell that is nothing else, for
    elsewhere the sender may mean it.
    """
    columns, masked = _columns(rows), masked_columns(source)
    back = pc.is_valid(columns[references.ROW]) if references.ROW in columns else None
    fault, about = columns["@fault"], columns["@raw"]
    for name in _texts(rows, source.read_columns):
        if back is None and name not in masked:
            continue
        left = false(len(rows)) if back is None else pc.and_(back, _masked(columns[name]))
        if name in masked:
            whole = pc.equal(pc.utf8_trim_whitespace(columns[name]), MASK)
            left = pc.or_(left, pc.fill_null(whole, fill_value=False))
        if restored:
            left = pc.and_not(left, restored[name])
        if any_true(left):
            columns[name] = pc.if_else(left, NOTHING, columns[name])
            first = pc.and_(left, pc.is_null(fault))
            fault = pc.if_else(first, "HIDDEN_VALUE", fault)
            about = pc.if_else(first, f"{name}: {MASK}", about)
    return pa.RecordBatch.from_pydict(columns | {"@fault": fault, "@raw": about})


def _columns(rows: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(rows.schema.names, rows.columns, strict=True))


def _texts(rows: pa.RecordBatch, wanted: Collection[str]) -> list[str]:
    """Return those of the wanted columns that hold text."""
    return [field.name for field in rows.schema if field.name in wanted and pa.types.is_string(field.type)]


def _masked(text: pa.Array) -> pa.Array:
    return pc.fill_null(pc.match_substring(text, MASK), fill_value=False)


def _as_shown(cell: pa.Array, shown: pa.Array) -> pa.Array:
    """Where a cell is what the answer showed, in a text or in a workbook."""
    plain = pc.utf8_trim_whitespace(cell)
    both = (pc.equal(plain, pc.utf8_trim_whitespace(each)) for each in (shown, in_cell(shown)))
    return pc.fill_null(pc.or_kleene(*both), fill_value=False)
