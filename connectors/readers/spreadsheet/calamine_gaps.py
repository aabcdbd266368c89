"""What the library that reads old and binary workbooks does not tell: errors, formats with zeros, hidden parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.readers.spreadsheet.ooxml import Shows, Style, style_of
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from connectors.readers import Member

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
AREA = 20_000_000  # cells of a sheet's rectangle: the library asks for memory for each, filled or not


PLAIN = Style()


@dataclass
class Marks:
    """What was met in one sheet; places are 0-based (row, column)."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = field(default_factory=dict)  # of cells that show more than the number
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, bottom, left, right
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0

    def met(self, row: int, column: int) -> None:
        """Widen the rectangle that the sheet takes."""
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)

    def styled(self, row: int, column: int, style: Style) -> None:
        """Note a number whose format shows more than its digits, such as zeros in front or a unit, or a date."""
        self.met(row, column)
        if style != PLAIN:
            self.styles[row, column] = style

    def bounded(self, member: Member, sheet: str) -> Marks:
        """Return the marks; raise RejectBatch (READER_LIMIT) when the rectangle is too large to be read."""
        area = (self.last_row + 1) * (self.last_column + 1)
        if area > AREA:
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, sheet=sheet, value=f"{area} > {AREA} cells"))
        return self


class Formats:
    """The number formats of a workbook: of each cell style, what it shows."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.numbers: list[int] = []  # of the format, by the number of the style
        self._styles: dict[int, Style] = {}

    def style(self, number: int) -> Style:
        """Return what cells of a style show; unknown ones show plain numbers."""
        if number not in self._styles:
            known = number < len(self.numbers)
            shown = style_of(self.numbers[number], self.codes.get(self.numbers[number])) if known else Style()
            self._styles[number] = shown if shown.shows is Shows.NUMBER else Style(shown.shows)
        return self._styles[number]
