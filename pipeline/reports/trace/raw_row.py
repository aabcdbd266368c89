"""One row as its sender wrote it, read again from the raw store; personal values are masked before it is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from connectors import raw_store
from mappings.engine import mask
from pipeline.corrections.delivery import Delivered
from pipeline.corrections.earlier import earlier_submissions

if TYPE_CHECKING:
    from mappings.engine import Source
    from warehouse.ledger import Entry


# The cells of a row by the sender's columns: texts, or what JSON and XML nest; what is personal is masked.
RowCells: TypeAlias = "dict[str, Any]"


class Place(NamedTuple):
    """Where a row stands in a delivery; `file` and `sheet` None where there is but one."""

    file: str | None
    sheet: str | None
    line: int


def rows_at(entry: Entry, source: Source, place: Place) -> pa.RecordBatch | None:
    """Return the rows at `place`, None when there are none.  Reading stops where the place is found.

    Without file and sheet, an archive or a workbook may have that line more than once; those of one part are returned.
    """
    with raw_store.local_path(entry.sha256) as path, Delivered(path, source, earlier_submissions(source)) as reading:
        for rows in reading:
            hit = pc.equal(rows.column("@line"), place.line)
            for name, value in (("@file", place.file), ("@sheet", place.sheet)):
                if value is not None:
                    hit = pc.and_(hit, pc.equal(rows.column(name), value))
            found: pa.RecordBatch = rows.filter(hit)
            if found.num_rows:
                return found
    return None


def shown(row: pa.RecordBatch, source: Source) -> RowCells:
    """Return the first row's columns as they may be shown."""
    cells: RowCells = json.loads(mask(row, source)[0].as_py())
    return cells


def cell(cells: RowCells, column: str, position: int | None) -> Any:
    """Return what stood in a column; for `list/member`, and for a list of texts, in the item at `position`."""
    name, _, member = column.partition("/")
    value = cells.get(column, cells.get(name))
    if not isinstance(value, list) or position is None or position >= len(value):
        return value
    item = value[position]
    return item.get(member) if member and isinstance(item, dict) else item
