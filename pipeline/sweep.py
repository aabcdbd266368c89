"""Sweep: whatever a crash has left becomes one of the known states again.

At start and every few minutes: claimed files that were not registered are registered, receipts that were not published
are published, work of batches that have ended is removed, and what waits is worked on.
"""

from __future__ import annotations

import logging

from hub import ledger
from hub.errors import HubError
from mappings.catalogue import heads
from pipeline.run import STEPS, step
from pipeline.warehouse import connect

log = logging.getLogger(__name__)


def sweep() -> dict[str, int]:
    """Repair every source; return how many batches were waiting and how many sources could not be looked at."""
    waiting = broken = 0
    for head in heads():
        try:
            with connect() as conn:
                ids = ledger.waiting(conn, f"{head.agency}/{head.feed}")
            for verb in STEPS:
                step(verb, ids)
            waiting += len(ids)
        except HubError:
            log.exception("source %s/%s cannot be swept", head.agency, head.feed)
            broken += 1
    return {"waiting": waiting, "broken": broken}
