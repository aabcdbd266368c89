"""Which route each row takes: the first one whose condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS, no_findings
from mappings.engine.arrays import any_true, as_text, false
from mappings.engine.run.mask import shown_text
from mappings.engine.run.quarantine_row import masked_columns

if TYPE_CHECKING:
    from mappings.engine.model.source import Source

NO_ROUTE = "NO_ROUTE"


def sorted_out(rows: pa.RecordBatch, source: Source) -> tuple[dict[str, pa.RecordBatch], pa.RecordBatch]:
    """Return the rows of each route.

    A row that the reader could not cut into cells has nothing to be sorted by; it goes to the first route.

    Args:
        rows: Rows as the reader gives them.
        source: The source.

    Returns:
        The rows by the name of their route, and the rows that no route takes.
    """
    if len(source.routes) == 1 and source.routes[0].when is None:
        return {source.routes[0].name: rows}, rows.slice(0, 0)
    first, left = True, pc.invert(false(len(rows)))
    taken = {}
    for route in source.routes:
        mine = left if route.when is None else pc.and_(left, whole(rows, route.when.holds_in(rows)))
        if first and "@fault" in rows.schema.names:
            mine = pc.or_(mine, pc.is_valid(rows.column("@fault")))
        taken[route.name] = rows.filter(mine) if any_true(mine) else rows.slice(0, 0)
        first, left = False, pc.and_not(left, mine)
    return taken, rows.filter(left)


def whole(rows: pa.RecordBatch, held: pa.Array) -> pa.Array:
    """Return where a condition held, less the rows that the reader could not cut into cells."""
    return pc.and_(held, pc.is_null(rows.column("@fault"))) if "@fault" in rows.schema.names else held


def no_route(rows: pa.RecordBatch, source: Source) -> pa.Table:
    """Return one NO_ROUTE finding per row, about the columns that the routes' conditions read."""
    if len(rows) == 0:
        return no_findings()
    columns = list(dict.fromkeys(route.when.column for route in source.routes if route.when is not None))
    value = pa.nulls(len(rows), pa.string())
    if masked_columns(source).isdisjoint(columns):
        found = [as_text(rows.column(name)) for name in columns if name in rows.schema.names]
        given = [pc.fill_null(each, "") for each in found]
        value = shown_text(pc.binary_join_element_wise(*given, " / ")) if given else value
    code, column, expected = (
        pa.repeat(pa.scalar(text, pa.string()), len(rows))
        for text in (NO_ROUTE, " / ".join(columns), _expected(source))
    )
    nothing = pa.nulls(len(rows), pa.string())
    return pa.table([rows.column("@row"), code, column, nothing, value, expected, nothing], FINDINGS)


def _expected(source: Source) -> str:
    """Return the values, or beginnings of values, that lead to a route."""
    values = (
        value
        for route in source.routes
        if route.when is not None
        for value in sorted(route.when.values or route.when.starts or ())
    )
    return " · ".join(dict.fromkeys(value for value in values if value))
