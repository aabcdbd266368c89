"""Designated standards of the UK by their reference numbers, each under its legislative area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._ukmcab import STANDARDS, entries, row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (STANDARDS,)


def rows(data: Path) -> Iterable[Row]:
    """Return the reference numbers in their order; of a number that stands in several entries the first counts."""
    found: dict[str, Row] = {}
    for each in entries(data / STANDARDS):
        for number in each.get("referenceNumber", []):
            code = " ".join(number.split())
            found.setdefault(code, row(code, each["name"], each.get("legislativeAreaId", "")))
    return [found[code] for code in sorted(found)]
