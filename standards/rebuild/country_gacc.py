"""Customs codes of countries before 2018, beside the codes that replaced them in the parameter table of 2018."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from standards.rebuild._tables import refuse_lost, sheet, standing
from standards.rebuild.country import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (PARAMETERS,)
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


def rows(data: Path) -> Iterable[Row]:
    """Return the old codes with the countries that they lead to, labelled as these are."""
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
