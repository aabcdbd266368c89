"""Recovery: whatever a crash has left becomes one of the known states again.

At start and every few minutes: batches that wait are worked on and the marts brought up to them, receipts that were
not published are published, and the work of batches that have ended is removed.  Files that were claimed and not
registered are taken up by `receive`.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from connectors.inbox.exchange import clear_drafts
from hub.errors import HubError
from mappings.catalogue import source_headers
from pipeline.marts.refresh import refresh_marts
from pipeline.receipts.publish import publish_notices
from pipeline.steps.runner import STEPS, step
from pipeline.transform.staging import Work
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def sweep(swept: Callable[[list[str]], None] = lambda _ids: None) -> dict[str, int]:
    """Repair every source; return how many batches were waiting and how many sources could not be looked at.

    `swept` is told the ids of the batches of a source that were worked on.
    """
    waiting = broken = 0
    for head in source_headers():
        try:
            with connect() as conn:
                ids = ledger.waiting(conn, f"{head.agency}/{head.feed}")
            waiting += len(ids)
            try:
                for verb in STEPS:
                    step(verb, ids)
            finally:  # one batch that is to be tried again hides none of those that are loaded
                swept(ids)
        except HubError as fault:
            log.error("source %s/%s cannot be swept: %s", head.agency, head.feed, fault)  # noqa: TRY400
            broken += 1
        except (
            OSError,
            ValueError,
            psycopg.Error,
        ) as fault:  # its text may hold data
            log.error("source %s/%s cannot be swept: %s", head.agency, head.feed, type(fault).__name__)  # noqa: TRY400
            broken += 1
    with connect() as conn:
        publish_notices(conn)
    with suppress(HubError):  # `doctor` tells it
        clear_drafts()
    _clear_what_has_ended()
    if waiting:
        with connect() as conn:
            refresh_marts(conn)
    return {"waiting": waiting, "broken": broken}


def _clear_what_has_ended() -> None:
    """Remove the work of batches whose receipt is out; what the ledger does not know is left for a person."""
    with connect() as conn:
        for batch_id in Work.ids():
            entry = ledger.find(conn, batch_id)
            if entry and entry.acknowledged_at:
                Work(batch_id).clear()
