"""Food categories of IFSAC: those of the export of NORS; codes and Chinese labels are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild.reference import Rebuilder, refuse_lost, sheet, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

OUTBREAKS = "data/foodborne/nors_all_modes_2009_2020.xlsx"
NEEDS = (OUTBREAKS,)
COLUMN = 15  # IFSAC Category


def rows(data: Path) -> Iterable[Row]:
    """Return the categories as the list has them, when they are those of the export.

    Raises:
        ValueError: The list lacks a category of the export, or has one that the export does not have.
    """
    found = {row[COLUMN] for row in sheet(data / OUTBREAKS, "Outbreak Data")} - {""}
    held = standing("ifsac_category")
    labels = [row["label_en"] for row in held]
    refuse_lost("ifsac_category", labels, found)
    refuse_lost("the export of NORS", found, labels)
    return held


LISTS = {"ifsac_category": Rebuilder(NEEDS, rows)}
