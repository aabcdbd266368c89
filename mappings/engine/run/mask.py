"""Personal data is masked in every text of a row, before these texts are mapped or written.

First the numbers that are unmistakable wherever they stand (`hub/personal.py`), then the values that the row itself
calls personal in another column (`own_values`).  The personal columns themselves stay as they are: they become tokens
or are not read.  docs/decisions/0020.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import findings_of, no_findings, shortened
from hub.personal import DISGUISED, MASK, Depth, masked, rough
from mappings.engine.arrays import any_true, by_distinct
from mappings.engine.byte_scan import SHORTEST, ByteScan
from mappings.engine.cells import Cells, cells_of, with_cells
from mappings.engine.model.personal_columns import search_of
from mappings.engine.text.own_values import without_own
from mappings.engine.text.repair import without_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mappings.engine.model.source import Source

PERSONAL_HIDDEN = "PERSONAL_HIDDEN"


class Masked(NamedTuple):
    """Rows with personal data masked, and a finding for each text in which something was masked."""

    rows: pa.RecordBatch
    findings: pa.Table


def hide(rows: pa.RecordBatch, source: Source) -> Masked:
    """Return the rows with marks in the place of whatever is personal in the columns that the mapping reads."""
    search = search_of(source)
    given = cells_of(rows, {**search.depths, **dict.fromkeys(search.own)})
    texts = {name: cells for name, cells in given.items() if name in search.depths}
    changed: dict[str, pa.Array] = {}
    wide: list[pa.Array] = []
    for name, cells in texts.items():
        if not cells.scan.may_hold_number(search.depths[name]):
            continue
        hit = _rough_hits(cells.scan, rough(search.depths[name]))
        if hit is None:
            continue
        made = by_distinct(cells.text.filter(hit), _masking(search.depths[name]), pa.string())
        if any_true(pc.not_equal(made, cells.text.filter(hit))):
            changed[name] = pc.replace_with_mask(cells.text, hit, made)
        wide += _wide(cells, hit)
    if search.own:
        now = texts | {name: Cells(text, texts[name].rows) for name, text in changed.items()}
        long = {name: cells for name, cells in now.items() if cells.scan.longest >= SHORTEST}
        own = {name: cells for name, cells in given.items() if name in search.own}
        positions = pa.concat_arrays(wide) if wide else None
        free = {name for name in long if search.depths[name] >= Depth.NAME}
        changed |= without_own(long, own, free, len(rows), positions)
    if not changed:
        return Masked(rows, no_findings())
    return Masked(with_cells(rows, changed), pa.concat_tables(_findings(rows, texts, changed)).combine_chunks())


def about(findings: pa.Table, rows: pa.RecordBatch) -> pa.Table:
    """Return those of the findings that are about these rows."""
    if findings.num_rows == 0:
        return findings
    return findings.filter(pc.is_in(findings["row"], value_set=rows.column("@row")))


def masked_text(text: pa.Array) -> pa.Array:
    """Return texts of no known column without the numbers of persons in them."""
    scan = ByteScan(text)
    hit = _rough_hits(scan, rough(Depth.NARRATIVE)) if scan.may_hold_number(Depth.NARRATIVE) else None
    if hit is None:
        return text
    made = by_distinct(text.filter(hit), _masking(Depth.NARRATIVE), pa.string())
    return pc.replace_with_mask(text, hit, made)


def shown_text(text: pa.Array) -> pa.Array:
    """Return texts as a finding may show them: without control characters and numbers of persons, cut."""
    return shortened(without_controls(masked_text(text)))


def is_masked(text: pa.Array) -> pa.Array:
    """Return where something is hidden in a text."""
    return pc.fill_null(pc.match_substring(text, f"[{MASK}"), fill_value=False)


def _masking(depth: Depth) -> Callable[[list[str | None]], list[str | None]]:
    return lambda texts: [None if text is None else masked(text, depth) for text in texts]


def _rough_hits(scan: ByteScan, pattern: str) -> pa.Array | None:
    """Return where the pattern is found; None, after one search over all of the column's bytes, when nowhere.

    Of a column with few distinct values only these are searched.
    """
    searched = scan.text if scan.few is None else scan.few.dictionary
    ends = pa.array([0, len(searched)], pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(ends, pc.fill_null(searched, "")), "\x1f")
    if not pc.match_substring_regex(joined, pattern)[0].as_py():
        return None
    return pc.fill_null(pc.match_substring_regex(scan.text, pattern), fill_value=False)


def _wide(cells: Cells, hit: pa.Array) -> list[pa.Array]:
    """Return the positions of the rows whose text has full-width digits or letters, odd dashes or unseen signs."""
    wide = pc.match_substring_regex(cells.text.filter(hit), DISGUISED)
    if not any_true(wide):
        return []
    rows = pa.arange(0, len(cells.text)) if cells.rows is None else pc.cast(cells.rows, pa.int64())
    return [rows.filter(hit).filter(wide)]


def _findings(rows: pa.RecordBatch, texts: dict[str, Cells], changed: dict[str, pa.Array]) -> Iterator[pa.Table]:
    """Yield a finding per row and column in which something was hidden, without what it was."""
    numbers = rows.column("@row")
    for name, new in changed.items():
        differs = pc.fill_null(pc.not_equal(new, texts[name].text), fill_value=False)
        where = pc.unique(texts[name].of_row(numbers).filter(differs))
        yield findings_of(where, PERSONAL_HIDDEN, column=name)
