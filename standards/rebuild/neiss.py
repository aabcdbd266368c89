"""The lists of NEISS: the codes of its format tables, and the end of codes that only those still have."""

from __future__ import annotations

import csv
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from standards.rebuild.reference import Rebuilder, refuse_lost, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from standards.rebuild.reference import Row

FORMATS = "data/injury/codes/neiss_fmt.txt"
# No manual says when a code was taken back; that of January 2016 is the first at hand that does not have these.
GONE_BY = "2016-01-01"


class Period(NamedTuple):
    """When a code was in force: cells of the list, "" for what has no limit or no successor."""

    valid_from: str = ""  # the first day, YYYY-MM-DD
    valid_to: str = ""  # the first day without it
    replaced_by: str = ""


ALWAYS = Period()
BODY_PARTS = {  # the format table marks these as old
    "78": Period(valid_to=GONE_BY, replaced_by="31"),
    "86": Period(valid_to=GONE_BY),
    "90": Period(valid_to=GONE_BY, replaced_by="33"),
    "91": Period(valid_to=GONE_BY, replaced_by="36"),
}
DIAGNOSES = {"70": Period(valid_to=GONE_BY, replaced_by="71")}  # since 2016 both "other" and "not stated" are 71
# Scooters were divided anew in 2020; e-bikes have a code of their own since 2024, beside 5040 for bicycles of any kind.
PRODUCTS = {
    "1329": Period(valid_to="2020-01-01", replaced_by="5023"),
    "5042": Period(valid_to="2020-01-01", replaced_by="5022"),
    "5022": Period(valid_from="2020-01-01"),
    "5023": Period(valid_from="2020-01-01"),
    "5024": Period(valid_from="2020-01-01"),
    "5025": Period(valid_from="2020-01-01"),
    "5045": Period(valid_from="2024-01-01"),
    "5046": Period(valid_from="2024-01-01"),
}
# of each list the format table, and the periods of those codes that have any; Chinese labels and parents are ours
TABLES: dict[str, tuple[str, Mapping[str, Period]]] = {
    "body_part": ("BDYPT", BODY_PARTS),
    "fire_involvement": ("FIRE", {}),
    "injury_diagnosis": ("DIAG", DIAGNOSES),
    "injury_disposition": ("DISP", {}),
    "injury_place": ("LOC", {}),
    "injury_product": ("PROD", PRODUCTS),
}


def dated(name: str, table: str, periods: Mapping[str, Period], data: Path) -> Iterator[Row]:
    """Yield the rows of a list whose codes are those of a format table.

    Args:
        name: The list.
        table: The name of the format table.
        periods: Those of the codes that have any; it may have codes that the table does not have.
        data: The folder of public files.

    Raises:
        ValueError: The list lacks a code of the table, or has one that is neither in the table nor in `periods`.
    """
    with (data / FORMATS).open(encoding="ascii", newline="") as stream:
        codes = {row[1] for row in csv.reader(stream, delimiter="\t") if row[0] == table}
    rows = standing(name)
    held = [row["code"] for row in rows]
    refuse_lost(name, held, codes | periods.keys())
    refuse_lost(table, codes | periods.keys(), held)
    for row in rows:
        row["valid_from"], row["valid_to"], row["replaced_by"] = periods.get(row["code"], ALWAYS)
        yield row


LISTS = {name: Rebuilder((FORMATS,), partial(dated, name, table, periods)) for name, (table, periods) in TABLES.items()}
