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
from hub.messages import error_of
from pipeline.marts.refresh import refresh_marts
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
    """Return the deliveries that would be read again, oldest first.

    Raises:
        WrongUsage: The selection is empty, or names an unknown batch.
        FixTheHub: A mapping does not compile.
    """
    filters = (wanted.origins, wanted.source, wanted.since, wanted.until, wanted.code, wanted.changed or None)
    if all(part is None for part in filters):
        raise error_of(WrongUsage, "replay.no_choice")
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
    """Read the chosen deliveries again, in order, then bring the marts up to date.  One that fails leaves the others.

    Args:
        chosen: The deliveries, from `candidates`.
        progress: Called with batch and step before each step.

    Returns:
        The ids of the new batches.

    Raises:
        RetryLater: At the end, when some of them must be tried again.
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
    with connect() as conn:
        refresh_marts(conn)
    if failed:
        raise error_of(RetryLater, "replay.unfinished", where=", ".join(failed), count=len(failed), total=len(done))
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
    """Return the selection that a form was filled in with.

    Args:
        batch: Ids of batches, separated by blanks.
        source: A source, `agency/feed`.
        since: A time in ISO 8601, UTC where no zone is given.
        until: The same.
        code: A code of a finding.
        changed: Only deliveries whose mapping or standard has changed.
        force: Also those for which neither has.

    Raises:
        WrongUsage: `since` or `until` is no time.
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
        raise error_of(WrongUsage, "replay.no_time", why=str(fault), text=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
