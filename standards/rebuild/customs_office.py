"""Customs offices: the table of 2018, offices of an earlier table that have ended, and full names where it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import inserted, refuse_lost, sheet, standing
from standards.rebuild.trade_mode import INTEGRATED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

OFFICES = "data/customs/cn_gacc_params/报关代码表_关区_口岸_检验检疫机关等.xlsx"
DUMP = "data2/reference/cn_customs_sql/base_customs_info.sql"
NEEDS = (OFFICES, DUMP)
EARLIER = "GACC customs office table, April 2018"
# Offices that Qingdao customs district had for the west of Shandong, and the office of Jinan district of the same name.
SUCCESSORS = {
    "4206": "4310",
    "4207": "4320",
    "4212": "4330",
    "4216": "4350",
    "4226": "4360",
    "4229": "4370",
    "4233": "4302",
    "4234": "4303",
    "4235": "4305",
    "4239": "4311",
    "4244": "4380",
    "4248": "4390",
    "4249": "4312",
    "4255": "4313",
}


def rows(data: Path) -> Iterable[Row]:
    """Return the offices in the order of their codes; the full name stands as the definition."""
    names = {code.zfill(4): name for code, name, *_ in sheet(data / OFFICES, "关区代码表")}
    earlier = inserted(data / DUMP)
    held = {row["code"]: row for row in standing("customs_office")}
    refuse_lost("customs_office", held, names.keys() | earlier.keys())
    for code, row in sorted(held.items()):
        row["label_zh"] = names.get(code) or earlier[code]
        full = earlier.get(code, "")
        row["definition_zh"] = full if full != row["label_zh"] and code.strip("0") else ""
        if code not in names:
            row |= {"valid_to": INTEGRATED, "replaced_by": SUCCESSORS.get(code, ""), "source": EARLIER}
        yield row
