"""The hazards that a record's failed test items mean, where it lists no hazard itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import one_array
from standards import standard
from standards.ancestry import ancestors, topmost
from standards.derived_fields import FAIL, HAZARD, TEST_ITEM

if TYPE_CHECKING:
    from collections.abc import Mapping

Items = tuple[pa.Table, pa.Array]  # of a list, and the index of each one's record


def hazards_of(made: Mapping[str, Items]) -> Items | None:
    """Return the hazards of records, and the index of each one's record (int64).

    They are the items of the list `hazard`; for a record that has none, its failed test items whose hazard type is
    known.  The type of a test item is the one that it states, else that of its substance or organism (list `analyte`).

    Args:
        made: By the name of a list, its items and the index of each one's record.

    Returns:
        The hazards, with the fields that the main one is chosen by, those of one record in the order of their places;
        None where the type has neither list, or the mapping fills none of them.
    """
    listed, tested = made.get(HAZARD), made.get(TEST_ITEM)
    if tested is None:
        return listed
    items, rows = _of_failures(*tested)
    if listed is None:
        return items, rows
    unlisted = pc.invert(pc.is_in(rows, value_set=listed[1]))
    known = listed[0].select(items.column_names).cast(items.schema)
    return pa.concat_tables([known, items.filter(unlisted)]), pa.concat_arrays([listed[1], rows.filter(unlisted)])


def _of_failures(items: pa.Table, rows: pa.Array) -> Items:
    failed = pc.fill_null(pc.equal(items["verdict_code"], FAIL), fill_value=False)
    items, rows = items.filter(failed), rows.filter(one_array(failed))
    lists = standard().codelists
    types = one_array(items["hazard_type_code"])
    substances = one_array(items["analyte_code"])
    for level in ancestors(lists, "analyte", substances):
        types = pc.coalesce(types, pc.if_else(pc.is_in(level, value_set=lists["hazard_type"].codes), level, None))
    nothing = pa.nulls(len(items))
    made = pa.table(
        {
            "class_code": topmost(lists, "hazard_type", types),
            "type_code": types,
            "severity_code": nothing.cast(pa.string()),
            "is_main": nothing.cast(pa.bool_()),
        }
    )
    known = pc.is_valid(types)
    return made.filter(known), rows.filter(known)
