"""The code tables of Chinese customs: parameters of 2018, and what earlier tables and later announcements have.

English labels are our own where the tables have Chinese names only.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from standards.rebuild.reference import (
    UNDATED,
    Rebuilder,
    document_rows,
    inserted,
    named_by,
    refuse_lost,
    sheet,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

FOLDER = "data/customs/cn_gacc_params"
PARAMETERS = f"{FOLDER}/关检融合部分通关参数_2018.xlsx"
OTHER_PARAMETERS = f"{FOLDER}/其他通关参数_国内地区_行政区划_国内口岸_检验检疫机关.xlsx"
OFFICES = f"{FOLDER}/报关代码表_关区_口岸_检验检疫机关等.xlsx"
LICENCES = f"{FOLDER}/监管证件报关代码表.docx"
DUMPS = "data2/reference/cn_customs_sql"
OFFICES_BEFORE, MODES_BEFORE, LEVY_MODES = (
    f"{DUMPS}/base_{table}.sql" for table in ("customs_info", "trade_mode", "tax_exemption_method")
)
SOURCE = "GACC declaration code tables"
EARLIER = "GACC customs office table, April 2018"
INTEGRATED = "2018-08-01"  # when the integrated declaration began: what its tables do not have had ended
# Offices that Qingdao customs district had for the west of Shandong, and the office of Jinan district of the same name.
OFFICE_SUCCESSORS = {
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
# The days of announcements of the General Administration of Customs: 2014 nos. 12, 54 and 57, 2016 no. 75, 2020 no. 75.
MODES_BEGAN = {
    "9610": "2014-02-10",
    "1039": "2014-07-01",
    "1210": "2014-08-01",
    "1239": "2016-12-01",
    "9710": "2020-07-01",
    "9810": "2020-07-01",
}
MODES_LATER = frozenset({"9710", "9810"})


def _names(data: Path, path: str, title: str) -> dict[str, str]:
    """Return the Chinese name of each code of a sheet."""
    return {code: name for code, name, *_ in sheet(data / path, title)}


def named_by_sheet(name: str, path: str, title: str, data: Path) -> Iterable[Row]:
    """Return the rows of a list with the Chinese names of a sheet, which has all of its codes in force."""
    return named_by(name, _names(data, path, title))


def in_order_of_sheet(name: str, title: str, *, whole: bool, data: Path) -> Iterable[Row]:
    """Yield the rows of a list with the Chinese names of a sheet of the parameters, in its order.

    Args:
        name: The list.
        title: The sheet.
        whole: Whether the list may have no code that the sheet lacks.
        data: The folder of public files.
    """
    held = {row["code"]: row for row in standing(name)}
    names = _names(data, PARAMETERS, title)
    refuse_lost(name, held, names)
    if whole:
        refuse_lost("the table", names, held)
    for code, label in names.items():
        yield held[code] | {"label_zh": label}


def levy_modes(data: Path) -> Iterable[Row]:
    """Return the modes of levy with the names of a dump from before 2018."""
    return named_by("levy_mode", inserted(data / LEVY_MODES))


def licences(data: Path) -> Iterable[Row]:
    """Return the kinds of licences with the names of a document."""
    return named_by("licence_kind", dict(document_rows(data / LICENCES)))


def ports(data: Path) -> Iterable[Row]:
    """Yield the ports of the world, each code once, in their order."""
    found = {code: (zh, en) for code, zh, en, *_ in reversed(list(sheet(data / PARAMETERS, "港口代码")))}
    for code, (zh, en) in sorted(found.items()):
        labels = {"label_zh": " ".join(zh.split()), "label_en": " ".join(en.split())}
        yield {"code": code, **labels, **UNDATED, "source": SOURCE}


def entry_ports(data: Path) -> Iterable[Row]:
    """Yield the ports of China, each code once, in their order; they have Chinese names only."""
    found = {code: zh for code, zh, *_ in reversed(list(sheet(data / OTHER_PARAMETERS, "国内口岸代码"))) if code}
    for code, zh in sorted(found.items()):
        yield {"code": code, "label_zh": " ".join(zh.split()), "label_en": "", **UNDATED, "source": SOURCE}


def offices(data: Path) -> Iterable[Row]:
    """Yield the offices in the order of their codes, with those that have ended; the full name is the definition."""
    names = {code.zfill(4): name for code, name in _names(data, OFFICES, "关区代码表").items()}
    earlier = inserted(data / OFFICES_BEFORE)
    held = {row["code"]: row for row in standing("customs_office")}
    refuse_lost("customs_office", held, names.keys() | earlier.keys())
    for code, row in sorted(held.items()):
        row["label_zh"] = names.get(code) or earlier[code]
        full = earlier.get(code, "")
        row["definition_zh"] = full if full != row["label_zh"] and code.strip("0") else ""
        if code not in names:
            row |= {"valid_to": INTEGRATED, "replaced_by": OFFICE_SUCCESSORS.get(code, ""), "source": EARLIER}
        yield row


def trade_modes(data: Path) -> Iterable[Row]:
    """Yield the supervision modes in the order of their codes; what only the earlier table has, has ended."""
    names = _names(data, PARAMETERS, "监管方式代码表")
    earlier = inserted(data / MODES_BEFORE)
    held = {row["code"]: row for row in standing("trade_mode")}
    refuse_lost("trade_mode", held, names.keys() | earlier.keys())
    for code, row in sorted(held.items()):
        row["label_zh"] = names.get(code) or earlier.get(code) or row["label_zh"]
        row["valid_from"] = MODES_BEGAN.get(code, "")
        row["valid_to"] = "" if code in names or code in MODES_LATER else INTEGRATED
        yield row


LISTS = {
    "container_size": Rebuilder(
        (PARAMETERS,), partial(named_by_sheet, "container_size", PARAMETERS, "集装箱规格代码表")
    ),
    "customs_office": Rebuilder((OFFICES, OFFICES_BEFORE), offices),
    "entry_port": Rebuilder((OTHER_PARAMETERS,), entry_ports),
    "levy_mode": Rebuilder((LEVY_MODES,), levy_modes),
    "licence_kind": Rebuilder((LICENCES,), licences),
    "package_kind": Rebuilder((PARAMETERS,), partial(named_by_sheet, "package_kind", PARAMETERS, "包装种类代码表")),
    "port": Rebuilder((PARAMETERS,), ports),
    "trade_mode": Rebuilder((PARAMETERS, MODES_BEFORE), trade_modes),
    "trade_terms": Rebuilder((OFFICES,), partial(named_by_sheet, "trade_terms", OFFICES, "成交方式代码表")),
    "transport_mode": Rebuilder(
        (PARAMETERS,), lambda data: in_order_of_sheet("transport_mode", "运输方式代码表", whole=True, data=data)
    ),
    "unit_gacc": Rebuilder(
        (PARAMETERS,), lambda data: in_order_of_sheet("unit_gacc", "计量单位代码表", whole=False, data=data)
    ),
}
