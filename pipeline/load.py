"""Load: one transaction that holds rows, history, quarantine, findings, counts and the finished receipt.

A row's text travels once.  What arrives is first compared with core by key and content hash alone; then only rows that
are new, or are the last word on a changed record, are copied to where they stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub import ledger
from hub.batch import Counts, State
from hub.errors import RetryLater
from hub.receipt import Verdict
from pipeline.arrivals import Arrivals
from pipeline.copying import copy_in
from pipeline.receipts import documents
from pipeline.sources import source_named
from pipeline.validate import VERDICT
from pipeline.warehouse import connect
from pipeline.work import Work

if TYPE_CHECKING:
    from psycopg import Connection

    from hub.ledger import Entry
    from mappings.engine import Source


def load_batch(batch_id: str) -> None:
    """Load a validated batch.  Whatever happens, it is loaded once: a second call finds it done and returns.

    Raises RetryLater while an earlier batch of the source has not ended: loaded after it, what it corrects would win.
    """
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        if entry.state != State.VALIDATED:
            return
        source = source_named(entry.source)
        ledger.lock_source(conn, entry.agency, entry.feed)
        if ledger.lock_batch(conn, batch_id) != State.VALIDATED:
            return
        earlier = ledger.earlier_waiting(conn, entry)
        if earlier:
            raise RetryLater(
                f"Batch {batch_id} waits for {earlier}, which came before it.",
                where=entry.source,
                why="A source's batches are loaded in the order in which they came.",
                next_step="It is tried again by itself.",
            )
        verdict = _load(conn, entry, source, Work(batch_id))
        ledger.settle(conn, batch_id, verdict)
        ledger.put_receipts(conn, entry.agency, batch_id, documents(verdict, entry.language))


def _load(conn: Connection[Any], entry: Entry, source: Source, work: Work) -> Verdict:
    meta = work.meta()
    arrivals = Arrivals(conn, entry, source, work)
    arrivals.announce()
    fates = arrivals.classify()
    arrivals.retire()
    arrivals.copy()
    arrivals.raise_versions()
    evidence = work.read(VERDICT, "quarantine")
    identity = {"agency": entry.agency, "feed": entry.feed, "batch_id": entry.batch_id}
    copy_in(conn, ("quarantine", "row"), evidence, identity)
    summary = meta["verdict"]
    findings = summary["findings"]
    if fates["overtaken"]:
        findings = [*findings, _key_repeated(fates["overtaken"])]
    return Verdict(
        agency=entry.agency,
        feed=entry.feed,
        state=State.LOADED,
        file_name=entry.file_name,
        sha256=entry.sha256,
        bytes=entry.bytes,
        batch_id=entry.batch_id,
        received_at=entry.received_at,
        mapping_version=entry.mapping_version,
        standard_version=entry.standard_version,
        counts=Counts(
            read=meta["rows"],
            new=fates["new"],
            changed=fates["changed"],
            unchanged=fates["unchanged"],
            duplicate=fates["duplicate"],
            quarantined=evidence.num_rows,
            skipped=sum(summary["skipped"].values()),
        ),
        skipped=summary["skipped"],
        findings=findings,
    )


def _key_repeated(rows: int) -> dict[str, Any]:
    nothing = dict.fromkeys(("file", "sheet", "line", "column", "field", "expected"))
    return {**nothing, "code": "KEY_REPEATED", "level": "warning", "value": str(rows), "count": rows, "samples": []}
