"""Masks a row's own personal values in every other text of that row.

A name in a narrative cannot be recognised by itself, but a personal column of the row holds it.  Rows in
which a value may stand are found by kernels (`own_suspects`); only these few are searched one by one (`sought`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.text.own_patterns import Sought, sought, without
from mappings.engine.text.own_suspects import suspects, texts_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from mappings.engine.cells import Cells


def without_own(
    cells: Mapping[str, Cells],
    own: Mapping[str, Cells],
    free: Container[str],
    size: int,
    wide: pa.Array | None = None,
) -> dict[str, pa.Array]:
    """Return texts with a mark where a personal value of the same row stood.

    Args:
        cells: The columns by name.
        own: The personal columns, whose values are searched for.
        free: The columns of free text, which are searched.
        size: The number of rows.
        wide: The positions of rows whose texts have full-width digits or letters, or invisible signs; these rows are
            searched one by one.
    """
    if not cells or not own:
        return {}
    where = suspects(texts_of(cells, free, size), own)
    if wide is not None:
        where = {name: pc.unique(pa.concat_arrays([where[name], wide])) if name in where else wide for name in cells}
    if not where:
        return {}
    values = _values(own, pc.unique(pa.concat_arrays(list(where.values()))))
    made = {name: _masked(cells[name], rows, values) for name, rows in where.items()}
    return {name: text for name, text in made.items() if text is not None}


def _values(own: Mapping[str, Cells], where: pa.Array) -> dict[int, dict[Sought, None]]:
    """Return the values to search for in each of the rows at `where`; rows that name nobody are absent."""
    values: dict[int, dict[Sought, None]] = {}
    for each in own.values():
        rows, text = _at(each, where)
        for at, written in zip(rows.to_pylist(), text.to_pylist(), strict=True):
            if found := sought(written):
                values.setdefault(at, {}).update(dict.fromkeys(found))
    return values


def _at(cells: Cells, where: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the texts that are there of the rows at `where`, and whose they are."""
    rows = pa.arange(0, len(cells.text)) if cells.rows is None else pc.cast(cells.rows, pa.int64())
    near = pc.and_(pc.is_in(rows, value_set=where), pc.is_valid(cells.text))
    return rows.filter(near), cells.text.filter(near)


def _masked(cells: Cells, where: pa.Array, values: Mapping[int, Mapping[Sought, None]]) -> pa.Array | None:
    """Return the texts of a column without the values of the rows at `where`; None when nothing changes."""
    rows = pa.arange(0, len(cells.text)) if cells.rows is None else pc.cast(cells.rows, pa.int64())
    near = pc.and_(pc.is_in(rows, value_set=where), pc.is_valid(cells.text))
    texts = cells.text.filter(near).to_pylist()
    found = zip(rows.filter(near).to_pylist(), texts, strict=True)
    made = [without(text, values[at]) if at in values else text for at, text in found]
    if made == texts:
        return None
    return pc.replace_with_mask(cells.text, near, pa.array(made, pa.string()))
