"""Load: one transaction that holds rows, history, quarantine, findings, counts and the finished receipt.

A row's text travels once.  What arrives is first compared with core by key and content hash alone; then only rows that
are new, or are the last word on a changed record, are copied to where they stay.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from hub import ledger
from hub.batch import Counts, State
from hub.errors import RetryLater
from hub.receipt import Verdict
from hub.text import say
from pipeline.arrivals import Arrivals
from pipeline.conflict.notices import put_notices
from pipeline.conflict.watch import Watch
from pipeline.conflict.words import news
from pipeline.copying import copy_in
from pipeline.history import keep_figures
from pipeline.hold import hold_of
from pipeline.receipts import documents
from pipeline.sources import source_named
from pipeline.validate import VERDICT
from pipeline.warehouse import connect
from pipeline.word import Word
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
    word, watch, fates = Word(conn, entry), Watch(conn, entry), Counter[str]()
    cores = []
    for record_type in source.record_types:
        routes = [route for route in source.routes if route.record_type is record_type]
        arrivals = Arrivals(conn, entry, record_type, routes, work)
        arrivals.announce()
        arrivals.classify()
        word.weigh(arrivals)
        fates.update(arrivals.tally())
        arrivals.retire()
        arrivals.copy()
        arrivals.raise_versions()
        word.settle(arrivals)
        watch.note(record_type)
        arrivals.forget()
        cores.append(arrivals.core)
    evidence = work.read(VERDICT, "quarantine")
    identity = {"agency": entry.agency, "feed": entry.feed, "batch_id": entry.batch_id}
    copy_in(conn, ("quarantine", "row"), evidence, identity)
    repaired = word.close(cores)
    summary = meta["verdict"]
    keep_figures(conn, entry, summary)
    conflicts = _told_of_conflicts(conn, entry, watch)
    skipped = Counter(summary["skipped"])
    if fates["skipped"]:
        skipped[say("skip.later_word", entry.language)] = fates["skipped"]
    return Verdict(
        agency=entry.agency,
        feed=entry.feed,
        state=State.LOADED,
        file_name=entry.file_name,
        sha256=entry.sha256,
        bytes=entry.bytes,
        batch_id=entry.batch_id,
        received_at=entry.received_at,
        replay_of=entry.replay_of,
        repaired=repaired,
        expectations=summary["results"],
        approval=_approval(conn, entry.batch_id),
        ended=fates["ended"],
        mapping_version=entry.mapping_version,
        standard_version=entry.standard_version,
        counts=Counts(
            read=meta["rows"],
            new=fates["new"],
            changed=fates["changed"],
            unchanged=fates["unchanged"],
            duplicate=fates["duplicate"],
            quarantined=evidence.num_rows,
            skipped=skipped.total(),
        ),
        skipped=dict(skipped),
        findings=[*summary["findings"], *_about_the_load(fates), *conflicts],
    )


def _told_of_conflicts(conn: Connection[Any], entry: Entry, watch: Watch) -> list[dict[str, Any]]:
    """Compare with the other feeds, put the notices to their owners, and return what the sender is to be told."""
    told = news(conn, entry.batch_id, watch.settle())
    ours = told.pop(entry.source, None)
    put_notices(conn, entry.batch_id, told.values())
    return ours.findings if ours else []


def _approval(conn: Connection[Any], batch_id: str) -> dict[str, Any] | None:
    """Return who has released the batch, when and with which words, if it was held."""
    hold = hold_of(conn, batch_id)
    if hold is None or hold["decision"] != "approve":
        return None
    return {
        "by": hold["decided_by"],
        "at": hold["decided_at"].isoformat(timespec="seconds"),
        "comment": hold["comment"],
    }


def _about_the_load(fates: Counter[str]) -> list[dict[str, Any]]:
    """Return the findings that only core could tell."""
    nothing = dict.fromkeys(("file", "sheet", "line", "column", "field", "expected"))
    told = (("KEY_REPEATED", fates["overtaken"]), ("RECORDS_ENDED", fates["ended"]))
    return [
        {**nothing, "code": code, "level": "warning", "value": str(rows), "count": rows, "samples": []}
        for code, rows in told
        if rows
    ]
