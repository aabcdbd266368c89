"""Register: a delivery, or a submission, becomes batches in the ledger, by whichever way it has come.

The three ways in (a file in the exchange folder, one from a server, a manifest with its files) store their bytes and
call `register_delivery`.  A submission is judged once, all of its files or none: each file becomes a batch of its own,
and what has no file (a zero report, a withdrawal that names its records) is the manifest itself.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors import filenames
from connectors.manifest import parse
from connectors.registry import FOLDER
from hub import clock
from hub.batch import State
from hub.errors import RejectBatch
from hub.personal import masked
from pipeline.intake.admission import admit, brought_before, duplicate_finding
from pipeline.intake.manifest_checks import AdmissionResult
from pipeline.intake.signing_keys import keys_of
from pipeline.receipts.close import end
from pipeline.receipts.publish import acknowledge_arrival
from pipeline.receipts.render import arrival
from warehouse import ledger
from warehouse.connection import connect
from warehouse.ledger import NewBatch
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from psycopg import Connection

    from connectors.manifest import Manifest
    from connectors.raw_store import Stored
    from hub.finding import Finding
    from mappings.engine import Source


@dataclass(frozen=True)
class StoredFile:
    """A delivery without a manifest whose bytes are in the raw store."""

    id: str  # of its batch
    name: str  # as its sender calls it, fit to be shown
    bytes: Stored
    connector: str = FOLDER  # the way in by which it came
    faults: tuple[Finding, ...] = ()  # it is rejected, unless the same bytes were accepted before
    notes: tuple[Finding, ...] = ()  # what its receipt says although it is taken
    refused: bool = False  # no replay may load it


@dataclass(frozen=True)
class StoredSubmission:
    """A manifest with its files whose bytes are in the raw store."""

    id: str
    name: str  # of the manifest, fit to be shown
    body: bytes  # of the manifest; of one that is too large the first that are too many
    manifest: Stored
    files: dict[str, Stored]  # by the names that the manifest gives
    connector: str = FOLDER  # the way in by which it came


@dataclass(frozen=True)
class _Admitted:
    """What is known of a submission, or of a file without one, before any row is read."""

    manifest: Manifest | None = None  # None where there is none, or a broken one
    result: AdmissionResult = field(default_factory=AdmissionResult)


def register_once(source: Source, delivery: StoredFile | StoredSubmission) -> None:
    """Register a claimed delivery and publish that it arrived; a second call, or a second process, changes nothing."""
    registered: list[str] = []
    with connect() as conn:
        ledger.lock_source(conn, source.agency, source.feed)
        if ledger.find(conn, delivery.id) is None:
            registered = register_delivery(conn, source, delivery)
    for batch_id in registered or [delivery.id]:  # a process that died may have registered it and published nothing
        acknowledge_arrival(batch_id)


def register_delivery(conn: Connection[Any], source: Source, delivery: StoredFile | StoredSubmission) -> list[str]:
    """Register a delivery within a transaction that holds the lock of its source.

    A batch that needs no further step (rejected, a duplicate, a zero report) ends here, with its receipt.

    Returns:
        The ids of its batches.

    Raises:
        FixTheHub: A key of the agency cannot be used.
    """
    if isinstance(delivery, StoredFile):
        batch = _new_batch(source, delivery.id, delivery.name, delivery.bytes, delivery.connector)
        batch = replace(batch, refused=delivery.refused, notes=delivery.notes)
        _register_batch(conn, source, _Admitted(), batch, delivery.faults)
        return [batch.batch_id]
    admitted = _admit(conn, source, delivery)
    registered = []
    for number, part in enumerate(_batches(source, admitted.manifest, delivery)):
        suffix = f"_{number + 1:02}" if number else ""
        batch = replace(
            part,
            batch_id=f"{delivery.id}{suffix}",
            submission_id=None if admitted.manifest is None else delivery.id,
            refused=bool(admitted.result.errors),
            late_precedence=admitted.result.late_precedence and admitted.result.late_precedence + suffix,
        )
        _register_batch(conn, source, admitted, batch)
        registered.append(batch.batch_id)
    return registered


def _admit(conn: Connection[Any], source: Source, submission: StoredSubmission) -> _Admitted:
    """Judge a submission by its manifest, and write down what a readable one says."""
    keys, now = keys_of(source), clock.now()
    try:
        manifest = parse(submission.body, submission.name)
        result = admit(conn, source, manifest, submission.files, keys, now)
    except RejectBatch as fault:
        return _Admitted(None, AdmissionResult(errors=list(fault.findings)))
    conn.execute(statement("submissions/insert_submission"), _facts(source, manifest, result, submission, now))
    return _Admitted(manifest, result)


def _register_batch(
    conn: Connection[Any], source: Source, admitted: _Admitted, batch: NewBatch, faults: Sequence[Finding] = ()
) -> None:
    """Register one batch with its technical receipt, and end it if nothing is left to do.

    What admission refuses is rejected first; then what came before is a duplicate; then `faults` of the file count.
    """
    manifest, result = admitted.manifest, admitted.result
    before = brought_before(conn, source, manifest, result, batch.sha256)
    ledger.register_batch(conn, replace(batch, duplicate_of=before))
    ledger.put_receipts(conn, source.agency, batch.batch_id, [arrival(ledger.entry(conn, batch.batch_id))])
    if result.errors:
        end(conn, batch.batch_id, State.REJECTED, result.errors)
    elif before is not None:
        end(conn, batch.batch_id, State.DUPLICATE, [duplicate_finding(conn, source, before), *result.notes])
    elif faults:
        end(conn, batch.batch_id, State.REJECTED, faults)
    elif manifest is not None and manifest.operation == "zero":
        end(conn, batch.batch_id, State.LOADED, result.notes)


def _batches(source: Source, manifest: Manifest | None, submission: StoredSubmission) -> Iterator[NewBatch]:
    """Yield the files that were there, in the order of the manifest; the manifest itself when there was none."""
    rows = {} if manifest is None else {each.name: each.rows for each in manifest.files}
    for name in sorted(submission.files, key=list(rows).index if rows else None):
        batch = _new_batch(source, submission.id, filenames.label(name), submission.files[name], submission.connector)
        yield replace(batch, rows_declared=rows.get(name))
    if not submission.files:
        name = filenames.label(submission.name)
        yield _new_batch(source, submission.id, name, submission.manifest, submission.connector)


def _new_batch(source: Source, batch_id: str, name: str, stored: Stored, connector: str) -> NewBatch:
    return NewBatch(source.agency, source.feed, batch_id, name, stored.sha256, stored.size, connector)


def _facts(
    source: Source, manifest: Manifest, result: AdmissionResult, submission: StoredSubmission, now: datetime
) -> dict[str, Any]:
    return {
        "agency": source.agency,
        "feed": source.feed,
        "submission_id": submission.id,
        "operation": manifest.operation,
        "sequence": manifest.sequence,
        "content": manifest.content,
        "period": manifest.data.get("period"),
        "period_from": manifest.period and manifest.period.first,
        "period_to": manifest.period and manifest.period.last,
        "targets": result.targets,
        "reason": manifest.reason and masked(manifest.reason),
        "sender": manifest.sender and masked(manifest.sender),
        "signer": result.signer,
        "notes": json.dumps([asdict(each) for each in result.notes], ensure_ascii=False),
        "manifest_sha256": submission.manifest.sha256,
        "received_at": now,
    }
