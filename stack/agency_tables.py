"""The register of agencies of the standard, into the tables of the warehouse."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from standards.agencies import register
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from psycopg import Connection

    from standards.agencies import Register

OPEN = None  # before the first change, and after the last


def load_register(conn: Connection[Any]) -> None:
    """Replace the tables of the register, as their owner, by what the standard says."""
    known = register()
    conn.execute(statement("agencies/delete_register"))
    _copy(conn, "agencies/copy_bodies", _bodies(known))
    _copy(
        conn,
        "agencies/copy_successions",
        ((e.predecessor, e.successor, e.since, list(e.record_types), e.source) for e in known.successions),
    )
    _copy(conn, "agencies/copy_policy_rows", _policy_rows(known))
    rights, acting = [], []
    for day, start, end in _periods(known):
        for code, body in known.bodies.items():
            for record_type in known.planned_types:
                if body.holds(day):
                    rights += [(code, record_type, row, start, end) for row in known.rights(code, record_type, day)]
                acting += [(code, record_type, each, start, end) for each in known.acting([code], record_type, day)]
    _copy(conn, "agencies/copy_sending_rights", _joined(rights))
    _copy(conn, "agencies/copy_acting_bodies", acting)


def _bodies(known: Register) -> Iterator[tuple[Any, ...]]:
    for each in known.bodies.values():
        names = (each.code, each.label["zh"], each.label["en"], each.level, each.uscc or None)
        yield (*names, each.valid_from, each.valid_to, each.precision or None, each.source)


def _policy_rows(known: Register) -> Iterator[tuple[Any, ...]]:
    for each in known.rows.values():
        labels = (each.label["zh"], each.label["en"])
        yield (each.code, *labels, each.direction, list(each.record_types), each.served_by or None)


def _periods(known: Register) -> Iterator[tuple[date, date | None, date | None]]:
    """Yield the periods between two changes: a day of it, its first day, and the first day after it."""
    yield known.days[0] - timedelta(days=1), OPEN, known.days[0]
    yield from ((start, start, end) for start, end in pairwise(known.days))
    yield known.days[-1], known.days[-1], OPEN


def _joined(rights: Iterable[tuple[str, str, str, Any, Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield the rights with adjoining periods joined into one."""
    held: dict[tuple[str, str, str], list[Any]] = {}
    for body, record_type, row, start, end in rights:
        spans = held.setdefault((body, record_type, row), [])
        if spans and spans[-1][1] == start:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    for key, spans in held.items():
        yield from ((*key, start, end) for start, end in spans)


def _copy(conn: Connection[Any], name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with conn.cursor() as cursor, cursor.copy(statement(name)) as copy:
        for row in rows:
            copy.write_row(row)
