"""Validate: every record against the standard; rows with an error go to quarantine, as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors import raw_store
from hub.batch import State
from pipeline.corrections.build import CorrectionFiles, Submission, build_correction_files
from pipeline.corrections.earlier import earlier_submissions
from pipeline.loading.feed_history import keep_figures, known_figures
from pipeline.review.hold import hold_of, put_on_hold
from pipeline.sources import source_named
from pipeline.transform.evaluate import evaluate
from pipeline.transform.quarantine import all_bad, quarantined_rows
from pipeline.transform.staging import Work
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    import pyarrow as pa

    from mappings.engine import Source
    from warehouse.ledger import Entry

VERDICT = "verdict"


def validate_batch(batch_id: str) -> None:
    """Judge a mapped batch and leave in the work store what `load` needs to know."""
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
        history = known_figures(conn, entry.agency, entry.feed, entry.origin_number)
        hold = hold_of(conn, batch_id)
    if entry.state != State.MAPPED:
        return
    source, work = source_named(entry.source), Work(batch_id)
    work.clear(VERDICT)
    if entry.operation == "withdraw":  # it has keys, no records: nothing is to be judged, and nothing to be corrected
        work.put_documents([])
        with connect() as conn:
            ledger.advance(conn, batch_id, State.VALIDATED)
        return
    errors, summary = evaluate(source, work, entry.received_at, history, whole=entry.operation == "new")
    bad = all_bad(work)
    with raw_store.local_path(entry.sha256) as path:
        evidence = quarantined_rows(path, source, errors, bad, earlier_submissions(source), summary["findings"])
    meta = {**work.meta(), "verdict": summary}
    made = answer_to(entry, source, evidence, meta)
    work.write(VERDICT, "quarantine", evidence)
    work.put_documents(made.documents)
    work.put_meta({**meta, "answer": made.told})
    with connect() as conn:
        if summary["reasons"] and entry.replay_of is None and hold is None:
            keep_figures(conn, entry, summary)  # seen while it waits; history is what was accepted only
            put_on_hold(conn, entry, summary["reasons"])
        else:
            ledger.advance(conn, batch_id, State.VALIDATED)


def answer_to(entry: Entry, source: Source, evidence: pa.Table, meta: dict[str, Any]) -> CorrectionFiles:
    """Return the answers of a judged batch; `evidence` are the rows that are kept out, `meta` its facts and verdict."""
    submission = Submission(entry.batch_id, entry.batch_id, entry.file_name, entry.received_at)
    with raw_store.local_path(entry.sha256) as path:
        return build_correction_files(path, source, submission, evidence, meta)
