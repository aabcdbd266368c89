"""What cells look like: the style of each kind of cell, as XlsxWriter takes it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format


class Style(IntEnum):
    """The looks of an answer; those of cells that are to be corrected are all text, so that 007 stays 007."""

    PLAIN = 0
    TEXT = 1
    BAD = 2
    QUOTED = 3  # as TEXT, for what begins like a formula
    QUOTED_BAD = 4
    MASKED = 5
    HEADER = 6
    BAD_HEADER = 7
    OWN_HEADER = 8
    OWN = 9
    NOTE = 10
    TITLE = 11
    SOFT = 12
    LABEL = 13
    COUNT = 14
    WRAP = 15
    CAUSE_HEADER = 16
    ERROR = 17
    WARNING = 18
    REPAIR = 19
    STEP = 20
    DAY = 21
    MOMENT = 22
    WHOLE = 23
    NUMBER = 24
    MUST = 25  # the header of a column that must be filled
    PATH = 26
    EXAMPLE = 27
    WANTED = 28  # the header of a column of which a rule wants one or all


FONT = "Microsoft YaHei"
DEFAULT = {"font_name": FONT, "font_size": 10, "font_color": "#1B2430", "valign": "top", "font_scheme": "none"}
TEXT = {"num_format": "@"}
LINES = {"border": 1, "border_color": "#DFE4EA"}
QUOTED, WRAP, CENTRE = {"quote_prefix": True}, {"text_wrap": True}, {"align": "center", "valign": "vcenter"}
BOLD, WHITE, RED = {"bold": True}, {"bold": True, "font_color": "#FFFFFF"}, {"bold": True, "font_color": "#9C1C13"}
SMALL, PALE = {"font_size": 9, "font_color": "#8A94A3"}, {"italic": True, "font_color": "#8A94A3"}
NAVY, CRIMSON, ROSE = {"bg_color": "#1F3A5F"}, {"bg_color": "#B3261E"}, {"bg_color": "#FFD9D4"}
AMBER = {"bg_color": "#B26A00"}
GREY, CREAM, GOLD, SKY = ({"bg_color": f"#{colour}"} for colour in ("EEF1F5", "FFF8E1", "FFE9B8", "DCE8F7"))

_FORMATS: dict[Style, dict[str, Any]] = {
    Style.PLAIN: {},
    Style.TEXT: TEXT | LINES,
    Style.BAD: TEXT | LINES | RED | ROSE,
    Style.QUOTED: TEXT | LINES | QUOTED,
    Style.QUOTED_BAD: TEXT | LINES | QUOTED | RED | ROSE,
    Style.MASKED: TEXT | LINES | PALE | GREY,
    Style.HEADER: TEXT | LINES | WRAP | CENTRE | WHITE | NAVY,
    Style.BAD_HEADER: TEXT | LINES | WRAP | CENTRE | WHITE | CRIMSON,
    Style.OWN_HEADER: TEXT | LINES | WRAP | CENTRE | BOLD | GREY,
    Style.OWN: TEXT | LINES | SMALL | GREY,
    Style.NOTE: TEXT | LINES | WRAP | CREAM,
    Style.TITLE: BOLD | {"font_size": 16},
    Style.SOFT: WRAP | PALE,
    Style.LABEL: SMALL,
    Style.COUNT: LINES | BOLD | {"num_format": "#,##0", "align": "right", "valign": "vcenter"},
    Style.WRAP: TEXT | LINES | WRAP,
    Style.CAUSE_HEADER: LINES | WRAP | WHITE | NAVY,
    Style.ERROR: LINES | CENTRE | RED | ROSE,
    Style.WARNING: LINES | CENTRE | BOLD | GOLD | {"font_color": "#7A4F01"},
    Style.REPAIR: LINES | CENTRE | BOLD | SKY | {"font_color": "#1D4E89"},
    Style.STEP: TEXT | WRAP,
    Style.DAY: {"num_format": "yyyy-mm-dd"},
    Style.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    Style.WHOLE: {"num_format": "0"},
    Style.NUMBER: {"num_format": "General"},
    Style.MUST: TEXT | LINES | WRAP | CENTRE | WHITE | CRIMSON,
    Style.WANTED: TEXT | LINES | WRAP | CENTRE | WHITE | AMBER,
    Style.PATH: TEXT | LINES | CENTRE | SMALL | GREY,
    Style.EXAMPLE: TEXT | LINES | PALE | GREY,
}


def formats(book: Workbook) -> dict[Style, Format]:
    """Return each style as a format of `book`, to which they are added."""
    return {style: book.add_format(DEFAULT | form) for style, form in _FORMATS.items()}
