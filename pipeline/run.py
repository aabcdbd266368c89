"""The journey of a batch, as a sentence: receive, map, validate, load, acknowledge.

Airflow runs the same steps as tasks; `riskhub run` runs them here.  One batch's trouble never stops another's.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg

from hub import ledger
from hub.batch import State
from hub.errors import FixTheHub, HubError, RetryLater, described
from hub.finding import Finding
from hub.sql import statement
from pipeline.acknowledge import acknowledge_batch
from pipeline.load import load_batch
from pipeline.map import map_batch
from pipeline.receive import receive_ready
from pipeline.reject import reject
from pipeline.validate import validate_batch
from pipeline.warehouse import connect

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
TURN = {"map": State.RECEIVED, "validate": State.MAPPED, "load": State.VALIDATED}
ENDED = {State.LOADED, State.REJECTED, State.DUPLICATE, State.WITHDRAWN}
ATTEMPTS = 3  # then the batch is rejected as our fault, its bytes kept, and the others go on


def run(name: str, progress: Callable[[int, str, str], None] = lambda _count, _batch, _verb: None) -> list[str]:
    """Take everything that is ready at source `agency/feed` through all steps; return the batch ids.

    `progress` is told, before each step, how many batches there are, which one is next, and the step's verb.
    """
    batches = receive_ready(name)
    faults: list[RetryLater] = []
    for batch_id in batches:
        try:
            for verb in STEPS:
                progress(len(batches), batch_id, verb)
                step(verb, [batch_id])
        except RetryLater as fault:  # of this batch: the others go on
            faults.append(fault)
    if faults:
        raise faults[0]
    return batches


def step(verb: str, batch_ids: list[str], *, then: str | None = None) -> list[str]:
    """Do one step for each batch and return the ids (all of them: a step skips what is not its turn).

    `then` names a step that each batch takes right after it, before the next batch; should that one fail, whoever does
    it for its own sake tries again.

    A batch that fails leaves the others alone.  When all are done, RetryLater is raised if some should be tried again;
    after three attempts the batch is rejected with HUB_FAULT instead.  FixTheHub is raised at once: no batch of the
    source can do better until an engineer acts.
    """
    failed: list[str] = []
    with connect() as conn:
        for batch_id in batch_ids:
            with _alone_with(conn, batch_id) as alone:
                if alone and not _attempt(conn, verb, batch_id):
                    failed.append(batch_id)
                elif alone and then:
                    _attempt(conn, then, batch_id)
    if failed:
        raise RetryLater(
            f"{len(failed)} of {len(batch_ids)} batches failed at {verb}.",
            where=", ".join(failed),
            why="See the log above for each.",
            next_step="They are tried again by themselves.",
        )
    return batch_ids


def loaded_types(batch_ids: Sequence[str]) -> list[str]:
    """Return the record types of those of the batches that are loaded."""
    with connect() as conn:
        return [row["record_type"] for row in ledger.rows_of(conn, "loaded_types", batches=list(batch_ids))]


def _attempt(conn: Connection[Any], verb: str, batch_id: str) -> bool:
    """Do the step if it is the batch's turn; return whether the batch may go on (False: try again later)."""
    with _session(conn):
        entry = ledger.entry(conn, batch_id)
        if not _is_turn(verb, entry):
            return True
        attempt = ledger.start_step(conn, batch_id)
    if attempt > ATTEMPTS and verb != "acknowledge":
        return _give_up(batch_id, "died")  # the step has taken its process down that often: no handler has seen it
    try:
        STEPS[verb](batch_id)
    except (FixTheHub, RetryLater):
        _give_back(conn, batch_id)  # the fault is the hub's, or the moment's, not the batch's
        raise
    except psycopg.Error as fault:
        # The text of a database error may hold data: only its class and the constraint's name are written anywhere.
        name = f"{type(fault).__name__} {fault.sqlstate or ''} {fault.diag.constraint_name or ''}".strip()
        log.error("batch %s failed at %s, attempt %d of %d: %s", batch_id, verb, attempt, ATTEMPTS, name)  # noqa: TRY400
        return _failed(conn, verb, batch_id, name, attempt)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is this batch's trouble only
        told = described(fault)
        log.error("batch %s failed at %s, attempt %d of %d: %s", batch_id, verb, attempt, ATTEMPTS, told)  # noqa: TRY400
        return _failed(
            conn, verb, batch_id, fault.what if isinstance(fault, HubError) else type(fault).__name__, attempt
        )
    return True


def _is_turn(verb: str, entry: ledger.Entry) -> bool:
    if verb == "acknowledge":
        return entry.acknowledged_at is None and entry.state in ENDED
    return entry.state == TURN[verb]


def _failed(conn: Connection[Any], verb: str, batch_id: str, fault: str, attempt: int) -> bool:
    with _session(conn):
        ledger.note_fault(conn, batch_id, fault)
    if attempt >= ATTEMPTS and verb != "acknowledge":  # a loaded batch stays loaded: its receipt is tried for ever
        return _give_up(batch_id, fault)
    return False


def _give_up(batch_id: str, fault: str) -> bool:
    reject(batch_id, [Finding("HUB_FAULT", value=fault)])
    acknowledge_batch(batch_id)
    return True


def _give_back(conn: Connection[Any], batch_id: str) -> None:
    with _session(conn):
        conn.execute(statement("ledger/give_back"), {"batch_id": batch_id})


@contextmanager
def _alone_with(conn: Connection[Any], batch_id: str) -> Iterator[bool]:
    """Whether nobody else works on the batch right now.  For economy: two at once would be harmless, but wasteful."""
    with _session(conn):
        held: Any = conn.execute(statement("ledger/try_batch"), {"batch_id": batch_id}).fetchone()
    try:
        yield bool(held and held[0])
    finally:
        with suppress(psycopg.Error):  # a session that is gone has let go
            conn.execute(statement("ledger/leave_batch"))
            conn.commit()


@contextmanager
def _session(conn: Connection[Any]) -> Iterator[None]:
    """Do one thing in a session that is kept; raise RetryLater when it has been lost meanwhile."""
    try:
        with conn.transaction():
            yield
    except psycopg.OperationalError as fault:
        raise RetryLater(
            "The warehouse has gone away.",
            where="between two batches",
            why=type(fault).__name__,
            next_step="It is tried again by itself.",
        ) from None
