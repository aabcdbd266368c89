"""How the marts of quality are kept up: a function of the warehouse makes the months that batches touched anew."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from standards import standard
from warehouse.statements import file_text, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from pipeline.marts.pending import PendingBatch

FILES = ("schema/099_quality", "schema/191_refresh_quality", "schema/192_rates")  # their tables and functions


def quality_definition() -> str:
    """Return the SHA-256 of the files that make the marts of quality, and of the edition of the standard."""
    return sha256("\n".join([*map(file_text, FILES), standard().version]).encode()).hexdigest()


def fill_quality_marts(conn: Connection[Any]) -> None:
    """Make all months anew, in the transaction of the caller."""
    conn.execute(statement("marts/refresh_all_quality"))


def apply_to_quality_marts(conn: Connection[Any], batches: Sequence[PendingBatch]) -> None:
    """Make the months that the batches touched anew, in the transaction of the caller."""
    conn.execute(statement("marts/refresh_quality"), {"batches": [each.batch_id for each in batches]})
