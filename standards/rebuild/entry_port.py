"""Ports of China: all rows of the customs parameter table of 2018, whose names are in Chinese only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

PARAMETERS = "data/customs/cn_gacc_params/其他通关参数_国内地区_行政区划_国内口岸_检验检疫机关.xlsx"
NEEDS = (PARAMETERS,)
SOURCE = "GACC declaration code tables"
EMPTY = dict.fromkeys(("parent", "valid_from", "valid_to", "replaced_by"), "")


def rows(data: Path) -> Iterable[Row]:
    """Return the ports, each code once."""
    ports = {code: zh for code, zh, *_ in reversed(list(sheet(data / PARAMETERS, "国内口岸代码"))) if code}
    for code, zh in sorted(ports.items()):
        yield {"code": code, "label_zh": " ".join(zh.split()), "label_en": "", **EMPTY, "source": SOURCE}
