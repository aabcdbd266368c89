"""Products of conformity assessment in the UK: all of the database, each under its legislative area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._ukmcab import PRODUCTS, entries, row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (PRODUCTS,)


def rows(data: Path) -> Iterable[Row]:
    """Return the products in the order of their identifiers."""
    found = sorted(entries(data / PRODUCTS), key=lambda each: each["id"])
    return [row(each["id"], each["name"], each.get("legislativeAreaId", "")) for each in found]
