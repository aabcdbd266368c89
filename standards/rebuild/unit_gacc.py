"""Customs unit codes: all rows of the parameter table of 2018; the units that they stand for are chosen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import refuse_lost, sheet, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

PARAMETERS = "data/customs/cn_gacc_params/关检融合部分通关参数_2018.xlsx"
NEEDS = (PARAMETERS,)


def rows(data: Path) -> Iterable[Row]:
    """Return the rows with the Chinese names of the table, in its order."""
    names = {code: name for code, name, *_ in sheet(data / PARAMETERS, "计量单位代码表")}
    held = {row["code"]: row for row in standing("unit_gacc")}
    refuse_lost("unit_gacc", held, names)
    for code, name in names.items():
        yield held[code] | {"label_zh": name}
