"""Validate: every record against the standard; rows with an error go to quarantine, as they came."""

from __future__ import annotations

from hub.batch import State
from pipeline.loading.feed_history import keep_figures, known_figures
from pipeline.loading.registered_delivery import registered_delivery
from pipeline.review.hold import hold_of, put_on_hold
from pipeline.sources import source_named
from pipeline.transform.evaluate_delivery import correction_files, validate_delivery
from pipeline.transform.staging import Work
from warehouse import ledger
from warehouse.connection import connect

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
        with connect() as conn:
            ledger.advance(conn, batch_id, State.VALIDATED)
        return
    delivery = registered_delivery(entry, source, work)
    validated = validate_delivery(delivery, history)
    summary = validated.summary
    work.write(VERDICT, "quarantine", validated.quarantined)
    work.put_summary(summary)
    work.put_corrections(correction_files(delivery, work.facts(), validated))
    with connect() as conn:
        if summary.reasons and entry.replay_of is None and hold is None:
            # Seen while it waits; history is what was accepted only.
            keep_figures(conn, entry, summary.figures, summary.results)
            put_on_hold(conn, entry, summary.reasons)
        else:
            ledger.advance(conn, batch_id, State.VALIDATED)
