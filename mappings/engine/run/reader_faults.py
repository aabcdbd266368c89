"""Findings that need no mapping: rows that the reader could not cut into cells, and files in mode `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS, findings_of, no_findings
from hub.settings import settings
from mappings.engine.arrays import as_text, one_array
from mappings.engine.run.footers import footers_apart
from mappings.engine.run.mask import shown_text
from mappings.engine.run.quarantine_row import masked_columns
from mappings.engine.run.single_values import NOT_ONE_VALUE
from mappings.engine.run.totals import ROW_OF_TOTALS, totals_among
from mappings.engine.text.repair import repaired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.model.source import Source

CELLS, LONG = "WRONG_CELL_COUNT", "CELL_TOO_LONG"
OF_A_CELL = pa.array(
    [LONG, "CELL_ERROR", "PRECISION_LOST", "SHOWN_OTHERWISE", "HIDDEN_VALUE", NOT_ONE_VALUE, ROW_OF_TOTALS]
)  # of these `@raw` is `column: detail`, else it is content
DETAIL = r"^(?s)(?P<column>.*): (?P<detail>[^:]*)$"
COUNTED = ("csv", "xlsx", "xls", "xlsb", "ods")  # formats whose faulty rows come as delimited text
NOTHING = pa.scalar(None, pa.string())


def reading_faults(rows: pa.RecordBatch, source: Source) -> pa.Table:
    """Return one finding per row that has a `@fault`."""
    if "@fault" not in rows.schema.names or rows.column("@fault").null_count == len(rows):
        return no_findings()
    faulty = rows.filter(pc.is_valid(rows.column("@fault")))
    fault, raw = faulty.column("@fault"), faulty.column("@raw")
    column, detail = _of_a_cell(fault, raw, source)
    count, header = _cell_count(raw, source), _header_cells(rows, source)
    cells, long = pc.equal(fault, CELLS), pc.equal(fault, LONG)
    value = pc.if_else(cells, count, detail)
    expected = pc.if_else(cells, pa.scalar(header, pa.string()), pc.if_else(long, str(settings().cell_bytes), NOTHING))
    nothing = pa.nulls(len(faulty), pa.string())
    columns = [faulty.column("@row"), fault, column, nothing, value, expected, nothing]
    return pa.table(columns, schema=FINDINGS)


def _header_cells(rows: pa.RecordBatch, source: Source) -> str | None:
    """Return the number of cells of the header; None where a row may be of one of several files."""
    return None if "join" in source.format else str(sum(not name.startswith("@") for name in rows.schema.names))


def _of_a_cell(fault: pa.Array, raw: pa.Array, source: Source) -> tuple[pa.Array, pa.Array]:
    """Return the column that a fault of one cell is in, and the detail that the reader gives; null for other faults."""
    detail_text = pc.if_else(pc.is_in(fault, value_set=OF_A_CELL), raw, NOTHING)
    parts = pc.extract_regex(detail_text, DETAIL)
    column, detail = (pc.struct_field(parts, name) for name in ("column", "detail"))
    if source.only_checks:  # no mapping declares columns, so none is masked
        known = pc.is_valid(column)
    else:
        known = pc.is_in(column, value_set=pa.array([*source.read_columns, *source.ignore], pa.string()))
    masked = pc.is_in(column, value_set=pa.array(sorted(masked_columns(source)), pa.string()))
    shown = pc.if_else(pc.and_(known, pc.invert(masked)), detail, NOTHING)
    size = pc.replace_substring_regex(detail, "[^0-9]", "")
    return pc.if_else(known, column, NOTHING), pc.if_else(pc.equal(fault, LONG), size, shown)


def _cell_count(raw: pa.Array, source: Source) -> pa.Array:
    """Count the cells of a row that was not cut; delimiters within quotes do not count."""
    if source.format["kind"] not in COUNTED:
        return pa.nulls(len(raw), pa.string())
    bare = pc.replace_substring_regex(raw, '"[^"]*"', "")
    delimiter = source.format.get("delimiter", ",")
    counts = [pc.count_substring(bare, each) for each in (delimiter if isinstance(delimiter, list) else [delimiter])]
    return pc.cast(pc.add(pc.max_element_wise(*counts), 1), pa.string())


def findings_without_mapping(rows: pa.RecordBatch, source: Source) -> pa.Table:
    """Return the findings about rows whose columns no mapping describes (mode `check`).

    The functions that serve a mapped feed find unreadable rows, control characters, garbled text, totals, footers and
    repeated headers here too, so a file gets the same verdict with and without a mapping.

    Args:
        rows: As the reader gave them.  The first column is the one that is searched for the label of a row of totals.
        source: A source in mode `check`.

    Returns:
        A table of the schema `FINDINGS`.
    """
    names = [name for name in rows.schema.names if not name.startswith("@")]
    _, footers = footers_apart(rows)
    rows = totals_among(rows, names[:1])
    found = [footers, reading_faults(rows, source)]
    for name in names:
        found += _of_column(rows, name)
    return pa.concat_tables(found)


def _of_column(rows: pa.RecordBatch, name: str) -> Iterator[pa.Table]:
    column = rows.column(name)
    if pa.types.is_nested(column.type):
        return
    text = one_array(as_text(column))
    for code, where in repaired(text, halve=False).findings():
        if code == "REPAIRED_INVISIBLE":
            continue  # the reader has reported it already
        row = one_array(rows.column("@row")).filter(where)
        yield findings_of(row, code, column=name, values=shown_text(text.filter(where)))
