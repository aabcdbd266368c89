"""A record type as one flat table: the columns of a workbook or a csv file, named by the paths of the fields.

An item of a list has columns of its own, numbered from 0 as in a mapping: `goods.0.hs_code`.  Fields that the mapping
engine fills from a moment (its local day, zone and precision), or from the list of hazards, have no column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from standards.derived_fields import is_derived

if TYPE_CHECKING:
    from standards import Field, RecordType, Table

ITEMS = 3  # of a list that have columns, where nothing else is wanted


@dataclass(frozen=True)
class FlatColumn:
    """One column: the field that it fills, of the record or of the item `position` of the list `child`."""

    path: str
    field: Field
    child: str = ""
    position: int = 0

    @property
    def required(self) -> bool:
        """Whether no record may leave it empty; an item that is not there needs nothing."""
        return self.field.required and not self.child


def flat_columns(record_type: RecordType, items: int = ITEMS) -> list[FlatColumn]:
    """Return the columns of a type, the record's own first, those that are required before the others.

    Args:
        record_type: A record type.
        items: How many items of each list have columns, at most as many as the list may have.
    """
    found = [FlatColumn(field.path, field) for field in requested_fields(record_type.tables[""])]
    found.sort(key=lambda each: not each.required)
    for child, table in record_type.tables.items():
        for position in range(items_of(table, items) if child else 0):
            fields = requested_fields(table)
            found += [FlatColumn(f"{child}.{position}.{field.path}", field, child, position) for field in fields]
    return found


def requested_fields(table: Table) -> list[Field]:
    """Return the fields of a table that a sender fills."""
    follows = {name for field in table.fields for name in table.local_time(field).values()}
    return [each for each in table.fields.values() if each.name not in follows and not is_derived(table, each.name)]


def invented_fields(table: Table) -> list[Field]:
    """Return the fields of a table that a sample fills: a token stands for somebody, and nobody is invented."""
    return [each for each in requested_fields(table) if each.required or not is_token(each)]


def is_token(field: Field) -> bool:
    """Whether a field holds a pseudonym, so that its column holds what the hub makes one of."""
    return field.path.endswith("_token")


def items_of(table: Table, items: int) -> int:
    """Return how many items of a list have columns when `items` are wanted."""
    return items if table.max_items is None else min(items, table.max_items)
