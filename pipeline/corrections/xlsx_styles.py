"""What cells look like.  A style's value is its place in the list that the workbook keeps."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from pipeline.corrections.xlsx_package import HEAD, MAIN


class Style(IntEnum):
    """The looks of an answer; those of cells that are to be corrected are all text, so that 007 stays 007."""

    PLAIN = 0
    TEXT = 1
    BAD = 2
    QUOTED = 3  # as TEXT, for what begins like a formula
    QUOTED_BAD = 4
    HIDDEN = 5
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


class _Look(NamedTuple):
    font: int = 0
    fill: int = 0
    border: int = 0
    text: bool = False
    quoted: bool = False
    wrap: bool = False
    number: int = 0
    across: str = ""


FONT = '<name val="Microsoft YaHei"/><family val="2"/>'
FONTS = (  # size, colour, bold, italic
    (10, "1B2430", False, False),
    (10, "FFFFFF", True, False),
    (10, "9C1C13", True, False),
    (9, "8A94A3", False, False),
    (16, "1B2430", True, False),
    (10, "1B2430", True, False),
    (10, "8A94A3", False, True),
    (10, "7A4F01", True, False),
    (10, "1D4E89", True, False),
)
INK, WHITE, RED, SMALL, LARGE, BOLD, PALE, AMBER, BLUE = range(len(FONTS))
FILLS = ("1F3A5F", "FFD9D4", "B3261E", "EEF1F5", "FFF8E1", "FFE9B8", "DCE8F7")  # after the two that are given
NAVY, ROSE, CRIMSON, GREY, CREAM, GOLD, SKY = range(2, 2 + len(FILLS))
LINES = 1

LOOKS = {
    Style.PLAIN: _Look(),
    Style.TEXT: _Look(border=LINES, text=True),
    Style.BAD: _Look(RED, ROSE, LINES, text=True),
    Style.QUOTED: _Look(border=LINES, text=True, quoted=True),
    Style.QUOTED_BAD: _Look(RED, ROSE, LINES, text=True, quoted=True),
    Style.HIDDEN: _Look(PALE, GREY, LINES, text=True),
    Style.HEADER: _Look(WHITE, NAVY, LINES, text=True, wrap=True, across="center"),
    Style.BAD_HEADER: _Look(WHITE, CRIMSON, LINES, text=True, wrap=True, across="center"),
    Style.OWN_HEADER: _Look(BOLD, GREY, LINES, text=True, wrap=True, across="center"),
    Style.OWN: _Look(SMALL, GREY, LINES, text=True),
    Style.NOTE: _Look(INK, CREAM, LINES, text=True, wrap=True),
    Style.TITLE: _Look(LARGE),
    Style.SOFT: _Look(PALE, wrap=True),
    Style.LABEL: _Look(SMALL),
    Style.COUNT: _Look(BOLD, border=LINES, number=3, across="right"),
    Style.WRAP: _Look(border=LINES, text=True, wrap=True),
    Style.CAUSE_HEADER: _Look(WHITE, NAVY, LINES, wrap=True),
    Style.ERROR: _Look(RED, ROSE, LINES, across="center"),
    Style.WARNING: _Look(AMBER, GOLD, LINES, across="center"),
    Style.REPAIR: _Look(BLUE, SKY, LINES, across="center"),
    Style.STEP: _Look(wrap=True, text=True),
}


def styles() -> str:
    """Return the part of the package that says what each style is."""
    fonts = "".join(
        f"<font>{'<b/>' if bold else ''}{'<i/>' if slanted else ''}"
        f'<sz val="{size}"/><color rgb="FF{colour}"/>{FONT}</font>'
        for size, colour, bold, slanted in FONTS
    )
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>' for colour in FILLS
    )
    side = "".join(
        f'<{edge} style="thin"><color rgb="FFDFE4EA"/></{edge}>' for edge in ("left", "right", "top", "bottom")
    )
    cells = "".join(_cell(LOOKS[style]) for style in Style)
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="{len(FONTS)}">{fonts}</fonts>'
        f'<fills count="{2 + len(FILLS)}"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill>{fills}</fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{side}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(LOOKS)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _cell(look: _Look) -> str:
    number = 49 if look.text else look.number  # 49 is text, 3 is #,##0
    across = f' horizontal="{look.across}"' if look.across else ""
    wrap = ' wrapText="1"' if look.wrap else ""
    quoted = ' quotePrefix="1"' if look.quoted else ""
    return (
        f'<xf numFmtId="{number}" fontId="{look.font}" fillId="{look.fill}" borderId="{look.border}" xfId="0"{quoted}'
        ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment vertical="{"center" if look.across else "top"}"{across}{wrap}/></xf>'
    )
