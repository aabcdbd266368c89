"""Earlier submissions of a source: their bytes, for corrections that refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import raw_store
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall


def earlier_submissions(source: Source) -> Recall:
    """Return a function from a batch id to its bytes; None for one that is not of this source, whoever asks for it."""

    def recall(batch_id: str) -> AbstractContextManager[Path] | None:
        with connect() as conn:
            entry = ledger.find(conn, batch_id)
        if entry is None or (entry.agency, entry.feed) != (source.agency, source.feed):
            return None
        if not raw_store.has(entry.sha256):  # the store was cleaned up: nothing can be looked up, and that is said
            return None
        return raw_store.local_path(entry.sha256)

    return recall
