"""What came of each period: delivered, late, zero, not accepted, silent, or an outage of the hub itself.

Silence is a partner's only when the hub was watching: at the end of the term, and for half of the time before it at
least.  What the hub finds at its first look after an outage was there on time, for all it knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from pipeline.terms.schedule import Due, Terms

ACCEPTED = {"received", "mapped", "validated", "held", "loaded", "acknowledged"}
SLACK = timedelta(minutes=30)  # between two looks of one watch
HALF = 0.5


class ReceivedDelivery(NamedTuple):
    """One batch as far as it matters here."""

    batch: str
    state: str
    operation: str
    received_at: datetime
    period_from: date | None
    period_to: date | None


class PollWindow(NamedTuple):
    """A time in which the hub looked without a gap; `fault`: it tried, and could not."""

    since: datetime
    until: datetime
    fault: str | None


@dataclass(frozen=True)
class ExpectedPeriod:
    """A period and what came of it."""

    due: Due
    state: str  # open, delivered, late, zero, not_accepted, silent, outage
    batches: tuple[str, ...] = ()
    unwatched: timedelta = timedelta(0)  # of the time in which it could be delivered
    fault: str | None = None  # why the hub could not look, where it knows


def expected_periods(
    terms: Terms, deliveries: Sequence[ReceivedDelivery], watches: Sequence[PollWindow], since: datetime, now: datetime
) -> Iterator[ExpectedPeriod]:
    """Yield every period from `since` to `now` with its state, in order.

    `deliveries` and `watches` are in the order of time.
    """
    periods = list(terms.periods(since, now))
    theirs = _allotted(periods, deliveries)
    before = since
    for period, batches in zip(periods, theirs, strict=True):
        yield _judged(period, batches, watches, before, now)
        before = period.late


def _allotted(periods: Sequence[Due], deliveries: Sequence[ReceivedDelivery]) -> list[list[ReceivedDelivery]]:
    """Give each batch to the periods that it says it is about, or else to the one whose term it came in.

    Two that came in one term, after a term in which nothing did, are the late one and the one of this term.
    """
    theirs: list[list[ReceivedDelivery]] = [[] for _ in periods]
    unsaid: list[list[ReceivedDelivery]] = [[] for _ in periods]
    for each in deliveries:
        if each.operation in {"correct", "withdraw"}:
            continue
        if each.period_from is None or each.period_to is None:
            at = next((at for at, period in enumerate(periods) if each.received_at <= period.late), None)
            if at is not None:
                unsaid[at].append(each)
            continue
        for at, period in enumerate(periods):
            last = (period.end - timedelta(microseconds=1)).date()
            if each.period_from <= period.start.date() and last <= each.period_to:
                theirs[at].append(each)
    for at, batches in enumerate(unsaid):
        accepted = [each for each in batches if each.state in ACCEPTED]
        if len(accepted) > 1 and at and not theirs[at - 1]:
            theirs[at - 1].append(accepted[0])
            batches.remove(accepted[0])
        theirs[at] += batches
    return theirs


def _judged(
    period: Due, batches: list[ReceivedDelivery], watches: Sequence[PollWindow], before: datetime, now: datetime
) -> ExpectedPeriod:
    ids = tuple(each.batch for each in batches)
    good = [each for each in batches if each.state in ACCEPTED]
    unwatched = _unwatched(watches, before, min(period.late, now))
    tried = (each.fault for each in watches if each.until >= before and each.since <= period.late)
    fault = next((each for each in tried if each), None)
    if good:
        first = min(good, key=lambda each: each.received_at)
        if all(each.operation == "zero" for each in good):
            return ExpectedPeriod(period, "zero", ids, unwatched, fault)
        on_time = first.received_at <= period.late or _at_first_poll(watches, period.late, first.received_at)
        return ExpectedPeriod(period, "delivered" if on_time else "late", ids, unwatched, fault)
    if now <= period.late:
        return ExpectedPeriod(period, "open", ids, unwatched, fault)
    if batches:
        return ExpectedPeriod(period, "not_accepted", ids, unwatched, fault)
    chance = period.late - before
    blind = not _watched_at(watches, period.late) or (chance and unwatched / chance > HALF)
    return ExpectedPeriod(period, "outage" if blind else "silent", ids, unwatched, fault)


def _watched_at(watches: Sequence[PollWindow], moment: datetime) -> bool:
    return any(not each.fault and each.since - SLACK <= moment <= each.until + SLACK for each in watches)


def _at_first_poll(watches: Sequence[PollWindow], late: datetime, received_at: datetime) -> bool:
    """Whether the hub did not watch at the end of the term, and has not looked between it and the receipt."""
    if _watched_at(watches, late):
        return False
    first = next((each.since for each in watches if not each.fault and each.since > late), None)
    return first is None or received_at <= first + SLACK


def _unwatched(watches: Sequence[PollWindow], start: datetime, end: datetime) -> timedelta:
    """Return how much of a time the hub did not look, or could not."""
    seen, reached = timedelta(0), start
    for each in watches:
        if each.fault:
            continue
        low, high = max(each.since - SLACK, reached), min(each.until + SLACK, end)
        if high > low:
            seen += high - low
            reached = high
    return max(end - start - seen, timedelta(0))
