"""Cells of quarantined rows as the page that fixes them names them, and where the first cell of each finding is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from pages.portal.tokens import digest
from pages.site.rendering import page_address
from pipeline.corrections.select_rows import columns_of, plain_columns

if TYPE_CHECKING:
    from pages.portal.warehouse_access import AgencyReader

SEARCHED = 2_000  # open rows in which the first cell of each finding is looked for


class FirstRow(TypedDict):
    """The first open row of a finding (`portal/first_rows`)."""

    code: str
    column: str | None  # as the finding names it: it may be several, or a member of a list
    row: int
    source_line: int | None
    columns: list[str]  # of the row


class Place(NamedTuple):
    """Where a finding is fixed in the browser."""

    address: str  # of the cell, or of the row where the finding names no cell
    line: int | None  # of the file


def field_of(row: int, column: str) -> str:
    """Return the name of the field of a cell: it says nothing that a column's name could break."""
    return f"c{row}-{digest(column)[:16]}"


def first_cells(reader: AgencyReader, batch_id: str) -> dict[tuple[str, str | None], Place]:
    """Return where the first cell of each finding is fixed, by code and column of the finding.

    A page of the grid begins with the row, so that the cell is on it whatever stands before.
    """
    found = {}
    for each in reader.rows(FirstRow, "portal/first_rows", batch_id=batch_id, limit=SEARCHED):
        column = next(iter(columns_of(each["column"], plain_columns(each["columns"]))))
        field = f"row-{each['row']}" if column is None else field_of(each["row"], column)
        page = page_address("", f"/submissions/{batch_id}/fix", after=each["row"] - 1)
        found[each["code"], each["column"]] = Place(f"{page}#{field}", each["source_line"])
    return found
