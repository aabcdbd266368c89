"""What every part of a load works on: one batch within one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from psycopg import Connection

    from mappings.engine import Source
    from pipeline.transform.staging import Work
    from warehouse.ledger import Entry


class BatchIdentity(TypedDict):
    """The columns that say whose rows they are, and which batch brought them."""

    agency: str
    feed: str
    batch_id: str


class BatchParameters(BatchIdentity):
    """What statements ask about a batch: whose it is, which delivery it reads, and its precedence."""

    origin_batch: str
    precedence: str


@dataclass(frozen=True)
class LoadContext:
    """One batch within the transaction that loads it, or within one that is rolled back.

    Args:
        conn: The connection; the transaction belongs to the caller.
        entry: The batch as the ledger holds it, or, for what is not registered, as it would.
        source: The mapping that it was read by.
        work: Where its records stand.
    """

    conn: Connection[Any]
    entry: Entry
    source: Source
    work: Work

    @property
    def identity(self) -> BatchIdentity:
        """The columns that say whose rows they are, and which batch brought them."""
        return {"agency": self.entry.agency, "feed": self.entry.feed, "batch_id": self.entry.batch_id}

    @property
    def parameters(self) -> BatchParameters:
        """What statements ask about a batch: whose it is, which delivery it reads, and its precedence."""
        return {**self.identity, "origin_batch": self.entry.origin_batch, "precedence": self.entry.precedence}

    @property
    def mode(self) -> str:
        """upsert, append or snapshot; that of the batch, not of its feed: a correction is never an addition."""
        return self.source.mode_of(self.entry.operation)
