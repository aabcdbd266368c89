"""The catalogue of GB/T 21063 as a workbook, the form in which catalogues are handed in: the rows of the csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.corrections.xlsx_sheet import Properties, Sheet, workbook
from pipeline.corrections.xlsx_styles import Style
from standards.exports.resource_catalogue import COLUMNS, catalogue_rows

if TYPE_CHECKING:
    from standards import Standard

FILE = "catalogue.gbt21063.xlsx"
TITLE = "政务信息资源目录"
NARROW, MIDDLE, WIDE = 12.0, 20.0, 40.0
WIDTHS = {"信息资源摘要": WIDE, "关联资源代码": WIDE} | dict.fromkeys(("必填", "数据长度", "是否向社会开放"), NARROW)


def catalogue_workbook_files(standard: Standard) -> dict[str, bytes]:
    """Return the one workbook by its name; the same bytes each time."""
    sheet = Sheet(TITLE, frozen=(1, 2), filtered=0)
    sheet.rows = [[(name, Style.HEADER) for name in COLUMNS]]
    sheet.rows += [[(cell, Style.TEXT) if cell else None for cell in row] for row in catalogue_rows(standard)]
    sheet.widths = [(WIDTHS.get(name, MIDDLE), Style.TEXT) for name in COLUMNS]
    about = {"riskhub standard": standard.version}
    return {FILE: workbook([sheet], Properties(f"{TITLE} ({standard.version})", None, about))}
