"""The lists of the Common Alerting Protocol: the values that the XML schema of CAP 1.2 has for its elements."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lxml import etree

from standards.rebuild.reference import Rebuilder, refuse_lost, standing

if TYPE_CHECKING:
    from pathlib import Path

    from standards.rebuild.reference import Row

CAP = "data2/reference/cap/cap12.xsd"
ELEMENTS = {
    "cap_category": "category",
    "cap_certainty": "certainty",
    "cap_message_type": "msgType",
    "cap_response": "responseType",
    "cap_scope": "scope",
    "cap_severity": "severity",
    "cap_status": "status",
    "cap_urgency": "urgency",
}
XSD = "{http://www.w3.org/2001/XMLSchema}"


def listed(name: str, element: str, data: Path) -> list[Row]:
    """Return the rows of a list, with our labels and ranks, in the order in which the schema lists an element's values.

    Raises:
        ValueError: The list lacks a value of the schema, or has one that the schema does not have.
    """
    tree = etree.parse(data / CAP)
    found = [each for each in tree.iter(f"{XSD}element") if each.get("name") == element]
    values = [str(each.get("value")) for each in found[0].iter(f"{XSD}enumeration")]
    held = {row["code"]: row for row in standing(name)}
    refuse_lost(name, held, values)
    refuse_lost(f"the schema ({element})", values, held)
    return [held[value] for value in values]


LISTS = {name: Rebuilder((CAP,), partial(listed, name, element)) for name, element in ELEMENTS.items()}
