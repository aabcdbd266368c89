"""The categories of RASFF: all in the notifications of 2020 to 2024; what each leads to is chosen by hand."""

from __future__ import annotations

import csv
from functools import partial
from typing import TYPE_CHECKING

from standards.rebuild.reference import Rebuilder, refuse_lost, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

NOTIFICATIONS = "data/inspection/rasff_2020_to_30OCT2024.csv"
COLUMNS = {"rasff_hazard_category": "Hazard Category", "rasff_product_category": "Product Category"}
NONE_GIVEN = {"", "n/a"}


def found(name: str, column: str, data: Path) -> Iterable[Row]:
    """Return the rows of a list whose codes are the categories in a column, small and capital letters alike.

    Raises:
        ValueError: The list lacks a category, or has one that no notification has.
    """
    with (data / NOTIFICATIONS).open(encoding="utf-8-sig", newline="") as stream:
        cells = [row[column] for row in csv.DictReader(stream)]
    categories = {each.strip().lower() for cell in cells for each in cell.split(";")} - NONE_GIVEN
    held = standing(name)
    codes = {row["code"].lower() for row in held}
    refuse_lost(name, codes, categories)
    refuse_lost("the notifications", categories, codes)
    return held


LISTS = {name: Rebuilder((NOTIFICATIONS,), partial(found, name, column)) for name, column in COLUMNS.items()}
