"""Units: names and states of UN/ECE Recommendation 20; which units, and their Chinese labels, are chosen by hand.

Package codes of Recommendation 21 (prefix X) and units that only Chinese customs have (prefix CN) stay as they are.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from standards.rebuild.reference import Rebuilder, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

REC20 = "data/reference/units/unece_units-of-measure.csv"
NEEDS = (REC20,)
SOURCE = "UN/ECE Recommendation 20"
REVISION_17 = "2021-01-01"  # the year of the revision; Recommendation 20 dates no change by the day
DEPRECATED = "D"
SUCCESSORS = {"HAR": "H18"}  # of the same size
# Deprecated without a successor of the same size: the customs go on to declare in it (116 公制马力).
DECLARED = frozenset({"HJ"})


def rows(data: Path) -> Iterable[Row]:
    """Return the chosen units with the names of the recommendation; a deprecated one has ended."""
    with (data / REC20).open(encoding="utf-8-sig", newline="") as stream:
        reference = {row["CommonCode"]: row for row in csv.DictReader(stream)}
    for row in standing("unit"):
        if row["source"] == SOURCE:
            there = reference[row["code"]]
            row["label_en"] = _label(there["Name"])
            row["same_as"] = f"rec20:{row['code']}"
            ended = there["Status"] == DEPRECATED and row["code"] not in DECLARED
            row["valid_to"] = REVISION_17 if ended else ""
            row["replaced_by"] = SUCCESSORS[row["code"]] if ended else ""
        yield row


def _label(name: str) -> str:
    text = " ".join(name.split()).replace(" - ", "-")
    return text[0].upper() + text[1:]


LISTS = {"unit": Rebuilder(NEEDS, rows)}
