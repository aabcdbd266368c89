"""Customs supervision modes: the parameter table of 2018, and modes of an earlier table or of later announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import inserted, refuse_lost, sheet, standing
from standards.rebuild.country import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

DUMP = "data2/reference/cn_customs_sql/base_trade_mode.sql"
NEEDS = (PARAMETERS, DUMP)
INTEGRATED = "2018-08-01"  # when the integrated declaration began: what its tables do not have had ended
# The days of announcements of the General Administration of Customs: 2014 nos. 12, 54 and 57, 2016 no. 75, 2020 no. 75.
BEGAN = {
    "9610": "2014-02-10",
    "1039": "2014-07-01",
    "1210": "2014-08-01",
    "1239": "2016-12-01",
    "9710": "2020-07-01",
    "9810": "2020-07-01",
}
LATER = frozenset({"9710", "9810"})


def rows(data: Path) -> Iterable[Row]:
    """Return the modes in the order of their codes; what only the earlier table has, has ended."""
    names = {code: name for code, name, *_ in sheet(data / PARAMETERS, "监管方式代码表")}
    earlier = inserted(data / DUMP)
    held = {row["code"]: row for row in standing("trade_mode")}
    refuse_lost("trade_mode", held, names.keys() | earlier.keys())
    for code, row in sorted(held.items()):
        row["label_zh"] = names.get(code) or earlier.get(code) or row["label_zh"]
        row["valid_from"] = BEGAN.get(code, "")
        row["valid_to"] = "" if code in names or code in LATER else INTEGRATED
        yield row
