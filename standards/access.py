"""Who may read which field: the classes of the standard, as columns that are open to readers or closed.

The `sensitivity` of a record type is about its rows: a grant shows them up to a class (`access.grant`).  What a field,
its list or its block states itself is about the column: a personal field is closed to readers, and so is a sensitive
one, except in a record type that is public as a whole (the address of an enterprise is published, that of an injury is
somebody's home).  A field by which the type decides what an event is for the marts is open too: the outcome says the
same.  Closed fields are read by the agency that sent them, or through `access.open`, which leaves a trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from standards.schema import Field, RecordType, Table

ANALYSTS = "riskhub_analyst"
AGENCIES = "riskhub_agency"  # the role of all agencies; that of one is `agency_role`
EVERY = "*"  # stands for every agency, or every record type, in a grant
# From the least to the most protected.  A token that leads back to a person ranks above a sensitive text.
CLASSES = ("public", "internal", "sensitive", "personal")
# `own` opens all fields of what an agency sent to that agency, without a trace: no agreement may grant it.
OWN, ANALYSIS = RESERVED_PURPOSES = ("own", "analysis")


@dataclass(frozen=True)
class Grant:
    """One right: a role sees the rows of an agency and a record type, for a purpose, up to a class."""

    subject: str
    agency: str
    record_type: str
    purpose: str
    sensitivity_max: str
    basis: str
    valid_from: date | None = None  # in China; None: always was
    valid_to: date | None = None  # the first day on which it no longer holds; None: it does


def agency_role(agency: str) -> str:
    """Return the role of an agency.

    >>> agency_role("hn_fire")
    'riskhub_agency_hn_fire'
    """
    return f"{AGENCIES}_{agency}"


def is_open(record_type: RecordType, field: Field) -> bool:
    """Whether readers may select the column; see the head of this module.

    >>> from standards import standard
    >>> injury = standard().types["injury_case"]
    >>> [is_open(injury, injury.field(path)) for path in ("event_at", "mechanism_code", "narrative", "age_years")]
    [True, True, False, False]
    """
    if field.share == "none":
        return False
    if field.own_sensitivity not in {"sensitive", "personal"}:
        return True
    if field.own_sensitivity == "sensitive" and record_class(record_type) == "public":
        return True
    return field.path in _decisive(record_type.schema.get("mart"))


def open_columns(record_type: RecordType, table: Table) -> tuple[str, ...]:
    """Return the columns of a table of the standard that readers may select, without those that the hub adds.

    The columns that the hub adds (`standards.tables`) are all open.

    >>> from standards import standard
    >>> party = standard().types["recall"].tables["party"]
    >>> {*party.fields} - {*open_columns(standard().types["recall"], party)}
    {'person_token'}
    """
    return tuple(name for name, field in table.fields.items() if is_open(record_type, field))


def _decisive(part: Any) -> set[str]:
    """Return the fields that the keyword `mart` names, without the lists that they stand in."""
    if isinstance(part, str):
        return {part.rpartition(".")[2]}
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return {name for each in inside for name in _decisive(each)}


def record_class(record_type: RecordType) -> str:
    """Return the sensitivity of a record type as a whole, one of `CLASSES`."""
    found: str = record_type.schema["sensitivity"]
    return found


def standard_grants(types: Mapping[str, RecordType]) -> Iterator[Grant]:
    """Yield what follows from the standard alone: analysts see the rows of every type that is shared.

    Types with the share `conditional` are shared for a purpose, and analysis is one; those with `none` are not shared.
    """
    for record_type in types.values():
        share = record_type.schema["share"]
        if share != "none":
            basis = f"standard: {record_type.name} has share {share}"
            yield Grant(ANALYSTS, EVERY, record_type.name, ANALYSIS, record_class(record_type), basis)


def own_grant(agency: str) -> Grant:
    """Return the right of an agency to its own records, in full."""
    return Grant(agency_role(agency), agency, EVERY, OWN, CLASSES[-1], f"register: what {agency} has sent")
