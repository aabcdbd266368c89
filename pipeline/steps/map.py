"""Map: the agency's rows become the standard's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import raw_store
from connectors.manifest import parse
from hub.batch import State
from hub.errors import RejectBatch
from pipeline.loading.registered_delivery import registered_delivery
from pipeline.receipts.close import reject
from pipeline.sources import source_named
from pipeline.transform.evaluate_delivery import map_delivery
from pipeline.transform.staging import Work
from standards import standard
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from connectors.manifest import Manifest
    from hub.receipt import DeclaredSubmission
    from warehouse.ledger import Entry


def map_batch(batch_id: str) -> None:
    """Turn a received batch into records in the work store; a fault of the whole file rejects it."""
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        submission = ledger.submission_of(conn, batch_id)
    if entry.state != State.RECEIVED:
        return
    source = source_named(entry.source)
    work = Work(batch_id)
    work.clear()
    delivery = registered_delivery(entry, source, work, submission)
    try:
        map_delivery(delivery, _manifest(entry, submission), entry.notes)
    except RejectBatch as fault:
        with connect() as conn:  # a replay of it is worth while once one of these has changed
            ledger.note_versions(conn, batch_id, source.version, standard().version)
        reject(batch_id, fault.findings)
        return
    with connect() as conn:
        ledger.advance(
            conn, batch_id, State.MAPPED, mapping_version=source.version, standard_version=standard().version
        )


def _manifest(entry: Entry, submission: DeclaredSubmission | None) -> Manifest | None:
    """Return the manifest of a withdrawal; its keys stand in it, or in its file."""
    if submission is None or entry.operation != "withdraw":
        return None
    with raw_store.open_raw(submission.manifest_sha256) as file:
        return parse(file.read())
