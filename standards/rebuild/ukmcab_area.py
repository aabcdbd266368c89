"""Legislative areas of conformity assessment in the UK: all of the database, with our Chinese names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._ukmcab import AREAS, entries, row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (AREAS,)
CHINESE = {
    "Electromagnetic compatibility": "电磁兼容",
    "Machinery": "机械",
    "Radio equipment": "无线电设备",
    "Equipment and protective systems for use in potentially explosive atmospheres": "潜在爆炸性环境用设备和防护系统",
    "Lifts": "电梯",
    "Pressure equipment": "承压设备",
    "Simple pressure vessels": "简单压力容器",
    "Gas appliances and related": "燃气器具及相关产品",
    "Noise emissions in the environment by equipment for use outdoors": "户外设备环境噪声排放",
    "Ecodesign": "生态设计",
    "Recreational craft": "游艇",
    "Cableway installation": "索道装置",
    "Explosives": "爆炸物",
    "Pyrotechnics": "烟火制品",
    "Toys": "玩具",
    "Non-automatic weighing instruments": "非自动衡器",
    "Measuring instruments": "计量器具",
    "Construction products": "建筑产品",
    "Marine equipment": "船用设备",
    "Medical devices": "医疗器械",
    "Personal protective equipment": "个人防护装备",
    "Railway interoperability": "铁路互联互通",
    "Transportable pressure equipment": "移动式承压设备",
}


def rows(data: Path) -> Iterable[Row]:
    """Return the areas in the order of their identifiers."""
    found = sorted(entries(data / AREAS), key=lambda each: each["id"])
    return [row(each["id"], each["name"], label_zh=CHINESE[each["name"]]) for each in found]
