"""The first rows of a delivery as its sender wrote them, for whoever decides about it; personal values are masked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors import raw_store
from mappings.engine import mask
from pipeline.corrections.delivery import Delivered
from pipeline.corrections.earlier import earlier_submissions
from pipeline.sources import source_named
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from typing import Any

LONGEST = 200  # characters of a cell that are shown


@dataclass(frozen=True)
class FirstRows:
    """Rows in the sender's columns; each has a text for every column."""

    columns: list[str]
    rows: list[list[str]]


def first_rows(batch_id: str, most: int) -> FirstRows:
    """Return the first rows of the delivery of a batch, at most `most`; reading stops there.

    Raises:
        WrongUsage: There is no such batch.
        RawDamaged: The raw store does not hold the bytes that came.
        RejectBatch: The file cannot be read.
    """
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
    source = source_named(entry.source)
    found: list[dict[str, Any]] = []
    with raw_store.local_path(entry.sha256) as path, Delivered(path, source, earlier_submissions(source)) as reading:
        for batch in reading:
            found += [json.loads(text.as_py()) for text in mask(batch.slice(0, most - len(found)), source)]
            if len(found) >= most:
                break
    columns = list(dict.fromkeys(name for row in found for name in row))
    return FirstRows(columns, [[_text(row.get(name)) for name in columns] for row in found])


def _text(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
