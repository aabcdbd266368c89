"""What the mapping has said already is not said again: a value that could not be read is not also missing."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from validation.catalogue import levels

MARK = "\x1f"


def unsaid(findings: pa.Table, known: pa.Table) -> pa.Table:
    """Return the findings on whose row and field (or item, or list) `known` has no error yet.

    An error of `known` without a field is about the whole row: nothing more is said of it.
    """
    errors = known.filter(pc.equal(levels(known["code"]), "error"))
    if errors.num_rows == 0:
        return findings
    whole = errors.filter(pc.is_null(errors["field"]))
    said = pc.is_in(findings["row"], value_set=_one(whole["row"]))
    places = _one(_place(errors["row"], pc.fill_null(errors["field"], MARK)))
    field = findings["field"]
    for _ in range(3):  # goods.0.hs_code, then the item goods.0, then the list goods
        said = pc.or_(said, pc.is_in(_place(findings["row"], field), value_set=places))
        field = pc.replace_substring_regex(field, r"[.]?[^.]*$", "")
    return findings.filter(pc.invert(said))


def _place(rows: pa.ChunkedArray, fields: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(pc.cast(rows, pa.string()), fields, MARK)


def _one(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
