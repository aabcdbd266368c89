"""Incident types of NFIRS: codes and names of the table of 2015; the series, codes of one digit, are added by hand."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from standards.rebuild.reference import Rebuilder, refuse_lost, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

TYPES = "data/fire/codes/nfirs_2015_incident_type_codes_counts.csv"
NEEDS = (TYPES,)
# Names that the table shortens, or to which it adds a note for those who code.
NAMES = {
    "117": "Commercial compactor fire, confined to rubbish",
    "120": "Fire in mobile property used as a fixed structure, other",
    "323": "Motor vehicle/pedestrian accident",
    "331": "Lock-in",
    "440": "Electrical wiring/equipment problem, other",
    "471": "Explosive, bomb removal (no bomb scare)",
    "500": "Service call, other",
    "671": "Hazmat release investigation with no hazmat",
}


def rows(data: Path) -> Iterable[Row]:
    """Return the series and the types, named as the table names them."""
    with (data / TYPES).open(encoding="utf-8", newline="") as stream:
        names = {row["INC_TYPE"]: row["INC_DESCRIPTION"] for row in csv.DictReader(stream)}
    held = {row["code"]: row for row in standing("nfirs_incident_type")}
    refuse_lost("nfirs_incident_type", held, names)
    for code, row in held.items():
        yield row | {"label_en": NAMES.get(code) or names.get(code, row["label_en"])}


LISTS = {"nfirs_incident_type": Rebuilder(NEEDS, rows)}
