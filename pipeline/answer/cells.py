"""What fits into a cell of a workbook."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine import MASK

LONGEST = 32_000  # characters; a cell holds 32,767 (Excel specifications and limits)
KEPT = 200


def in_cell(text: pa.Array) -> pa.Array:
    """Return texts as a workbook shows them: one that no cell holds is cut, and marked as hidden from there on."""
    long = pc.greater(pc.utf8_length(text), LONGEST)
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, KEPT), f"… {MASK}", "")
    return pc.if_else(long, cut, text)
