"""Countries, their other names, and the codes that customs had for them before 2018.

Countries are those of ISO 3166-1, what ISO 3166-3 withdrew, and the regions that customs declare apart.
Chinese names and the English names of ISO's countries in everyday form are chosen by hand.  The customs table of 2018
gives South Africa's code to the rest of Africa as well; that has a code of ours, ZAA.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from typing import TYPE_CHECKING

from standards.rebuild.customs_tables import PARAMETERS
from standards.rebuild.reference import Rebuilder, refuse_lost, sheet, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from standards.rebuild.reference import Row

ISO_1 = "data/reference/countries/iso-codes_iso_3166-1.json"
ISO_3 = "data/reference/countries/iso-codes_iso_3166-3.json"
VARIANTS = "data/reference/countries/zh_country_name_variants/countrynames.csv"
VARIANTS_SOURCE = "Chinese country names of seven regions, turbanisch/chinese-countryname-regex"
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
AMBIGUOUS = frozenset({"圣马丁", "聖馬丁"})  # both parts of the island have this name
DECIDED = {"圭亞那": "GUY"}  # in some regions French Guiana too, elsewhere 法屬圭亞那
ABSENT = {"", "NA"}
# The table gives one old code to several countries: what the old code meant.
SHARED = {
    "299": "ZAA",
    "326": "NOR",
    "399": "ZEU",
    "449": "ZSA",  # Netherlands Antilles until 2010, then two of what followed
    "499": "ZSA",
    "699": "ZOC",
    "701": "ZZZ",
}


def countries(data: Path) -> Iterable[Row]:
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


def aliases(data: Path) -> Iterable[Row]:
    """Yield the names of the public table of variants and those taken by hand, labelled as their countries are."""
    labels = {row["code"]: row for row in standing("country")}
    held = {row["code"]: row for row in standing("country_alias")}
    empty = dict.fromkeys(next(iter(held.values())), "")
    for name, country in _variants(data / VARIANTS):
        if name not in held and name not in AMBIGUOUS:
            held[name] = empty | {"code": name, "parent": DECIDED.get(name, country), "source": VARIANTS_SOURCE}
    for _, row in sorted(held.items()):
        label = labels[row["parent"]]
        yield row | {"label_zh": label["label_zh"], "label_en": label["label_en"]}


def _variants(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = (text for column, text in row.items() if column not in {"iso3c", "language"})
            yield from ((name.strip(), row["iso3c"]) for name in names if name.strip() not in ABSENT)


def codes_before_2018(data: Path) -> Iterable[Row]:
    """Yield the old codes of customs with the countries that they lead to, labelled as these are."""
    led: dict[str, set[str]] = defaultdict(set)
    for code, _, _, old, *_ in sheet(data / PARAMETERS, "国别（地区）代码表"):
        if old:
            led[old].add(code)
    labels = {row["code"]: row for row in standing("country")}
    standing_rows = standing("country_gacc")
    refuse_lost("country_gacc", [row["code"] for row in standing_rows], led)
    for row in standing_rows:
        if not row["valid_to"]:
            row["parent"] = SHARED.get(row["code"]) or min(led.get(row["code"], {row["parent"]}))
        label = labels[row["parent"]]
        yield row | {"label_zh": label["label_zh"], "label_en": label["label_en"]}


LISTS = {
    "country": Rebuilder((ISO_1, ISO_3, PARAMETERS), countries),
    "country_alias": Rebuilder((VARIANTS,), aliases),
    "country_gacc": Rebuilder((PARAMETERS,), codes_before_2018),
}
