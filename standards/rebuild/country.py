"""Countries: ISO 3166-1, what ISO 3166-3 withdrew, and the regions that customs declare apart.

Chinese names and the English names of ISO's countries in everyday form are chosen by hand.  The customs table of 2018
gives South Africa's code to the rest of Africa as well; that has a code of ours, ZAA.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from standards.rebuild._tables import refuse_lost, sheet, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from standards.rebuild import Row

ISO_1 = "data/reference/countries/iso-codes_iso_3166-1.json"
ISO_3 = "data/reference/countries/iso-codes_iso_3166-3.json"
PARAMETERS = "data/customs/cn_gacc_params/关检融合部分通关参数_2018.xlsx"
NEEDS = (ISO_1, ISO_3, PARAMETERS)
# The day on which the country began: senders use a code before ISO prints it.
BEGAN = {
    "BES": "2010-10-10",
    "CUW": "2010-10-10",
    "MNE": "2006-06-03",
    "SRB": "2006-06-03",
    "SSD": "2011-07-09",
    "SXM": "2010-10-10",
    "TLS": "2002-05-20",
}
SPLIT = frozenset({"HH", "XX"})  # of a withdrawn country's four letters: no one country followed
SAME = "AA"  # the two letters stayed
GOES_ON = frozenset({"ATF"})  # withdrawn for a smaller territory that has the same three letters


def rows(data: Path) -> Iterable[Row]:
    """Return the countries of today, then the withdrawn ones, then what only customs have."""
    today = {each["alpha_3"]: each for each in _read(data / ISO_1, "3166-1")}
    withdrawn = {each["alpha_3"]: each for each in _read(data / ISO_3, "3166-3") if each["alpha_3"] not in GOES_ON}
    declared = {code for code, *_ in sheet(data / PARAMETERS, "国别（地区）代码表")}
    standing_rows = standing("country")
    refuse_lost("country", [row["code"] for row in standing_rows], today.keys() | withdrawn.keys() | declared)
    letters = {each["alpha_2"]: code for code, each in today.items()} | {"CS": "SCG"}
    for row in standing_rows:
        code = row["code"]
        if code in today:
            row |= {"valid_from": BEGAN.get(code, ""), "valid_to": "", "replaced_by": "", "source": "ISO 3166-1"}
            row["same_as"] = f"iso3166:{today[code]['alpha_2']} un49:{today[code]['numeric']}"
        elif code in withdrawn:
            each = withdrawn[code]
            successor = each["alpha_4"][2:].replace(SAME, each["alpha_2"])
            row |= {"valid_to": _after(each["withdrawal_date"]), "source": "ISO 3166-3"}
            row["same_as"] = f"iso3166-3:{each['alpha_4']}"
            row["replaced_by"] = "" if successor in SPLIT else letters[successor]
        yield row


def _read(path: Path, key: str) -> Iterator[dict[str, str]]:
    yield from json.loads(path.read_text("utf-8"))[key]


def _after(withdrawn: str) -> str:
    """Return the first day without the code; where ISO 3166-3 gives only the year, the code holds to the end of it."""
    return withdrawn if "-" in withdrawn else f"{int(withdrawn) + 1}-01-01"
