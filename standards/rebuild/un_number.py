"""Dangerous goods by their number: the table of US 49 CFR 172.101, which has the numbers of the United Nations.

A number has the name of its first row.  Its parent is the class or division, without the group of compatibility.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from standards.rebuild.reference import Rebuilder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

TABLE = "data2/reference/un_numbers/us_49cfr172.101_hazmat_table_2019.csv"
NEEDS = (TABLE,)
SOURCE = "US 49 CFR 172.101"
DIVISION = re.compile(r"([1-9](?:\.[1-6])?)[A-S]?")
# Of several classes in the table that by sea: aerosols and gas cartridges may be in either division of gases.
CLASSES = {"UN1005": "2.3", "UN3318": "2.3", "UN1950": "2", "UN2037": "2"}


def rows(data: Path) -> Iterable[Row]:
    """Return the numbers in their order; what is forbidden has none."""
    found: dict[str, Row] = {}
    with (data / TABLE).open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.DictReader(stream):
            code = line["unna_code"].strip()
            division = DIVISION.fullmatch(line["class_division"].strip())
            if not code:
                continue
            row = found.setdefault(code, _row(code, line["proper_shipping_name"]))
            row["parent"] = CLASSES.get(code) or row["parent"] or (division[1] if division else "")
    return [found[code] for code in sorted(found)]


def _row(code: str, names: str) -> Row:
    name = " ".join(names.split("|", maxsplit=1)[0].split())
    return {
        "code": code,
        "label_zh": "",
        "label_en": name.partition(", see ")[0],
        "parent": "",
        "valid_from": "",
        "valid_to": "",
        "replaced_by": "",
        "source": SOURCE,
    }


LISTS = {"un_number": Rebuilder(NEEDS, rows)}
