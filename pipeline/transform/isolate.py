"""Isolating: when work on many rows fails, the rows that it fails on are found, so that the others can go on.

Every verb and every check says what is wrong with a value by a finding.  This is the net below them: a library that
raises for a value that nobody has thought of costs that row, never the file.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import HubError, RejectBatch, described
from hub.finding import findings_of
from mappings.engine import refine
from mappings.engine.run.single_values import faulty

if TYPE_CHECKING:
    from collections.abc import Callable

    from mappings.engine import Refined, Source

log = logging.getLogger(__name__)

ROW_FAILED = "ROW_FAILED"
TRIES = 2_000  # calls that are spent on telling good rows from bad ones; what is then not told apart is kept out whole
NOT_OF_THE_ROWS = (HubError, RejectBatch, MemoryError, OSError)


def refined(rows: pa.RecordBatch, source: Source) -> Refined:
    """Map one batch; a row that it cannot be mapped with is kept out (ROW_FAILED) and the others are mapped."""
    try:
        return refine(rows, source)
    except NOT_OF_THE_ROWS:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a library makes of a value
        bad = failing(len(rows), lambda first, last: refine(rows.slice(first, last - first), source))
        log.warning("%d of %d rows of %s cannot be mapped: %s", len(bad), len(rows), source.name, described(fault))
        return refine(faulty(rows, ROW_FAILED, _mask(len(rows), bad)), source)


def checked(tables: dict[str, pa.Table], check: Callable[[dict[str, pa.Table]], pa.Table]) -> pa.Table:
    """Return the findings of a check over records and children; one that it fails on has the finding ROW_FAILED."""
    try:
        return check(tables)
    except NOT_OF_THE_ROWS:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a library makes of a value
        rows = tables[""]["row"].combine_chunks()
        bad = failing(len(rows), lambda first, last: check(_only(tables, rows.slice(first, last - first))))
        log.warning("%d of %d records cannot be checked: %s", len(bad), len(rows), described(fault))
        wrong = rows.take(pa.array(bad, pa.int64()))
        good = rows.filter(pc.invert(pc.is_in(rows, value_set=wrong)))
        return pa.concat_tables([check(_only(tables, good)), findings_of(wrong, ROW_FAILED)])


def failing(size: int, work: Callable[[int, int], object]) -> list[int]:
    """Return which of `size` rows a function fails on, found by halving.

    Rows that fail only together are all returned, and so is what `TRIES` calls cannot tell apart.

    Args:
        size: The number of rows.
        work: Called with the first row and the row after the last one.

    >>> def work(first, last):
    ...     if first <= 3 < last:
    ...         raise ValueError
    >>> failing(8, work)
    [3]
    """
    bad: list[int] = []
    waiting, tries = [(0, size)], 0
    while waiting:
        first, last = waiting.pop()
        tries += 1
        if tries <= TRIES and not _fails(work, first, last):
            continue
        if last - first == 1 or tries > TRIES:
            bad += range(first, last)
            continue
        middle = (first + last) // 2
        waiting += [(middle, last), (first, middle)]
    return sorted(bad)


def _fails(work: Callable[[int, int], object], first: int, last: int) -> bool:
    try:
        work(first, last)
    except NOT_OF_THE_ROWS:
        raise
    except Exception:  # noqa: BLE001 - the question is whether
        return True
    return False


def _only(tables: dict[str, pa.Table], rows: pa.Array) -> dict[str, pa.Table]:
    return {name: table.filter(pc.is_in(table["row"], value_set=rows)) for name, table in tables.items()}


def _mask(size: int, bad: list[int]) -> pa.Array:
    """Return a text for each bad row, null for the others."""
    crashing = pc.is_in(pa.arange(0, size), value_set=pa.array(bad, pa.int64()))
    return pc.if_else(crashing, "", pa.scalar(None, pa.string()))
