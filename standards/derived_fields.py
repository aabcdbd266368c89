"""Fields of a record that follow from its hazards or failed test items: nobody sends or maps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standards.schema import Table

HAZARD = "hazard"  # the list of a record's hazards
TEST_ITEM = "test_item"  # the list whose failed items tell the hazard of a record that lists none
FAIL = "fail"  # the verdict on such an item
DERIVED = {"hazard_class_code": "class_code", "hazard_type_code": "type_code", "severity_code": "severity_code"}


def is_derived(table: Table, name: str) -> bool:
    """Whether a field of a record's own table follows from its hazards, and so is never mapped."""
    return name in DERIVED and set(DERIVED) <= table.fields.keys()
