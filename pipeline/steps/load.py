"""Load: one transaction that holds rows, history, quarantine, findings, counts and the finished receipt.

A row's text travels once.  What arrives is first compared with core by key and content hash alone; then only rows that
are new, or are the last word on a changed record, are copied to where they stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from connectors import raw_store
from hub.batch import State
from hub.errors import RetryLater
from hub.finding import Finding
from pipeline.conflicts.findings import conflict_findings
from pipeline.conflicts.notices import put_notices
from pipeline.conflicts.tracker import ChangeTracker
from pipeline.corrections.earlier import earlier_submissions
from pipeline.loading.classify import classified, of_core
from pipeline.loading.corrections import close_earlier
from pipeline.loading.feed_history import keep_figures
from pipeline.loading.precedence import Precedence
from pipeline.loading.rejected_rows import refused_rows
from pipeline.loading.snapshot import MustWait, Snapshot
from pipeline.loading.withdraw import withdraw
from pipeline.receipts.close import end
from pipeline.receipts.render import documents
from pipeline.review.hold import hold_of, put_on_hold
from pipeline.sources import source_named
from pipeline.steps.validate import VERDICT, answer_to
from pipeline.transform.outcomes import counted, skipped_with
from pipeline.transform.staging import Work
from validation.aggregation import finding_to_dict
from warehouse import ledger
from warehouse.connection import connect
from warehouse.copy import copy_in
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection

    from hub.receipt import Document, Verdict
    from mappings.engine import Source
    from warehouse.ledger import Entry


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
        if entry.replay_of and conn.execute(statement("replay/was_withdrawn"), vars(entry)).fetchone() == (True,):
            end(conn, batch_id, State.WITHDRAWN, [Finding("SUBMISSION_WITHDRAWN", value=entry.origin_batch)])
            return
        work = Work(batch_id)
        try:
            with conn.transaction():  # all of it is undone when it turns out that a person must look first
                verdict, answers = _loaded(conn, entry, source, work)
        except MustWait as wait:
            summary = work.meta()["verdict"]
            summary["results"] += wait.judgement.results
            keep_figures(conn, entry, summary)  # seen while it waits
            put_on_hold(conn, entry, wait.judgement.reasons)
            return
        ledger.settle(conn, batch_id, verdict)
        ledger.put_receipts(conn, entry.agency, batch_id, [*documents(verdict, entry.language), *answers])


def _loaded(conn: Connection[Any], entry: Entry, source: Source, work: Work) -> tuple[Verdict, list[Document]]:
    """Change core by the batch; return its verdict, and the rows to be corrected as files."""
    conn.execute(statement("ledger/set_mode"), {"batch_id": entry.batch_id, "mode": source.mode_of(entry.operation)})
    if entry.operation == "withdraw":
        watch = ChangeTracker(conn, entry)
        verdict = withdraw(conn, entry, source, work, watch)
        conflicts, settled = _told_of_conflicts(conn, entry, watch)
        return replace(verdict, findings=[*verdict.findings, *conflicts], settled=settled), []
    return _load(conn, entry, source, work)


def _load(conn: Connection[Any], entry: Entry, source: Source, work: Work) -> tuple[Verdict, list[Document]]:
    meta, answers = work.meta(), work.documents()
    summary = meta["verdict"]
    evidence = work.read(VERDICT, "quarantine")
    word, watch, fates, refused = Precedence(conn, entry), ChangeTracker(conn, entry), Counter[str](), []
    snapshot = Snapshot(conn, entry, source, evidence, meta["totals"])
    cores = []
    for arrivals in classified(conn, entry, source, work, word, snapshot):
        fates.update(arrivals.tally())
        refused.append(arrivals.refused())
        arrivals.retire()
        arrivals.copy()
        arrivals.raise_versions()
        word.settle(arrivals)
        watch.note(arrivals.record_type)
        cores.append(arrivals.core)
    judgement = snapshot.judge()
    refusals: list[dict[str, Any]] = []
    if any(map(len, refused)):  # the answer that validation has made lacks them
        with raw_store.local_path(entry.sha256) as path:
            more, refusals = refused_rows(path, entry.operation, source, work, refused, earlier_submissions(source))
        evidence = pa.concat_tables([evidence, more])
        summary["findings"] = [*refusals, *summary["findings"]]
        made = answer_to(entry, source, evidence, meta)
        answers, meta["answer"] = made.documents, made.told
    identity = {"agency": entry.agency, "feed": entry.feed, "batch_id": entry.batch_id}
    copy_in(conn, ("quarantine", "row"), evidence, identity)
    repaired = word.close(cores)
    corrects = close_earlier(conn, entry, work)
    summary["results"] += judgement.results
    keep_figures(conn, entry, summary)
    conflicts, settled = _told_of_conflicts(conn, entry, watch)
    skipped = skipped_with(summary["skipped"], fates, entry.language)
    verdict = replace(
        ledger.verdict_so_far(conn, entry, State.LOADED),
        repaired=repaired,
        expectations=summary["results"],
        approval=_approval(conn, entry.batch_id),
        answer=meta["answer"],
        corrects=corrects,
        ended=fates["ended"],
        settled=settled,
        counts=counted(meta["rows"], fates, quarantined=evidence.num_rows, skipped=skipped.total()),
        skipped=dict(skipped),
        findings=[
            *summary["findings"],
            *map(finding_to_dict, judgement.findings),
            *of_core(fates, snapshot),
            *conflicts,
        ],
    )
    return verdict, answers


def _told_of_conflicts(conn: Connection[Any], entry: Entry, watch: ChangeTracker) -> tuple[list[dict[str, Any]], int]:
    """Compare with the other feeds and put the notices to their owners.

    Returns what the sender is to be told: findings, and how many earlier conflicts are settled.
    """
    told = conflict_findings(conn, entry.batch_id, watch.settle())
    ours = told.pop(entry.source, None)
    put_notices(conn, entry.batch_id, told.values())
    return (ours.findings, ours.closed) if ours else ([], 0)


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
