"""Who may read what, as the standard and the sources of this hub say, into the schema `access`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from standards import standard
from standards.access import CLASSES, Grant, agency_role, is_open, own_grant, record_class, standard_grants
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from mappings.engine import Agreement


def load_access(conn: Connection[Any], agencies: Iterable[str], agreements: Iterable[Agreement]) -> None:
    """Replace, as the owner, what follows from the standard, the register and the agreements; other grants stay.

    Args:
        conn: A connection of the owner, in a transaction.
        agencies: The agencies of which the hub has a source; each sees its own records.
        agreements: What agencies show each other.
    """
    types = standard().types
    conn.execute(statement("access/delete_standard"))
    _copy(conn, "access/copy_record_types", _record_types())
    _copy(conn, "access/copy_fields", _fields())
    with conn.cursor() as cursor:
        made = {
            "standard": standard_grants(types),
            "register": map(own_grant, agencies),
            "agreement": chain.from_iterable(map(_agreed, agreements)),
        }
        for origin, grants in made.items():
            cursor.executemany(statement("access/put_grant"), [vars(each) | {"origin": origin} for each in grants])


def _agreed(agreement: Agreement) -> Iterator[Grant]:
    """Yield the grants of an agreement, one for each record type."""
    reader, until = agency_role(agreement.to), (agreement.valid_from, agreement.valid_to)
    for name in agreement.record_types:
        about = (agreement.purpose, agreement.sensitivity, agreement.basis)
        yield Grant(reader, agreement.agency, name, *about, *until)


def _record_types() -> Iterator[tuple[Any, ...]]:
    for each in standard().types.values():
        own = record_class(each)
        yield each.name, own, CLASSES.index(own), each.schema["share"]


def _fields() -> Iterator[tuple[Any, ...]]:
    for record_type in standard().types.values():
        for table in record_type.tables.values():
            for field in table.fields.values():
                about = (field.sensitivity, CLASSES.index(field.sensitivity), field.share)
                yield (table.name, field.name, record_type.name, *about, is_open(record_type, field))


def _copy(conn: Connection[Any], name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with conn.cursor() as cursor, cursor.copy(statement(name)) as copy:
        for row in rows:
            copy.write_row(row)
