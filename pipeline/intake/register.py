"""Register a manifest with its files: judged once at the door, all of them or none.

Each file becomes a batch of its own; what has no file (a zero report, a withdrawal that names its records) is the
manifest itself.  What can be said of a file only after it was read, it is told later, and by itself.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from connectors import filenames, raw_store
from connectors.inbox.bundle import TAKEN
from connectors.manifest import Manifest, parse
from connectors.registry import FOLDER
from hub import clock
from hub.batch import State
from hub.errors import RejectBatch
from hub.personal import masked
from pipeline.intake.admission import admit, brought_before
from pipeline.intake.duplicates import duplicate_finding
from pipeline.intake.manifest_checks import AdmissionResult
from pipeline.intake.signing_keys import keys_of
from pipeline.receipts.close import end
from pipeline.receipts.publish import acknowledge_arrival
from pipeline.receipts.render import arrival
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from psycopg import Connection

    from connectors.inbox.bundle import ClaimedSubmission
    from connectors.manifest import Key
    from connectors.raw_store import Stored
    from mappings.engine import Source


class Part(NamedTuple):
    """One delivery of a submission: what it is called, its bytes, and the rows that its sender says it has."""

    name: str
    bytes: Stored
    rows: int | None = None


def register_bundle(source: Source, bundle: ClaimedSubmission) -> None:
    """Keep the claimed bytes and register them; doing it twice, or in two processes at once, registers them once."""
    try:
        manifest_bytes = raw_store.put(bundle.folder / TAKEN)
        files = {name: raw_store.put(path) for name, path in bundle.files.items()}
    except FileNotFoundError:
        return  # another process has registered it meanwhile: that comes before the files go
    kept = StoredSubmission(bundle.id, bundle.name, bundle.body, manifest_bytes, files)
    keys = keys_of(source)
    registered: list[str] = []
    with connect() as conn:
        ledger.lock_source(conn, source.agency, source.feed)
        if ledger.find(conn, bundle.id) is None:
            registered = register(conn, source, kept, keys)
    for batch_id in registered:
        acknowledge_arrival(batch_id)


class StoredSubmission(NamedTuple):
    """A submission whose bytes are in the raw store."""

    id: str
    name: str  # of the manifest, fit to be shown
    body: bytes  # of the manifest; of one that is too large the first that are too many
    manifest: Stored
    files: dict[str, Stored]  # by the names that the manifest gives
    way: str = FOLDER  # by which it has come


def register(conn: Connection[Any], source: Source, kept: StoredSubmission, keys: dict[str, Key]) -> list[str]:
    """Register a submission and its files within a transaction, under the lock of its source; return the batches."""
    now = clock.now()
    try:
        manifest: Manifest | None = parse(kept.body, kept.name)
        judgement = admit(conn, source, manifest, kept.files, keys, now)  # type: ignore[arg-type]
    except RejectBatch as fault:
        manifest, judgement = None, AdmissionResult(errors=list(fault.findings))
    if manifest is not None:
        conn.execute(statement("submissions/insert_submission"), _facts(source, manifest, judgement, kept, now))
    return [
        _register_part(conn, source, manifest, judgement, (kept.id, number, kept.way), part)
        for number, part in enumerate(_parts(manifest, kept), 1)
    ]


def _register_part(  # noqa: PLR0913, PLR0917 - what one file of one submission is
    conn: Connection[Any],
    source: Source,
    manifest: Manifest | None,
    judgement: AdmissionResult,
    place: tuple[str, int, str],
    part: Part,
) -> str:
    submission_id, number, way = place
    batch_id = submission_id if number == 1 else f"{submission_id}_{number:02}"
    suffix = "" if number == 1 else f"_{number:02}"
    delivery: dict[str, Any] = {
        "agency": source.agency,
        "feed": source.feed,
        "delivery_id": batch_id,
        "file_name": filenames.label(part.name),
        "sha256": part.bytes.sha256,
        "bytes": part.bytes.size,
        "connector": way,
        "submission_id": None if manifest is None else submission_id,
        "rows_stated": part.rows,
        "refused": bool(judgement.errors),
        "late_precedence": judgement.late_precedence and judgement.late_precedence + suffix,
    }
    operation = "new" if manifest is None else manifest.operation
    before = brought_before(conn, source, manifest, judgement, part.bytes.sha256)
    ledger.register_batch(conn, delivery, State.RECEIVED, before)
    ledger.put_receipts(conn, source.agency, batch_id, [arrival(ledger.entry(conn, batch_id))])
    if judgement.errors:
        end(conn, batch_id, State.REJECTED, judgement.errors)
    elif before is not None:
        end(conn, batch_id, State.DUPLICATE, [duplicate_finding(conn, source, before), *judgement.notes])
    elif operation == "zero":
        end(conn, batch_id, State.LOADED, judgement.notes)
    return batch_id


def _parts(manifest: Manifest | None, kept: StoredSubmission) -> Iterator[Part]:
    """Yield the files that were there, in the order of the manifest; the manifest itself when there was none."""
    rows = {} if manifest is None else {each.name: each.rows for each in manifest.files}
    for each in sorted(kept.files, key=list(rows).index if rows else None):
        yield Part(each, kept.files[each], rows.get(each))
    if not kept.files:
        yield Part(kept.name, kept.manifest)


def _facts(
    source: Source, manifest: Manifest, judgement: AdmissionResult, kept: StoredSubmission, now: datetime
) -> dict[str, Any]:
    return {
        "agency": source.agency,
        "feed": source.feed,
        "submission_id": kept.id,
        "operation": manifest.operation,
        "sequence": manifest.sequence,
        "content": manifest.content,
        "period": manifest.data.get("period"),
        "period_from": manifest.period and manifest.period.first,
        "period_to": manifest.period and manifest.period.last,
        "targets": judgement.targets,
        "reason": manifest.reason and masked(manifest.reason),
        "sender": manifest.sender and masked(manifest.sender),
        "signer": judgement.signer,
        "notes": json.dumps([asdict(each) for each in judgement.notes], ensure_ascii=False),
        "manifest_sha256": kept.manifest.sha256,
        "received_at": now,
    }
