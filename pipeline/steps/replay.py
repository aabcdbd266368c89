"""Replay: deliveries that were read before are read again, with the mapping and the standard as they are now.

Each becomes a batch of its own that goes through the ordinary steps.  Doing it twice does nothing the second time: a
delivery whose last reading used the same versions is left alone.  Killed in between, the next call goes on with the
reading that was under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from hub.batch import new_batch_id
from hub.errors import RetryLater, WrongUsage
from pipeline.sources import source_named
from pipeline.steps.runner import STEPS, step
from standards import standard
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True)
class Wanted:
    """Which deliveries to read again; what is None asks nothing.  At least one part must be given."""

    origins: Sequence[str] | None = None  # batch ids; the id of a replay stands for its origin
    source: str | None = None  # agency/feed
    since: datetime | None = None  # received at or after
    until: datetime | None = None  # received before
    code: str | None = None  # the last reading had this finding
    changed: bool = False  # every delivery that another mapping or standard has read
    force: bool = False  # also where neither has changed since: after a fault of the hub was mended


@dataclass(frozen=True)
class Candidate:
    """A delivery that may be read again, and why."""

    origin: str
    source: str
    file: str
    sha256: str
    last: str  # the batch that has read it last
    last_state: str
    mapping_version: str | None
    standard_version: str | None
    open: int  # rows of it in quarantine
    codes: list[str]  # of the errors that the last reading found
    unfinished: str | None  # a replay of it that has not ended
    why: str = ""  # unfinished, mapping, standard or forced


def candidates(wanted: Wanted) -> list[Candidate]:
    """Return the deliveries that are worth reading again, oldest first.

    Raises WrongUsage when nothing was asked, or an id is unknown; FixTheHub when a mapping does not load.
    """
    filters = (wanted.origins, wanted.source, wanted.since, wanted.until, wanted.code, wanted.changed or None)
    if all(part is None for part in filters):
        raise WrongUsage(
            "Which deliveries are to be read again?",
            next_step="Name --batch, --source, --since, --until or --code, or --changed for all that would differ.",
        )
    with connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        origins = None if wanted.origins is None else [ledger.entry(conn, each).origin_batch for each in wanted.origins]
        about = {name: getattr(wanted, name) for name in ("source", "since", "until", "code")}
        found = cursor.execute(statement("replay/replayable_deliveries"), about | {"origins": origins}).fetchall()
    names = {line["source"] for line in found}
    now = {name: source_named(name).version for name in names}
    every = (Candidate(**line, why=_why(line, now[line["source"]], wanted)) for line in found)
    return [each for each in every if each.why]


def _why(line: dict[str, Any], mapping_version: str, wanted: Wanted) -> str:
    if line["unfinished"]:
        return "unfinished"
    if line["mapping_version"] != mapping_version:
        return "mapping"
    if line["standard_version"] != standard().version:
        return "standard"
    return "forced" if wanted.force else ""


def replay(chosen: Iterable[Candidate], progress: Callable[[str, str], None] = lambda _batch, _verb: None) -> list[str]:
    """Read the chosen deliveries again, in order; return the ids of the new batches.

    `progress` is told batch and verb before each step.  A batch that fails leaves the others alone; RetryLater is
    raised at the end when some have to be tried again.
    """
    done: list[str] = []
    failed: list[str] = []
    for candidate in chosen:
        batch_id = register(candidate)
        for verb in STEPS:
            progress(batch_id, verb)
            try:
                step(verb, [batch_id])
            except RetryLater:
                failed.append(batch_id)
                break
        done.append(batch_id)
    if failed:
        raise RetryLater(
            f"{len(failed)} of {len(done)} replays have not ended.",
            where=", ".join(failed),
            why="See the log for each.",
            next_step="They are tried again by themselves, or by the same command.",
        )
    return done


def register(candidate: Candidate) -> str:
    """Register one more reading of a delivery, or find the one that is under way; return its batch id."""
    agency, _, feed = candidate.source.partition("/")
    with connect() as conn:
        ledger.lock_source(conn, agency, feed)
        under_way = conn.execute(statement("replay/unfinished_replay"), {"origin": candidate.origin}).fetchone()
        if under_way:
            return str(under_way[0])
        batch_id = new_batch_id()
        ledger.register_replay(conn, candidate.origin, batch_id)
    return batch_id


def read_since(origins: Iterable[str], since: datetime) -> dict[str, str]:
    """Return the readings of these deliveries that have been loaded since a moment: batch id -> origin."""
    about = {"origins": list(origins), "since": since}
    with connect() as conn:
        return dict(conn.execute(statement("replay/replays_since"), about).fetchall())


def wanted_of(  # noqa: PLR0913 - what a form asks, one by one
    *,
    batch: str | None = None,
    source: str | None = None,
    since: str | None = None,
    until: str | None = None,
    code: str | None = None,
    changed: bool = False,
    force: bool = False,
) -> Wanted:
    """Return what a form was filled in with: ids separated by blanks, times as ISO 8601 (UTC where no zone is given).

    Raises WrongUsage for a time that is none.
    """
    return Wanted(
        batch.split() if batch else None,
        source or None,
        _moment(since),
        _moment(until),
        code or None,
        changed=changed,
        force=force,
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise WrongUsage(f"{text} is not a time.", why=str(fault), next_step="Write 2026-05-01T00:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
