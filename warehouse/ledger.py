"""The register of deliveries, batches, findings and receipts: every write to the schema `ledger` goes through here.

All functions take an open connection and never commit: what belongs together is committed together by the caller.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import kwargs_row

from hub.batch import Counts, State
from hub.errors import WrongUsage
from hub.finding import Finding, FindingFields
from hub.messages import error_of
from hub.named import name_to_keep
from hub.receipt import DeclaredSubmission, Verdict
from warehouse import locks
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import Connection

    from hub.json_types import CursorState
    from hub.receipt import Document


@dataclass(frozen=True)
class Entry:
    """One batch as the ledger holds it, with the delivery and the agency it belongs to."""

    # Identification
    agency: str
    feed: str
    batch_id: str
    delivery_id: str
    file_name: str
    sha256: str
    bytes: int
    connector: str
    language: str
    name_zh: str
    name_en: str
    # State
    state: str
    attempt: int
    last_fault: str | None
    waits_for: str | None  # the machine's trouble, as `hub.machine` names it
    duplicate_of: str | None
    replay_of: str | None
    origin_batch: str  # the batch whose delivery it reads; its own id unless it is a replay
    precedence: str  # of two batches about one record the one with the greater precedence holds
    number: int  # order of registration, from the ledger's sequence
    origin_number: int  # that of the batch whose delivery it reads
    operation: str  # new, correct, withdraw or zero; what no manifest says is new
    submission_id: str | None  # None for a file that came without a manifest
    notes: list[Finding]  # findings of the fetch that did not reject it
    # Provenance
    mapping_version: str | None
    standard_version: str | None
    # What became of the rows
    read: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    skipped: int
    # Lifecycle
    received_at: datetime
    mapped_at: datetime | None
    validated_at: datetime | None
    loaded_at: datetime | None
    acknowledged_at: datetime | None

    @property
    def source(self) -> str:
        """The source's name, `agency/feed`."""
        return f"{self.agency}/{self.feed}"

    @property
    def counts(self) -> Counts:
        """What became of the rows."""
        return Counts(self.read, self.new, self.changed, self.unchanged, self.duplicate, self.quarantined, self.skipped)


@dataclass(frozen=True)
class NewBatch:
    """A delivery that is to be registered; its id is that of its batch."""

    agency: str
    feed: str
    batch_id: str
    file_name: str
    sha256: str
    bytes: int
    connector: str  # the way in by which it came
    duplicate_of: str | None = None  # the batch that has brought the same before
    notes: tuple[Finding, ...] = ()  # findings of the fetch that did not reject it
    refused: bool = False  # no replay may load it
    submission_id: str | None = None  # of the manifest that it came with
    rows_declared: int | None = None  # how many rows its manifest declares
    late_precedence: str | None = None  # its precedence, when a later sequence number is here already


def register_source(conn: Connection[Any], agency: dict[str, str], source: dict[str, str | list[str]]) -> None:
    """Make the agency and its source known, or bring their names and bodies up to date."""
    conn.execute(statement("ledger/upsert_agency"), agency)
    conn.execute(statement("ledger/upsert_source"), source)
    locks.make(conn, *(f"{kind} {source['agency']}/{source['feed']}" for kind in ("source", "inbox", "fetch")))


def lock_source(conn: Connection[Any], agency: str, feed: str) -> None:
    """Let one writer at a time work on a source, until the end of the transaction."""
    locks.take(conn, f"source {agency}/{feed}")


def lock_inbox(conn: Connection[Any], source: str) -> None:
    """Let one process at a time claim files of a source, until the end of the transaction."""
    locks.take(conn, f"inbox {source}")


def accepted_before(  # noqa: PLR0913 - what a delivery is compared by
    conn: Connection[Any], agency: str, feed: str, sha256: str, *, operation: str = "new", snapshot: bool = False
) -> str | None:
    """Return the batch in which the same bytes were accepted, or are on their way, if its records still hold."""
    about = {"agency": agency, "feed": feed, "sha256": sha256, "operation": operation, "snapshot": snapshot}
    origin, precedence = conn.execute(statement("submissions/accepted_before"), about).fetchone() or (None, None)
    if origin is None:
        return None
    undone = conn.execute(statement("submissions/undone_since"), {**about, "precedence": precedence}).fetchone()
    return None if undone == (True,) else str(origin)


def register_batch(conn: Connection[Any], batch: NewBatch) -> None:
    """Register a delivery and its batch as received.  Doing it again for the same id changes nothing."""
    given = {
        **vars(batch),
        "delivery_id": batch.batch_id,
        "file_name": name_to_keep(batch.file_name),
        "notes": json.dumps([asdict(each) for each in batch.notes]),
        "state": State.RECEIVED,
    }
    conn.execute(statement("ledger/insert_delivery"), given)
    conn.execute(statement("ledger/insert_batch"), given)


def submission_of(conn: Connection[Any], batch_id: str) -> DeclaredSubmission | None:
    """Return what the manifest of a batch declares; None when it came without one."""
    with conn.cursor(row_factory=kwargs_row(_declared)) as cursor:
        return cursor.execute(statement("submissions/submission_of_batch"), {"batch_id": batch_id}).fetchone()


def _declared(*, notes: list[FindingFields], **values: Any) -> DeclaredSubmission:
    return DeclaredSubmission(notes=[Finding(**each) for each in notes], **values)


def register_replay(conn: Connection[Any], origin: str, batch_id: str) -> None:
    """Register one more reading of the delivery that `origin` was; it has the origin's precedence."""
    conn.execute(statement("ledger/insert_replay"), {"origin": origin, "batch_id": batch_id})


def find(conn: Connection[Any], batch_id: str) -> Entry | None:
    """Return the batch, or None when the ledger has no such id."""
    with conn.cursor(row_factory=kwargs_row(_entry)) as cursor:
        return cursor.execute(statement("ledger/batch"), {"batch_id": batch_id}).fetchone()


def _entry(*, notes: list[FindingFields], **values: Any) -> Entry:
    return Entry(notes=[Finding(**each) for each in notes], **values)


def entry(conn: Connection[Any], batch_id: str) -> Entry:
    """Return the batch; raise WrongUsage when the ledger has no such id."""
    found = find(conn, batch_id)
    if found is None:
        raise error_of(WrongUsage, "batches.unknown", batch=batch_id)
    return found


def lock_batch(conn: Connection[Any], batch_id: str) -> State:
    """Lock the batch's row until the end of the transaction and return the state it is in."""
    row = conn.execute(statement("ledger/lock_batch"), {"batch_id": batch_id}).fetchone()
    if row is None:
        raise error_of(WrongUsage, "batches.unknown", batch=batch_id)
    return State(row[0])


def note_fault(conn: Connection[Any], batch_id: str, fault: str) -> int:
    """Count a fault that may lie in the batch's data; return how many that makes since its last step succeeded.

    Its class is written down; its text stays in the log, since it may hold data.
    """
    row = conn.execute(statement("ledger/count_fault"), {"batch_id": batch_id, "fault": fault}).fetchone()
    return int(row[0]) if row else 0


def note_trouble(conn: Connection[Any], batch_id: str, trouble: str) -> None:
    """Write down what of the machine a batch waits for (a name of `hub.machine`); it counts nothing."""
    conn.execute(statement("ledger/wait_for_machine"), {"batch_id": batch_id, "trouble": trouble})


def read_again(conn: Connection[Any], batch_id: str) -> None:
    """Take a batch back to where it is mapped: its files in the work store have gone, or are of no use any more."""
    conn.execute(statement("ledger/restart_batch"), {"batch_id": batch_id})


def advance(
    conn: Connection[Any],
    batch_id: str,
    state: State,
    *,
    mapping_version: str | None = None,
    standard_version: str | None = None,
) -> None:
    """Move the batch on to `state`."""
    conn.execute(
        statement("ledger/advance_batch"),
        {
            "batch_id": batch_id,
            "state": state,
            "mapping_version": mapping_version,
            "standard_version": standard_version,
        },
    )


def note_versions(conn: Connection[Any], batch_id: str, mapping_version: str, standard_version: str) -> None:
    """Write down what a batch is read with, also when it ends before it is mapped."""
    conn.execute(
        statement("ledger/set_versions"),
        {"batch_id": batch_id, "mapping_version": mapping_version, "standard_version": standard_version},
    )


def verdict_so_far(conn: Connection[Any], entry: Entry, state: State) -> Verdict:
    """Return what the ledger knows of a batch that ends in `state`; whoever ends it adds counts and findings."""
    return Verdict(
        agency=entry.agency,
        feed=entry.feed,
        state=state,
        file_name=entry.file_name,
        sha256=entry.sha256,
        bytes=entry.bytes,
        batch_id=entry.batch_id,
        received_at=entry.received_at,
        duplicate_of=entry.duplicate_of,
        replay_of=entry.replay_of,
        submission=submission_of(conn, entry.batch_id),
        mapping_version=entry.mapping_version,
        standard_version=entry.standard_version,
    )


def settle(conn: Connection[Any], batch_id: str, verdict: Verdict) -> None:
    """Write down how the batch ended: its state, counts, findings and reasons for skipped rows.

    The table's CHECK refuses counts that do not add up, and with them the whole transaction.
    """
    name = "ledger/finish_loaded" if verdict.state == State.LOADED else "ledger/finish_unloaded"
    counts = {**verdict.counts.as_dict(), "ended": verdict.ended}
    conn.execute(statement(name), {"batch_id": batch_id, "state": verdict.state, **counts})
    with conn.cursor() as cursor:
        cursor.executemany(
            statement("ledger/insert_finding"),
            [
                {
                    "agency": verdict.agency,
                    "batch_id": batch_id,
                    "number": number,
                    **found,
                    "samples": json.dumps(found["samples"], ensure_ascii=False),
                }
                for number, found in enumerate(verdict.findings)
            ],
        )
        cursor.executemany(
            statement("ledger/insert_skipped"),
            [
                {"agency": verdict.agency, "batch_id": batch_id, "reason": reason, "rows": rows}
                for reason, rows in verdict.skipped.items()
            ],
        )


def put_receipts(conn: Connection[Any], agency: str, batch_id: str, documents: Sequence[Document]) -> None:
    """Put the finished receipts into the outbox; what lies there already stays as it is."""
    for document in documents:
        conn.execute(
            statement("receipts/insert_receipt"),
            {
                "agency": agency,
                "batch_id": batch_id,
                "kind": document.kind,
                "name": document.name,
                "body": document.body,
                "sha256": document.sha256,
            },
        )


def earlier_waiting(conn: Connection[Any], entry: Entry) -> str | None:
    """Return the first batch of the same source that must be loaded before this one and has not ended yet."""
    where = {
        "agency": entry.agency,
        "feed": entry.feed,
        "number": entry.number,
        "replay_of": entry.replay_of,
    }
    row = conn.execute(statement("ledger/earlier_waiting_batch"), where).fetchone()
    return row[0] if row else None


def waiting(conn: Connection[Any], source: str | None = None) -> list[str]:
    """Return the ids of all batches that have work left, oldest first."""
    return [row[0] for row in conn.execute(statement("ledger/unfinished_batches"), {"source": source}).fetchall()]


def fetched_so_far(conn: Connection[Any], agency: str, feed: str) -> dict[str, CursorState]:
    """Return the state of each cursor of a source, by the cursor's key."""
    return dict(conn.execute(statement("fetch/cursors"), {"agency": agency, "feed": feed}).fetchall())


def fetched_last(conn: Connection[Any], agency: str, feed: str, cursor_key: str) -> CursorState | None:
    """Return the state of one cursor; None when it has none."""
    row = conn.execute(
        statement("fetch/cursor_state"), {"agency": agency, "feed": feed, "cursor_key": cursor_key}
    ).fetchone()
    return row[0] if row else None


def remember_fetched(conn: Connection[Any], where: dict[str, str], state: CursorState, batch: str | None) -> None:
    """Move one cursor on; `where` names agency, feed and cursor_key, `batch` what the delivery became."""
    values = {**where, "state": json.dumps(state, ensure_ascii=False), "batch_id": batch}
    conn.execute(statement("fetch/upsert_cursor"), values)
