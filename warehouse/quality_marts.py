"""The marts of quality and of goods declared: kept up by batch, by a function of the database.

`mart.refresh_quality` makes the months that a batch touched anew (`warehouse_sql/schema/191_refresh_quality.sql`).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from standards import standard
from warehouse.statements import file_text, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

DEFINED_BY = ("schema/191_refresh_quality", "schema/192_rates")


def definition() -> str:
    """Return the SHA-256 of what the marts are: of the functions that fill them, and the edition of the standard."""
    parts = [*map(file_text, DEFINED_BY), standard().version]
    return sha256("\n".join(parts).encode()).hexdigest()


def fill(conn: Connection[Any]) -> None:
    """Fill the marts from all that core holds, in the transaction of the caller."""
    conn.execute(statement("quality_marts/refresh"), {"batches": None})


def replace_batches(conn: Connection[Any], batches: Sequence[str]) -> None:
    """Make the months that these batches touched anew.

    Args:
        conn: A connection in a transaction of the caller.
        batches: Ids of loaded batches.
    """
    conn.execute(statement("quality_marts/refresh"), {"batches": list(batches)})
