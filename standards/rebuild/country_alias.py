"""Names and short codes of countries: every Chinese name of the public table of variants, and names taken by hand."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from standards.rebuild._tables import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from standards.rebuild import Row

VARIANTS = "data/reference/countries/zh_country_name_variants/countrynames.csv"
NEEDS = (VARIANTS,)
SOURCE = "Chinese country names of seven regions, turbanisch/chinese-countryname-regex"
AMBIGUOUS = frozenset({"圣马丁", "聖馬丁"})  # both parts of the island have this name
DECIDED = {"圭亞那": "GUY"}  # in some regions French Guiana too, elsewhere 法屬圭亞那
ABSENT = {"", "NA"}


def rows(data: Path) -> Iterable[Row]:
    """Return the names in the order of their codes, labelled as their countries are."""
    labels = {row["code"]: row for row in standing("country")}
    held = {row["code"]: row for row in standing("country_alias")}
    empty = dict.fromkeys(next(iter(held.values())), "")
    for name, country in _variants(data / VARIANTS):
        if name not in held and name not in AMBIGUOUS:
            held[name] = empty | {"code": name, "parent": DECIDED.get(name, country), "source": SOURCE}
    for _, row in sorted(held.items()):
        label = labels[row["parent"]]
        yield row | {"label_zh": label["label_zh"], "label_en": label["label_en"]}


def _variants(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = (text for column, text in row.items() if column not in {"iso3c", "language"})
            yield from ((name.strip(), row["iso3c"]) for name in names if name.strip() not in ABSENT)
