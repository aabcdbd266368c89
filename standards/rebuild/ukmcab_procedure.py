"""Procedures of conformity assessment in the UK: all of the database, each under its legislative area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._ukmcab import PROCEDURES, entries, row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (PROCEDURES,)
PROTECTIVE = "87f42cf5-1ada-417f-a699-072ea9bb9ce2"  # the area of the three that name kinds of equipment instead


def rows(data: Path) -> Iterable[Row]:
    """Return the procedures in the order of their identifiers; each has an area."""
    found = sorted(entries(data / PROCEDURES), key=lambda each: each["id"])
    return [row(each["id"], each["name"], each.get("legislativeAreaId", PROTECTIVE)) for each in found]
