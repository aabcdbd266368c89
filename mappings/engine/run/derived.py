"""Local times that follow from their moments: what a record's content does not gain by them.

The content hash leaves them out.  So a warehouse that was filled before the standard content the day and the zone takes
the same row for unchanged: migration computes for its records what is left out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.zones import local_days
from mappings.engine.arrays import any_true, one_array
from standards.derived_fields import DERIVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standards import Table

# The standard has `reported_at_precision` since 1.3.0, and nothing in a warehouse says what it was before.  A record's
# own hazard follows from its list.
NEVER_CONTENT = ("reported_at_precision", *DERIVED)


def without_derived(main: pa.Table, table: Table, zones: Mapping[str, str]) -> pa.Table:
    """Return the records with null for each day and zone that follows from the moment and the one zone of the source.

    What a sender says otherwise, such as an offset of its own or a day apart from the moment, stays.

    Args:
        main: Records of one type, with the columns of its table.
        table: The record's table of the standard.
        zones: The one time zone of the source for each moment that has one.

    Returns:
        The columns that make up the content.
    """
    content = main.drop_columns([name for name in NEVER_CONTENT if name in main.column_names])
    for name, zone in zones.items():
        columns = table.local_time(name)
        day, written = one_array(main[columns["day"]]), one_array(main[columns["zone"]])
        derived = pc.and_(pc.equal(written, zone), pc.equal(day, local_days(one_array(main[name]), zone)))
        stays = pc.and_not(pc.or_(pc.is_valid(day), pc.is_valid(written)), pc.fill_null(derived, fill_value=False))
        if not any_true(stays):
            content = content.drop_columns([columns["day"], columns["zone"]])
            continue
        for column, values in ((columns["day"], day), (columns["zone"], written)):
            at = content.schema.get_field_index(column)
            content = content.set_column(at, column, pc.if_else(stays, values, pa.scalar(None, values.type)))
    return content
