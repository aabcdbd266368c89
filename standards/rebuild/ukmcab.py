"""The lists of the British database of conformity assessment bodies (UKMCAB): all entries, by their identifiers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from standards.rebuild.reference import UNDATED, Rebuilder

if TYPE_CHECKING:
    from pathlib import Path

    from standards.rebuild.reference import Row

SOURCE = "UK Market Conformity Assessment Bodies, OPSS"
FOLDER = "data2/acceptance/"
AREAS = FOLDER + "ukmcab_LegislativeAreas.json"
PROCEDURES = FOLDER + "ukmcab_Procedures.json"
PRODUCTS = FOLDER + "ukmcab_Products.json"
STANDARDS = FOLDER + "ukmcab_DesignatedStandards.json"
PROTECTIVE = "87f42cf5-1ada-417f-a699-072ea9bb9ce2"  # the area of the three procedures that name equipment instead
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


class Entry(TypedDict):
    """An entry of a table: its identifier, its name, and what only some tables have."""

    id: str
    name: str
    legislativeAreaId: NotRequired[str]
    referenceNumber: NotRequired[list[str]]


def entries(path: Path) -> list[Entry]:
    """Return the entries of a table in its order."""
    return cast("list[Entry]", json.loads(path.read_text("utf-8-sig")))


def _row(code: str, label_en: str, parent: str = "", label_zh: str = "") -> Row:
    labels = {"code": code, "label_zh": label_zh, "label_en": " ".join(label_en.split())}
    return {**labels, **UNDATED, "parent": parent, "source": SOURCE}


def _by_identifier(path: Path) -> list[Entry]:
    return sorted(entries(path), key=lambda each: each["id"])


def areas(data: Path) -> list[Row]:
    """Return the legislative areas, with our Chinese names."""
    return [_row(each["id"], each["name"], label_zh=CHINESE[each["name"]]) for each in _by_identifier(data / AREAS)]


def procedures(data: Path) -> list[Row]:
    """Return the procedures of conformity assessment, each under its area."""
    found = _by_identifier(data / PROCEDURES)
    return [_row(each["id"], each["name"], each.get("legislativeAreaId", PROTECTIVE)) for each in found]


def products(data: Path) -> list[Row]:
    """Return the products, under their area where they have one."""
    return [
        _row(each["id"], each["name"], each.get("legislativeAreaId", "")) for each in _by_identifier(data / PRODUCTS)
    ]


def designated_standards(data: Path) -> list[Row]:
    """Return the reference numbers of standards in their order; of a number in several entries the first counts."""
    found: dict[str, Row] = {}
    for each in entries(data / STANDARDS):
        for number in each.get("referenceNumber", []):
            code = " ".join(number.split())
            found.setdefault(code, _row(code, each["name"], each.get("legislativeAreaId", "")))
    return [found[code] for code in sorted(found)]


LISTS = {
    "ukmcab_area": Rebuilder((AREAS,), areas),
    "ukmcab_procedure": Rebuilder((PROCEDURES,), procedures),
    "ukmcab_product": Rebuilder((PRODUCTS,), products),
    "ukmcab_standard": Rebuilder((STANDARDS,), designated_standards),
}
