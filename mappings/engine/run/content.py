"""What a record says, as one hash: equal for a record that is sent again, and for the same values in the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.engine.run.derived import without_derived
from mappings.engine.run.record_keys import ChildRows, row_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from standards import RecordType


def content_hashes(
    record_type: RecordType,
    main: pa.Table,
    children: Mapping[str, tuple[pa.Table, pa.Array]],
    zones: Mapping[str, str],
) -> pa.Array:
    """Return the hash (binary of 32) of each record.

    Args:
        record_type: The type of the records.
        main: The fields of the records.
        children: By the child's name, its position and fields, and the index of each item's row in `main` (int64,
            ascending).
        zones: The one time zone of the source for each moment that has one; what follows from it is no content.
    """
    content = without_derived(main, record_type.tables[""], zones)
    return row_hashes(content, [ChildRows(name, child, at) for name, (child, at) in children.items()])
