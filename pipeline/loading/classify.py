"""Classify: what becomes of each good row, by what core holds.  Load, plan and check all ask it here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.loading.merge import RecordMerge
from pipeline.transform.outcomes import about_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from mappings.engine import Source
    from pipeline.loading.precedence import Precedence
    from pipeline.loading.snapshot import Snapshot
    from pipeline.transform.staging import Work
    from warehouse.ledger import Entry


def classified(  # noqa: PLR0913, PLR0917 - what one batch and one transaction are
    conn: Connection[Any],
    entry: Entry,
    source: Source,
    work: Work,
    word: Precedence,
    snapshot: Snapshot,
    into: str = "core",
) -> Iterator[RecordMerge]:
    """Yield the arrivals of one record type after the other, classified; what is yielded is forgotten afterwards."""
    for record_type in source.record_types:
        routes = [route for route in source.routes if route.record_type is record_type]
        mode = source.mode_of(entry.operation)
        arrivals = RecordMerge(conn, entry, record_type, routes, work, into=into, mode=mode)
        arrivals.announce()
        arrivals.classify()
        word.weigh(arrivals)
        snapshot.end_absent(arrivals)
        yield arrivals
        arrivals.forget()


def of_core(fates: Mapping[str, int], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the findings that only core could tell: keys that repeat, records that have ended."""
    ended = snapshot.findings(fates["ended"]) or about_rows("RECORDS_ENDED", fates["ended"])
    return [*about_rows("KEY_REPEATED", fates["overtaken"]), *ended]
