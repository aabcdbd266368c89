"""Receive: what lies complete in a source's folder becomes registered batches, each exactly once.

claim (rename) -> keep the bytes (raw store) -> register (one transaction) -> let go of the claimed file.  A crash
between any two leaves a claimed file, which the next call takes up again under the same id.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors import folder, raw
from hub import ledger
from hub.batch import State, new_batch_id
from hub.finding import Finding
from hub.settings import settings
from pipeline.reject import end
from pipeline.sources import source_named
from pipeline.warehouse import connect

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.folder import Claim
    from mappings.engine import Source


def exchange_folder(name: str) -> Path:
    """Return the exchange folder of `agency/feed`, with `in` and `out` made."""
    place = settings().exchange / name
    for part in ("in", "out"):
        (place / part).mkdir(parents=True, exist_ok=True)
    return place


def receive_ready(name: str) -> list[str]:
    """Register everything that is ready in the exchange folder of `agency/feed`.

    Returns the ids of all batches of the source that have work left, oldest first, whoever registered them.  A mapping
    that does not load raises FixTheHub before anything is touched: the files stay where they are.
    """
    source = source_named(name)
    inbox = exchange_folder(name) / "in"
    make_known(source)
    for claim in folder.claimed(inbox):
        _register(source, claim)
    agreed = source.connector
    settled = float(agreed.get("settle", folder.SETTLED))
    for path in folder.ready(inbox, agreed.get("complete", "rename"), datetime.now(UTC), settled):
        claimed = folder.claim(path, new_batch_id())
        if claimed:  # else another hub was quicker, or its sender came back to it
            _register(source, claimed)
    with connect() as conn:
        return ledger.waiting(conn, name)


def make_known(source: Source) -> None:
    """Bring agency and source into the ledger, or their names up to date."""
    names = source.agency_name
    agency = {"agency": source.agency, "name_zh": names["zh"], "name_en": names["en"], "language": source.language}
    with connect() as conn:
        ledger.register_source(
            conn,
            agency,
            {
                "agency": source.agency,
                "feed": source.feed,
                "title_zh": source.title["zh"],
                "title_en": source.title["en"],
                "record_type": ", ".join(each.name for each in source.record_types),
            },
        )


def _register(source: Source, claim: Claim) -> None:
    """Keep the claimed bytes and register them; doing it twice, or in two processes at once, registers them once."""
    try:
        sha256, size = raw.put(claim.path)
    except FileNotFoundError:
        return  # another process has registered it meanwhile: that comes before the file goes
    delivery = {
        "agency": source.agency,
        "feed": source.feed,
        "delivery_id": claim.batch,
        "file_name": claim.name,
        "sha256": sha256,
        "bytes": size,
        "connector": "folder",
    }
    with connect() as conn:
        ledger.lock_source(conn, source.agency, source.feed)
        if ledger.find(conn, claim.batch) is None:
            before = ledger.accepted_before(conn, source.agency, source.feed, sha256)
            ledger.register_batch(conn, delivery, State.RECEIVED, before)
            if before is not None:
                end(conn, claim.batch, State.DUPLICATE, [Finding("DUPLICATE_FILE", value=before)])
            elif claim.findings:
                end(conn, claim.batch, State.REJECTED, claim.findings)
    folder.release(claim)
