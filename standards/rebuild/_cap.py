"""The values that the XML schema of CAP 1.2 lists for an element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from standards.rebuild._tables import refuse_lost, standing

if TYPE_CHECKING:
    from pathlib import Path

    from standards.rebuild import Row

CAP = "data2/reference/cap/cap12.xsd"
XSD = "{http://www.w3.org/2001/XMLSchema}"


def listed(name: str, element: str, data: Path) -> list[Row]:
    """Return the rows of a list, in the order in which the schema lists the values of an element.

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
