"""Rebuilds the code lists of the standard from public reference files: `python -m standards.rebuild LIST --data DIR`.

A module holds the lists of one publisher or one subject: its `LISTS` says of each list which files it is made from, and
how.  What a module decides by itself (a successor, an English name) stands in the module, with its reason.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from standards.rebuild import (
    analyte,
    cap,
    cbv,
    country,
    currency,
    customs_tables,
    hs,
    ifsac_category,
    neiss,
    nfirs_incident_type,
    rasff,
    region,
    ukmcab,
    un_number,
    unit,
)

if TYPE_CHECKING:
    from pathlib import Path

    from standards.rebuild.reference import Rebuilder

MODULES = (
    *(analyte, cap, cbv, country, currency, customs_tables, hs, ifsac_category, neiss, nfirs_incident_type),
    *(rasff, region, ukmcab, un_number, unit),
)
LISTS: dict[str, Rebuilder] = {name: each for module in MODULES for name, each in module.LISTS.items()}


def rebuildable() -> list[str]:
    """Return the names of the lists that can be rebuilt, in alphabetical order."""
    return sorted(LISTS)


def missing(name: str, data: Path) -> list[str]:
    """Return which of the files that a list needs are not below `data`."""
    return [need for need in LISTS[name].needs if not (data / need).exists()]


def rebuilt(name: str, data: Path) -> str:
    """Return the whole text of a list's CSV file, made anew from the files below `data`.

    The columns are those of the first row.
    """
    made = list(LISTS[name].rows(data))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(made[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue()
