"""The correction file as a workbook: the rejected rows as sent, the bad cells marked, and a sheet that says why."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range_abs

from hub.formula_guard import begins_like_formula
from mappings.engine import MASK
from pipeline.corrections import references
from pipeline.corrections.dropdowns import choices
from pipeline.corrections.summary_sheet import summary_sheet
from pipeline.corrections.xlsx_limits import LONGEST, header_in_cell, in_one_cell, sheet_name
from pipeline.corrections.xlsx_sheet import Cell, Properties, Sheet, workbook
from pipeline.corrections.xlsx_styles import Style

if TYPE_CHECKING:
    from connectors import Format
    from mappings.engine import Source
    from pipeline.corrections.select_rows import Bad, Chosen
    from pipeline.corrections.summary_sheet import About

NOTES = 2_000  # a spreadsheet becomes slow with more; the last column says the same
NARROW, WIDE, WIDTH_ROWS = 9.0, 38.0, 200  # characters of a column; rows that its width is made from
NOTED, LINE, TALLEST = 90.0, 16.0, 5  # width of the last column, points of a line, lines of a row
UNNAMED = re.compile(r"#\d+")


def xlsx_correction_file(chosen: Chosen, source: Source, fmt: Format, about: About) -> bytes:
    """Return the workbook's bytes."""
    wrong = {column for bad in chosen.rows for column in bad.wrong if column is not None}
    listed = choices(source, (name for name in chosen.columns if name in wrong))
    rows = _rows_sheet(chosen, source, fmt, about, listed)
    second = references.SHEETS[source.language]
    sheets = [rows, summary_sheet(about, f"{second} 2" if rows.name.lower() == second else second)]
    if listed:
        sheets.append(_lists_sheet(listed))
    ids = {"riskhub batch": about.batch_id or "", "riskhub source": about.source}
    return workbook(sheets, Properties(about.title, about.received_at, ids))


def _rows_sheet(chosen: Chosen, source: Source, fmt: Format, about: About, listed: dict[str, list[str]]) -> Sheet:
    """Return the sheet of the rows, with its header where the sender has it."""
    language, names = source.language, chosen.columns
    top = fmt.header - 1 if isinstance(fmt.header, int) else 0
    sheet = Sheet(_first_name(fmt.sheet or about.sheet or ""), tab="B3261E")
    sheet.rows = [[] for _ in range(top)]
    if top:
        sheet.rows[0] = [(about.title, Style.TITLE)]
        sheet.heights[0] = 24
    wrong = {column for bad in chosen.rows for column in bad.wrong}
    own: list[Cell | None] = [
        (references.REFERENCE[language], Style.OWN_HEADER),
        (references.NOTE[language], Style.OWN_HEADER),
    ]
    header = ["" if UNNAMED.fullmatch(name) else header_in_cell(name, at) for at, name in enumerate(names)]
    styled = (Style.BAD_HEADER if name in wrong else Style.HEADER for name in names)
    sheet.rows.append([*zip(header, styled, strict=True), *own])
    sheet.heights[top] = 32
    for bad in chosen.rows:
        sheet.heights[len(sheet.rows)] = LINE * min(_lines(bad.note), TALLEST)
        sheet.rows.append(_row(bad, names))
    for at, bad in enumerate(chosen.rows):
        for column, message in bad.wrong.items():
            if column is not None and len(sheet.notes) < NOTES:
                sheet.notes[top + 1 + at, names.index(column)] = message
    sheet.widths = [(_width(name, chosen), Style.TEXT) for name in names] + [(14.0, Style.OWN), (NOTED, Style.NOTE)]
    sheet.frozen, sheet.filtered = (top + 1, 1 if len(names) > 1 else 0), top
    for at, (column, values) in enumerate(listed.items()):
        among = xl_range_abs(0, at, len(values) - 1, at)
        sheet.choices[names.index(column)] = f"'{references.LISTS}'!{among}"
    return sheet


def _first_name(wanted: str) -> str:
    """Return the name of the sheet of the rows, which is not that of the hidden one."""
    name = sheet_name(wanted)
    return f"{name} 2" if name.lower() == references.LISTS else name


def _row(bad: Bad, names: list[str]) -> list[Cell | None]:
    cells: list[Cell | None] = []
    for name in names:
        value = in_one_cell(bad.cells[name])
        cells.append((value, _style(value, bad=name in bad.wrong)))
    return [*cells, (bad.reference, Style.OWN), (bad.note[:LONGEST], Style.NOTE)]


def _style(value: str, *, bad: bool) -> Style:
    if begins_like_formula(value):
        return Style.QUOTED_BAD if bad else Style.QUOTED
    if bad:
        return Style.BAD
    return Style.MASKED if value == MASK else Style.TEXT


def _width(name: str, chosen: Chosen) -> float:
    longest = max([_signs(name) + 2, *(_signs(bad.cells[name][:60]) for bad in chosen.rows[:WIDTH_ROWS])])
    return min(max(longest + 1.5, NARROW), WIDE)


def _lines(note: str) -> int:
    return sum(1 + int(_signs(line) / (NOTED - 4)) for line in note.split("\n"))


def _signs(text: str) -> int:
    """Return how wide a text is, in ordinary letters: Chinese signs take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _lists_sheet(listed: dict[str, list[str]]) -> Sheet:
    longest = max(len(values) for values in listed.values())
    columns = [[*values, *[""] * (longest - len(values))] for values in listed.values()]
    rows: list[list[Cell | None]] = [
        [(value, Style.TEXT) if value else None for value in line] for line in zip(*columns, strict=True)
    ]
    return Sheet(references.LISTS, visible=False, rows=rows)
