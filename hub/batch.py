"""A batch: one delivery going through the pipeline, with one state and counts that add up."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from hub import clock

BUCKETS = ("new", "changed", "unchanged", "duplicate", "quarantined", "skipped")  # each row is in exactly one
COUNTS = ("read", *BUCKETS)


class State(StrEnum):
    """Where a batch stands.  A terminal state never changes; a correction is a new delivery."""

    RECEIVED = "received"
    MAPPED = "mapped"
    VALIDATED = "validated"
    LOADED = "loaded"
    ACKNOWLEDGED = "acknowledged"
    HELD = "held"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Counts:
    """The numbers of rows of one batch by outcome; `read` is the sum of the others.

    >>> Counts(read=3, new=2, quarantined=1).adds_up
    True
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0
    skipped: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every row read is in exactly one of the six buckets."""
        counts = self.as_dict()
        return self.read == sum(counts[name] for name in BUCKETS)

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name, in the order of the reconciliation line."""
        return asdict(self)


def new_batch_id(now: datetime | None = None) -> str:
    """Return an id that sorts by time and can be read aloud: `20261123-061502-1e2f03a7`.

    The last part is the microsecond (5 hex digits), so that files of one moment keep their order, and chance (3).
    """
    moment = (now or clock.now()).astimezone(UTC)
    return f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond:05x}{secrets.randbelow(0x1000):03x}"
