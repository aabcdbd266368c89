"""The journey of a batch, as a sentence: receive, map, validate, load, acknowledge.

Airflow runs the same steps as tasks; `riskhub run` runs them here.  One batch's trouble never stops another's.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg

from connectors.raw_store import RawDamaged, open_raw
from hub import machine
from hub.batch import State
from hub.errors import FixTheHub, HubError, RetryLater, described
from hub.finding import Finding
from hub.machine import error_of_trouble, trouble_of
from hub.messages import error_of
from pipeline.intake.receive import receive_ready
from pipeline.marts.refresh import refresh_marts
from pipeline.receipts.close import reject
from pipeline.receipts.publish import acknowledge_batch
from pipeline.steps.load import load_batch
from pipeline.steps.map import map_batch
from pipeline.steps.validate import validate_batch
from pipeline.transform.crashes import CRASHED, died_before, left_by, witnessed
from pipeline.transform.staging import Work
from standards import standard
from warehouse import ledger, locks
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg import Connection

log = logging.getLogger(__name__)

STEPS: dict[str, Callable[[str], None]] = {
    "map": map_batch,
    "validate": validate_batch,
    "load": load_batch,
    "acknowledge": acknowledge_batch,
}
STATE_BEFORE = {"map": State.RECEIVED, "validate": State.MAPPED, "load": State.VALIDATED}
STAGED = {"validate", "load"}  # the steps that read what an earlier one has staged
ENDED = {State.LOADED, State.REJECTED, State.DUPLICATE, State.WITHDRAWN}
SMALL = 1 << 20  # bytes of a delivery that needs no task of its own for each step
LONGEST = 20.0  # seconds that small deliveries may take before the others are handed to tasks
ATTEMPTS = 3  # then the batch is rejected as our fault, its bytes kept, and the others go on


def run(name: str, progress: Callable[[int, str, str], None] = lambda _count, _batch, _verb: None) -> list[str]:
    """Take everything that is ready at the source `agency/feed` through all steps, then bring the marts up to date.

    Args:
        name: The source.
        progress: Called before each step with the number of batches, the next batch and the step.

    Returns:
        The ids of the batches.

    Raises:
        RetryLater: Some batches must be tried again.
        FixTheHub: No batch of the source can go on until a person acts.
    """
    batches = _received(name)
    faults: list[HubError] = []
    for batch_id in batches:
        try:
            for verb in STEPS:
                progress(len(batches), batch_id, verb)
                step(verb, [batch_id])
        except (RetryLater, RawDamaged) as fault:  # of this batch: the others go on
            faults.append(fault)
    with connect() as conn:
        refresh_marts(conn)
    if faults:
        raise faults[0]
    return batches


def _received(name: str) -> list[str]:
    try:
        return receive_ready(name)
    except Exception as fault:
        trouble = trouble_of(fault)
        if not trouble or isinstance(fault, HubError):
            raise
        raise error_of_trouble(trouble, name) from fault  # a full disk here stops this source, not the command


def step(verb: str, batch_ids: list[str], *, then: str | None = None) -> list[str]:
    """Do one step for each batch.  A batch that fails leaves the others alone.

    What may lie in the data is tried three times; then the batch is rejected with HUB_FAULT.  A fault of the machine
    (`hub.machine`) does not count, and is written down as what the batch waits for.  A batch whose bytes are damaged is
    set aside, so that the others go on.

    Args:
        verb: The step: map, validate, load or acknowledge.
        batch_ids: The batches; one for which the step is not due is left out.
        then: A step that each batch takes right after it; its faults are not raised.

    Returns:
        The same ids.

    Raises:
        RetryLater: At the end, when some batches must be tried again.
        FixTheHub: At once: no batch of the source can go on until a person acts.
        RawDamaged: In `acknowledge`, for a batch that was set aside.
    """
    failed: dict[str, HubError] = {}
    with connect() as conn, connect() as guard:
        # What a process did not come back from is done last, or it would keep the others waiting for ever.
        for batch_id in sorted(batch_ids, key=died_before):
            with batch_lock(guard, batch_id) as locked:
                fault = _attempt(conn, verb, batch_id) if locked else None
                if fault is not None:
                    failed[batch_id] = fault
                elif locked and then:
                    _attempt(conn, then, batch_id)
    if len(failed) == 1:
        raise next(iter(failed.values()))
    if failed:
        raise error_of(
            RetryLater,
            "run.some_failed",
            where=", ".join(failed),
            why=" ".join(dict.fromkeys(fault.what for fault in failed.values())),
            next_step=" ".join(dict.fromkeys(fault.next_step for fault in failed.values() if fault.next_step)),
            count=len(failed),
            total=len(batch_ids),
            step=verb,
        )
    return batch_ids


def finish_small(batch_ids: Sequence[str]) -> list[str]:
    """Take the first of the batches of a source through all steps, one after the other, as long as these are small.

    It stops where a batch is large, has taken a process down, cannot go on or is another's work right now, and after
    LONGEST seconds.  What is left is not overtaken: batches of a source are loaded in the order of their registration.

    Args:
        batch_ids: Batches with work left, in that order.

    Returns:
        Those that are left, for the steps one by one; no fault is raised, for there it comes again.
    """
    end = time.monotonic() + LONGEST
    for at, batch_id in enumerate(batch_ids):
        with connect() as conn:
            size = ledger.entry(conn, batch_id).bytes
        if size > SMALL or died_before(batch_id) or time.monotonic() > end or not _finished(batch_id):
            return list(batch_ids[at:])
    return []


def _finished(batch_id: str) -> bool:
    """Take a batch through all steps; return whether no step is left to be done."""
    try:
        for verb in STEPS:
            step(verb, [batch_id])
    except HubError:
        return False
    with connect() as conn:
        entry = ledger.entry(conn, batch_id)
    return entry.state not in STATE_BEFORE.values() and not _is_due("acknowledge", entry)


def loaded_types(batch_ids: Sequence[str]) -> list[str]:
    """Return the record types of those of the batches that are loaded."""
    with connect() as conn:
        rows = conn.execute(statement("status/loaded_record_types"), {"batches": list(batch_ids)}).fetchall()
    return [name for (name,) in rows]


def _attempt(conn: Connection[Any], verb: str, batch_id: str) -> HubError | None:
    """Do the step if it is the batch's turn; return what it is to be tried again for, None when it may go on."""
    with _session(conn):
        entry = ledger.entry(conn, batch_id)
        if not _is_due(verb, entry):
            return _damage(entry) if verb == "acknowledge" else None
        attempt = _so_far(conn, entry)
    if verb in STAGED and entry.standard_version != standard().version:
        return _mapped_anew(conn, verb, batch_id)
    if attempt >= ATTEMPTS and verb != "acknowledge":
        _give_up(batch_id, "died")  # what it read has taken the process down that often: no handler has seen it
        return None
    try:
        with witnessed(batch_id):
            STEPS[verb](batch_id)
    except Exception as fault:  # noqa: BLE001 - of one batch; what kind it is decides
        trouble = trouble_of(fault)
        if trouble or isinstance(fault, (FixTheHub, RetryLater)):  # the machine's or the moment's, not the batch's
            if trouble:
                _wait(conn, verb, entry, trouble)
            return _waits(verb, batch_id, trouble, fault)
        return _failed(conn, verb, batch_id, fault)
    return None


def _mapped_anew(conn: Connection[Any], verb: str, batch_id: str) -> HubError | None:
    """Take a batch that another edition of the standard has staged through all steps up to this one.

    Its files in the work store have the names and the columns of that edition.
    """
    log.info("batch %s was staged by another edition of the standard: it is mapped anew", batch_id)
    with _session(conn):
        ledger.read_again(conn, batch_id)
    for each in STEPS:
        fault = _attempt(conn, each, batch_id)
        if fault is not None or each == verb:
            return fault
    return None


def _waits(verb: str, batch_id: str, trouble: str, fault: Exception) -> HubError | None:
    """Log why a batch waits; return what is to be tried again, None where nobody but a person can help this one batch.

    Raises FixTheHub where no batch of the source can do better.
    """
    if not isinstance(fault, HubError):
        log.error("batch %s waits at %s: %s: %s", batch_id, verb, trouble, described(fault))
        return error_of_trouble(trouble, batch_id)
    log.warning("batch %s waits at %s: %s", batch_id, verb, fault)
    if isinstance(fault, RawDamaged):
        return None
    if isinstance(fault, FixTheHub):
        raise fault
    return fault


def _so_far(conn: Connection[Any], entry: ledger.Entry) -> int:
    """Return how often the step has failed by what it read, counting a crash that has taken its process down."""
    ended = left_by(entry.batch_id)
    if ended == CRASHED:
        return ledger.note_fault(conn, entry.batch_id, ended)
    if ended is not None:
        ledger.note_trouble(conn, entry.batch_id, machine.KILLED)
    return entry.attempt


def _damage(entry: ledger.Entry) -> HubError | None:
    """Return what a batch was set aside for: its bytes are damaged, or those of one that it corrects."""
    if entry.waits_for != machine.RAW_DAMAGED:
        return None
    try:
        open_raw(entry.sha256).close()
    except RawDamaged as fault:
        return fault
    return error_of_trouble(machine.RAW_DAMAGED, entry.batch_id)


def _is_due(verb: str, entry: ledger.Entry) -> bool:
    if verb == "acknowledge":
        return entry.acknowledged_at is None and entry.state in ENDED
    return entry.state == STATE_BEFORE[verb]


def _wait(conn: Connection[Any], verb: str, entry: ledger.Entry, trouble: str) -> None:
    """Note what the batch waits for; the fault may be the warehouse's own, and then nobody can write it down."""
    with suppress(psycopg.Error, RetryLater), _session(conn):
        ledger.note_trouble(conn, entry.batch_id, trouble)
        if trouble == machine.FILES_GONE and verb in {"validate", "load"} and not Work(entry.batch_id).exists():
            ledger.read_again(conn, entry.batch_id)


def _failed(conn: Connection[Any], verb: str, batch_id: str, fault: Exception) -> HubError | None:
    if isinstance(fault, psycopg.Error):
        # The text of a database error may hold data: only its class and the constraint's name are written anywhere.
        name = f"{type(fault).__name__} {fault.sqlstate or ''} {fault.diag.constraint_name or ''}".strip()
        log.error("batch %s failed at %s: %s", batch_id, verb, name)
    else:
        name = fault.what if isinstance(fault, HubError) else type(fault).__name__
        log.error("batch %s failed at %s: %s", batch_id, verb, described(fault))
    with _session(conn):
        attempt = ledger.note_fault(conn, batch_id, name)
    if attempt >= ATTEMPTS and verb != "acknowledge":  # a loaded batch stays loaded: its receipt is tried for ever
        _give_up(batch_id, name)
        return None
    return error_of(RetryLater, "run.batch_failed", where=batch_id, why=name, batch=batch_id, step=verb)


def _give_up(batch_id: str, fault: str) -> None:
    reject(batch_id, [Finding("HUB_FAULT", value=fault)])
    acknowledge_batch(batch_id)


@contextmanager
def batch_lock(guard: Connection[Any], batch_id: str) -> Iterator[bool]:
    """Whether nobody else works on the batch right now.  For economy: two at once would be harmless, but wasteful."""
    try:
        locked = locks.try_batch(guard, batch_id) or ledger.find(guard, batch_id) is None
    except psycopg.OperationalError as fault:
        raise _gone(fault) from None
    try:
        yield locked
    finally:
        with suppress(psycopg.Error):  # a session that is gone has let go
            guard.rollback()


@contextmanager
def _session(conn: Connection[Any]) -> Iterator[None]:
    """Do one thing in a session that is kept; raise RetryLater when it has been lost meanwhile."""
    try:
        with conn.transaction():
            yield
    except psycopg.OperationalError as fault:
        raise _gone(fault) from None


def _gone(fault: psycopg.Error) -> RetryLater:
    return error_of(RetryLater, "warehouse.gone", why=type(fault).__name__, trouble=machine.DATABASE)
