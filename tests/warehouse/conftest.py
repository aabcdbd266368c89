"""A warehouse that the tests of a module share: two agencies, two feeds of one, and batches in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.support.ledger_rows import LedgerRows

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def crowded(database: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to a warehouse in which every source has a batch in each state."""
    with psycopg.connect(database) as conn:
        LedgerRows(conn).crowd()
        conn.commit()
        yield conn


@pytest.fixture
def ledger(crowded: psycopg.Connection[Any]) -> Iterator[LedgerRows]:
    """Give what writes rows beside the crowd, and asks; what a test writes is rolled back."""
    yield LedgerRows(crowded)
    crowded.rollback()
