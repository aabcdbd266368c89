"""Map: the agency's rows become the standard's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors import raw_store
from connectors.manifest import parse
from hub.batch import State
from hub.errors import RejectBatch
from pipeline.corrections.earlier import earlier_submissions
from pipeline.receipts.close import reject
from pipeline.sources import source_named
from pipeline.transform.declared_rows import stated
from pipeline.transform.map_file import write_parts
from pipeline.transform.staging import Work
from pipeline.transform.withdrawal_keys import write_keys
from standards import standard
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from mappings.engine import Source
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
    try:
        if submission is not None and entry.operation == "withdraw":
            meta = _keys(entry, submission, source, work)
        else:
            with raw_store.local_path(entry.sha256) as path:
                meta = write_parts(path, source, work, earlier_submissions(source))
        meta["findings"] += [*entry.notes, *stated(submission, source, work, meta)]
    except RejectBatch as fault:
        with connect() as conn:  # a replay of it is worth while once one of these has changed
            ledger.note_versions(conn, batch_id, source.version, standard().version)
        reject(batch_id, fault.findings)
        return
    work.put_meta(meta)
    with connect() as conn:
        ledger.advance(
            conn, batch_id, State.MAPPED, mapping_version=source.version, standard_version=standard().version
        )


def _keys(entry: Entry, submission: dict[str, Any], source: Source, work: Work) -> dict[str, Any]:
    """Write the keys of a withdrawal, which stand in its file, or, where it has none, in its manifest."""
    with raw_store.open_raw(submission["manifest_sha256"]) as file:
        manifest = parse(file.read())
    if not manifest.files:
        return write_keys(manifest, None, source, work)
    with raw_store.local_path(entry.sha256) as path:
        return write_keys(manifest, path, source, work)
