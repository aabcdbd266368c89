"""The hub's own columns in an answer: which row of which submission a row is, and what is wrong with it.

They stand to the right of the sender's.  A file that has them may come back in any order, with rows taken out or
added, as the same kind of file or as the workbook: each row says for itself what it corrects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from connectors.readers import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN = "riskhub:"
REFERENCE = {"en": f"{OWN}row", "zh": f"{OWN}行"}
NOTE = {"en": f"{OWN}what to do", "zh": f"{OWN}问题与处理"}
SHEETS = {"en": "riskhub summary", "zh": "问题汇总"}
LISTS = "riskhub lists"
BATCH, ROW = rows.CORRECTED_BATCH, rows.CORRECTED_ROW  # the reference of a row that came back, in its two parts
WRITTEN = r"^\s*(?P<batch>[0-9]{8}-[0-9]{6}-[0-9a-f]{8})/(?P<row>[0-9]{1,15})\s*$"


def reference(batch_id: str | None, row: int) -> str:
    """Return what the reference column holds for a row of a batch; nothing when there is no batch to refer to."""
    return f"{batch_id}/{row}" if batch_id else ""


def reference_column(names: Iterable[str]) -> str | None:
    """Return the column that holds references, None when the file is not an answer of ours."""
    return next((name for name in names if name in REFERENCE.values()), None)


def parts(references: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return batch id (string) and row (int64) of references, null where there is none or it is no such thing."""
    found = pc.extract_regex(references, WRITTEN)
    return pc.struct_field(found, "batch"), pc.cast(pc.struct_field(found, "row"), pa.int64())
