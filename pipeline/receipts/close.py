"""Closing: a batch of which nothing is loaded gets its last state and its receipt in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hub.batch import State
from pipeline.receipts.render import Renderer
from validation.aggregation import finding_to_dict
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from hub.finding import Finding

OPEN = (State.RECEIVED, State.MAPPED, State.VALIDATED, State.HELD)


def reject(batch_id: str, findings: Sequence[Finding]) -> None:
    """End the batch as rejected, unless it has ended already."""
    with connect() as conn:
        if ledger.lock_batch(conn, batch_id) in OPEN:
            end(conn, batch_id, State.REJECTED, findings)


def end(conn: Connection[Any], batch_id: str, state: State, findings: Sequence[Finding]) -> None:
    """Write state, findings and receipts of a batch of which nothing is loaded."""
    entry = ledger.entry(conn, batch_id)
    verdict = replace(
        ledger.verdict_so_far(conn, entry, state), findings=[finding_to_dict(finding) for finding in findings]
    )
    ledger.settle(conn, batch_id, verdict)
    ledger.put_receipts(conn, entry.agency, batch_id, Renderer(entry.language).documents(verdict))
