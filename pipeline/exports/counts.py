"""A table of counts that may leave the hub: small counts are hidden, and so is what would give them away."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from psycopg import sql

from hub.errors import WrongUsage
from hub.formula_guard import guard_cell
from hub.messages import error_of, sentence
from pipeline.exports.selection import mart_columns, marts
from standards import standard
from standards.suppression import THRESHOLD, Cell, suppressed
from warehouse.dynamic_sql import all_of, all_rows, as_of_function, before_day, compose, from_day
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from psycopg import Connection

    from pipeline.exports.selection import ColumnInfo
    from standards.suppression import Published

MOST_CELLS = 2_500  # of a table: what protects each small count is sought among all cells
DAY = "event_date"


@dataclass(frozen=True)
class CountRequest:
    """What is to be counted.

    Args:
        mart: Its name in the schema `mart`.
        rows: The column whose values are the rows.
        columns: The column whose values are the columns.
        summed: A column of whole numbers to add up, such as `injury_count`; empty: rows of the mart are counted.
        year: Only events of this year of the sender's own calendar; None is all.
        as_of: The moment as of which; None is the mart as it stands.
        labels: The language of the headings of coded columns, en or zh; None: codes alone.
    """

    mart: str
    rows: str
    columns: str
    summed: str = ""
    year: int | None = None
    as_of: datetime | None = None
    labels: str | None = None


class CountsJson(TypedDict):
    """A table of counts; null is hidden, and totals are null where they would give a hidden count away."""

    mart: str
    rows: str
    columns: str
    summed: str | None
    year: int | None
    as_of: str | None
    threshold: int
    counts: dict[str, dict[str, int | None]]
    row_totals: dict[str, int] | None
    column_totals: dict[str, int] | None


@dataclass(frozen=True)
class CountTable:
    """A table of counts as it may leave.

    Args:
        request: What was asked for.
        published: The counts, with None where they are hidden.
        row_labels: The heading of each value of the rows.
        column_labels: The heading of each value of the columns.
    """

    request: CountRequest
    published: Published
    row_labels: dict[str, str]
    column_labels: dict[str, str]

    @property
    def hidden(self) -> int:
        """How many counts are hidden."""
        return sum(count is None for count in self.published.counts.values())

    def to_json(self) -> CountsJson:
        """Return it with codes as keys."""
        counts: dict[str, dict[str, int | None]] = {row: {} for row in self.row_labels}
        for cell, count in self.published.counts.items():
            counts[cell.row][cell.column] = count
        request = self.request
        return {
            "mart": request.mart,
            "rows": request.rows,
            "columns": request.columns,
            "summed": request.summed or None,
            "year": request.year,
            "as_of": request.as_of.isoformat() if request.as_of else None,
            "threshold": THRESHOLD,
            "counts": counts,
            "row_totals": self.published.row_totals,
            "column_totals": self.published.column_totals,
        }

    def to_csv(self) -> bytes:
        """Return it as csv in UTF-8; a hidden count is `*`, and totals that are not published are left out."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        totals = self.published.row_totals
        total = sentence("counts.total")
        corner = f"{self.request.rows} / {self.request.columns}"
        writer.writerow([corner, *map(guard_cell, self.column_labels.values()), *([total] if totals else [])])
        for row, label in self.row_labels.items():
            counts = [self.published.counts[Cell(row, column)] for column in self.column_labels]
            shown = ["*" if count is None else count for count in counts]
            writer.writerow([guard_cell(label), *shown, *([totals[row]] if totals else [])])
        if totals and self.published.column_totals:
            sums = [self.published.column_totals[column] for column in self.column_labels]
            writer.writerow([total, *sums, sum(sums)])
        return b"\xef\xbb\xbf" + text.getvalue().encode()


def count_table(conn: Connection[Any], request: CountRequest) -> CountTable:
    """Count a mart by two of its columns, as the login that asks may see it, and hide what is small.

    Args:
        conn: A connection of the one who asks (`stack.analyst_query.analyst_connection`); its rights hold.
        request: What is asked for.

    Raises:
        WrongUsage: There is no such mart or column, or the login may not read it; the column to add up holds no whole
            numbers; the table has too many cells; the mart answers for no earlier moment.
    """
    known = {each.mart: each for each in marts(conn)}
    if request.mart not in known:
        raise error_of(WrongUsage, "export.no_mart", name=request.mart, known=", ".join(known))
    if request.as_of and not known[request.mart].has_as_of:
        others = ", ".join(name for name, each in known.items() if each.has_as_of) or "-"
        raise error_of(WrongUsage, "export.no_as_of", name=request.mart, known=others)
    given = mart_columns(conn, request.mart)
    wanted = [request.rows, request.columns, *([request.summed] if request.summed else [])]
    for name in [*wanted, *([DAY] if request.year else [])]:
        if name not in given:
            raise error_of(WrongUsage, "counts.no_column", name=name, mart=request.mart, known=", ".join(given))
    if request.summed and not given[request.summed].is_whole_number:
        numbers = ", ".join(name for name, each in given.items() if each.is_whole_number) or "-"
        raise error_of(WrongUsage, "counts.no_number", name=request.summed, known=numbers)
    counts = _counts(conn, request)
    rows, columns = (sorted({cell[side] for cell in counts}) for side in (0, 1))
    if len(rows) * len(columns) > MOST_CELLS:
        raise error_of(WrongUsage, "counts.too_many", rows=len(rows), columns=len(columns), most=MOST_CELLS)
    return CountTable(
        request,
        suppressed(counts),
        _labels(given[request.rows].info, rows, request.labels),
        _labels(given[request.columns].info, columns, request.labels),
    )


def _counts(conn: Connection[Any], request: CountRequest) -> Mapping[Cell, int]:
    place = sql.Identifier("mart", request.mart)
    function = sql.Identifier("mart", f"{request.mart}_as_of")
    query = compose(
        "export/count_cells",
        row=sql.Identifier("t", request.rows),
        column=sql.Identifier("t", request.columns),
        summed=sql.Identifier("t", request.summed) if request.summed else sql.Literal(1),
        mart=as_of_function(function, request.as_of) if request.as_of else place,
        wanted=_in_year(request.year) if request.year else all_rows(),
    )
    conn.execute(statement("export/snapshot"))
    found = conn.execute(query).fetchall()
    conn.rollback()
    return {Cell(row, column): int(count) for row, column, count in found}


def _in_year(year: int) -> sql.Composed:
    day = sql.Identifier("t", DAY)
    return all_of([from_day(day, date(year, 1, 1)), before_day(day, date(year + 1, 1, 1))])


def _labels(column: ColumnInfo, values: list[str], language: str | None) -> dict[str, str]:
    """Return the heading of each value: itself, and the label of a code in a language."""
    none = sentence("counts.none")
    known: dict[str, str] = {}
    if language and column.codelist in standard().codelists:
        table = standard().codelists[column.codelist].table.select(["code", f"label_{language}"])
        known = {row["code"]: row[f"label_{language}"] or "" for row in table.to_pylist()}
    return {value: f"{value} {known.get(value, '')}".strip() if value else none for value in values}
