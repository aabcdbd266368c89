"""One worksheet as XML: cells, widths, what stays in sight, drop-downs, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from pipeline.corrections.xlsx_package import HEAD, MAIN, OFFICE
from pipeline.corrections.xlsx_styles import Style

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

MOST = 32_000  # letters of a cell; a spreadsheet calls a workbook with a longer one broken

Cell = tuple[str | int, Style]


@dataclass
class Sheet:
    """What a sheet shows; rows and columns count from 1 in the workbook and from 0 here."""

    name: str
    visible: bool = True
    rows: list[list[Cell | None]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: list[tuple[float, Style]] = field(default_factory=list)  # by column; the style is that of its empty cells
    frozen: tuple[int, int] = (0, 0)  # rows and columns that stay in sight
    filtered: int | None = None  # the row of the header with buttons to filter by
    merged: list[str] = field(default_factory=list)
    choices: dict[int, str] = field(default_factory=dict)  # by column: the range that lists what may be chosen
    notes: dict[tuple[int, int], str] = field(default_factory=dict)  # by row and column
    lines: bool = True  # the grid of an ordinary sheet
    tab: str = "1F3A5F"

    def xml(self) -> str:
        """Return the part of the package."""
        parts = [f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">']
        parts.append(f'<sheetPr><tabColor rgb="FF{self.tab}"/><pageSetUpPr fitToPage="1"/></sheetPr>')
        parts += [self._view(), '<sheetFormatPr defaultRowHeight="16"/>']
        columns = (
            f'<col min="{at}" max="{at}" width="{width:.1f}" style="{int(style)}" customWidth="1"/>'
            for at, (width, style) in enumerate(self.widths, 1)
        )
        parts.append(f"<cols>{''.join(columns)}</cols><sheetData>" if self.widths else "<sheetData>")
        parts += [self._row(at, cells) for at, cells in enumerate(self.rows)]
        parts.append("</sheetData>")
        if self.filtered is not None:
            last = reference(len(self.rows) - 1, len(self.rows[self.filtered]) - 1)
            parts.append(f'<autoFilter ref="{reference(self.filtered, 0)}:{last}"/>')
        if self.merged:
            cells = "".join(f'<mergeCell ref="{each}"/>' for each in self.merged)
            parts.append(f'<mergeCells count="{len(self.merged)}">{cells}</mergeCells>')
        parts.append(self._validations())
        parts.append('<pageSetup orientation="landscape" paperSize="9" fitToHeight="0"/>')
        parts.append('<legacyDrawing r:id="rId1"/>' if self.notes else "")
        return "".join([*parts, "</worksheet>"])

    def _view(self) -> str:
        rows, columns = self.frozen
        grid = "" if self.lines else ' showGridLines="0"'
        if not rows and not columns:
            return f'<sheetViews><sheetView workbookViewId="0"{grid}/></sheetViews>'
        pane = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
        split = (f' xSplit="{columns}"' if columns else "") + (f' ySplit="{rows}"' if rows else "")
        return (
            f'<sheetViews><sheetView workbookViewId="0"{grid}><pane{split} topLeftCell="{reference(rows, columns)}"'
            f' activePane="{pane}" state="frozen"/></sheetView></sheetViews>'
        )

    def _row(self, at: int, cells: list[Cell | None]) -> str:
        height = f' ht="{self.heights[at]:.0f}" customHeight="1"' if at in self.heights else ""
        made = [_cell(f"{letters(column)}{at + 1}", *cell) for column, cell in enumerate(cells) if cell is not None]
        return f'<row r="{at + 1}"{height}>{"".join(made)}</row>'

    def _validations(self) -> str:
        if not self.choices or self.filtered is None:
            return ""
        first, last = self.filtered + 1, max(len(self.rows) - 1, self.filtered + 1)
        made = (
            '<dataValidation type="list" errorStyle="warning" allowBlank="1" showInputMessage="1" showErrorMessage="1"'
            f' sqref="{reference(first, column)}:{reference(last, column)}"><formula1>{escape(among)}</formula1>'
            "</dataValidation>"
            for column, among in self.choices.items()
        )
        return f'<dataValidations count="{len(self.choices)}">{"".join(made)}</dataValidations>'


def _cell(place: str, value: str | int, style: Style) -> str:
    if isinstance(value, int):
        return f'<c r="{place}" s="{int(style)}"><v>{value}</v></c>'
    if not value:
        return f'<c r="{place}" s="{int(style)}"/>'
    shown = text(value if len(value) <= MOST else f"{value[:MOST]}…")
    return f'<c r="{place}" s="{int(style)}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def text(value: str) -> str:
    """Return a text as XML that a spreadsheet reads back unchanged; what XML cannot hold becomes a mark."""
    plain = NOT_XML.sub("\ufffd", LIKE_ESCAPE.sub("_x005F_", value)) if not value.isalnum() else value
    return escape(plain).replace("\r", "_x000D_")


def letters(column: int) -> str:
    """Return the letters of a 0-based column."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def reference(row: int, column: int) -> str:
    """Return the reference of a cell, such as `B3`, from 0-based row and column."""
    return f"{letters(column)}{row + 1}"


def note_parts(notes: dict[tuple[int, int], str]) -> tuple[str, str]:
    """Return the notes of a sheet, and the drawing that gives each its box."""
    made = "".join(
        f'<comment ref="{reference(*place)}" authorId="0"><text><r><rPr><sz val="9"/><color rgb="FF1B2430"/>'
        f'<rFont val="Microsoft YaHei"/></rPr><t xml:space="preserve">{text(told[:MOST])}</t></r></text></comment>'
        for place, told in notes.items()
    )
    boxes = "".join(_box(number, *place) for number, place in enumerate(notes))
    comments = (
        f'{HEAD}<comments xmlns="{MAIN}"><authors><author>riskhub</author></authors>'
        f"<commentList>{made}</commentList></comments>"
    )
    drawing = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
        '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
        ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        f'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>{boxes}</xml>'
    )
    return comments, drawing


def _box(number: int, row: int, column: int) -> str:
    corner = f"{column + 1}, 12, {row}, 4, {column + 5}, 20, {row + 7}, 4"
    return (
        f'<v:shape id="_x0000_s{1025 + number}" type="#_x0000_t202" style="position:absolute;visibility:hidden"'
        ' fillcolor="#fff8e1" strokecolor="#d8b365" o:insetmode="auto"><v:fill color2="#fff8e1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox/>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{corner}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
