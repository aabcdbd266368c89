"""What calamine does not report of old and binary workbooks: errors, number formats, merged and hidden parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.spreadsheet.ooxml import Shows, Style, parse_style
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from connectors.readers import Member

ERROR_TEXTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
MAX_CELLS = 20_000_000  # of a sheet's rectangle: the library allocates memory for each, filled or not


PLAIN_STYLE = Style()


class MergedRange(NamedTuple):
    """A range of merged cells; rows and columns are 0-based, the last ones belong to it."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass
class SheetRecords:
    """What the records of one sheet say beyond its values; places are 0-based (row, column).

    Attributes:
        errors: The text of each error cell.
        styles: Of the cells whose format shows more than the digits.
        merged: Ranges of merged cells.
        hidden_rows: Rows that are hidden.
        hidden_columns: Columns that are hidden.
        last_row: Of the rectangle with all cells.
        last_column: Of the rectangle with all cells.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = field(default_factory=dict)
    merged: list[MergedRange] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0

    def extend(self, row: int, column: int) -> None:
        """Widen the rectangle of the sheet to a cell."""
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)

    def add_style(self, row: int, column: int, style: Style) -> None:
        """Add the style of a number, unless it shows nothing but the digits."""
        self.extend(row, column)
        if style != PLAIN_STYLE:
            self.styles[row, column] = style

    def check_area(self, member: Member, sheet: str) -> SheetRecords:
        """Return these records if the sheet is small enough to be read.

        Raises:
            RejectBatch: READER_LIMIT; the rectangle has more than 20 million cells.
        """
        area = (self.last_row + 1) * (self.last_column + 1)
        if area > MAX_CELLS:
            raise RejectBatch(
                Finding("READER_LIMIT", file=member.name, sheet=sheet, value=f"{area} > {MAX_CELLS} cells")
            )
        return self


class NumberFormats:
    """The number formats of a workbook.

    Attributes:
        codes: The definition of each format, by its number.
        numbers: The number of the format of each cell style.
    """

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.numbers: list[int] = []
        self._styles: dict[int, Style] = {}

    def style(self, number: int) -> Style:
        """Return what the cells of a style show; plain numbers for unknown styles."""
        if number not in self._styles:
            known = number < len(self.numbers)
            style = parse_style(self.numbers[number], self.codes.get(self.numbers[number])) if known else Style()
            self._styles[number] = style if style.shows is Shows.NUMBER else Style(style.shows)
        return self._styles[number]
