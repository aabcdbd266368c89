"""Findings about fields, told in the sender's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS
from mappings.engine.arrays import by_distinct

if TYPE_CHECKING:
    from mappings.engine.route import Route

ITEM = r"^([a-z_]+[.][0-9]+)?.*$"  # `goods.0` of `goods.0.hs_code`, nothing of `product.name`
SAID_ONCE = "MISSING_VALUE"  # a blank cell is one thing to mend, however many fields are made from it


def named(findings: pa.Table, route: Route) -> pa.Table:
    """Fill in the column of findings that know only their field, and say of a blank cell once that it is blank.

    Give it the mapping's and the standard's findings together, the mapping's first: they are the ones that stay.
    """
    if findings.num_rows == 0 or findings["column"].null_count == 0:
        return findings
    behind = by_distinct(
        findings["field"].combine_chunks(),
        lambda paths: [None if path is None else route.column_of(path) for path in paths],
        pa.string(),
    )
    column = pc.coalesce(findings["column"].combine_chunks(), behind)
    told = findings.set_column(FINDINGS.get_field_index("column"), "column", column)
    item = pc.replace_substring_regex(told["field"], ITEM, r"\1")
    cell = (pc.cast(told["row"], pa.string()), told["code"], told["column"], item)
    place = pc.binary_join_element_wise(*cell, "\x1f").combine_chunks()
    first = pc.equal(pc.index_in(place, value_set=place), pa.arange(0, len(place)))
    other = pc.not_equal(told["code"], SAID_ONCE)
    return told.filter(pc.or_(other, pc.fill_null(first, fill_value=True)))
