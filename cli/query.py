"""Questions about what was loaded: `sql` queries the warehouse, `trace` follows a record or a line."""

from __future__ import annotations

import os
import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len

from cli.app import QUESTIONS, app
from cli.screen import Json, SourceOption, heading, out, padded, print_json, print_list, print_table, shown
from hub.durable import durable_file
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from pipeline.reports.trace import trace_line, trace_record
from stack.analyst_query import psql, psql_environment, run_query, write_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP = "  "  # between two columns
MEMBER = 17  # columns of the screen for the name of a member


@app.command(rich_help_panel=QUESTIONS)
def sql(
    command: Annotated[str | None, typer.Option("-c", "--command", help="The query; without it, psql opens.")] = None,
    parquet: Annotated[
        Path | None, typer.Option(metavar="FILE.parquet", help="Write the rows into this file, however many they are.")
    ] = None,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print csv with a header, all rows of it.")] = False,
    expanded: Annotated[bool, typer.Option("--expanded", help="Print a line for each value.")] = False,
    as_json: Json = False,
) -> None:
    """Query the warehouse, read only, as an analyst: one statement.

    A table that is wider than the screen is printed with a line for each value.
    """
    if sum((as_csv, expanded, as_json, parquet is not None)) > 1 or (command is None and (as_csv or parquet)):
        raise error_of(WrongUsage, "sql.one_form", known="--csv, --parquet, --expanded, --json")
    if command is None:
        line = psql()
        os.execvpe(line[0], line, os.environ | psql_environment())  # noqa: S606 - psql, no shell
    if parquet is not None:
        with durable_file(parquet) as file:
            rows_written = write_query(command, "parquet", file)
        out.print(sentence("sql.written", rows=rows_written, file=parquet), markup=False)
        return
    if as_csv:
        write_query(command, "csv", sys.stdout.buffer)
        return
    names, rows = run_query(command)
    if as_json:
        print_json(rows)
    else:
        cells = [[shown(row[name]) for name in names] for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
        if not expanded and sum(widths) + len(GAP) * len(widths) <= out.width:
            print_table(names, [[row[name] for name in names] for row in rows])
        else:
            _print_upright(names, cells)


def _print_upright(names: list[str], rows: list[list[str]]) -> None:
    """Print each row as lines of name and value: the columns are too many or too wide for the screen."""
    if not rows:
        out.print(sentence("sql.no_rows", names=", ".join(names)), markup=False)
        return
    width = max(map(cell_len, names))
    for number, row in enumerate(rows, 1):
        out.print(f"[dim]{sentence('sql.row', number=number)}[/]")
        for name, value in zip(names, row, strict=True):
            out.print(f"{name}{' ' * (width - cell_len(name))}{GAP}", end="", markup=False)
            out.print(value)


@app.command(rich_help_panel=QUESTIONS)
def trace(  # noqa: PLR0913, PLR0917 - the options of one command
    record_type: Annotated[str | None, typer.Argument(metavar="TYPE", help="Record type.")] = None,
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="The agency's number of the record.")] = None,
    source: SourceOption = None,
    batch: Annotated[str | None, typer.Option(help="The other way round: a batch ...")] = None,
    line: Annotated[int | None, typer.Option(help="... and a line of its file, ...")] = None,
    member: Annotated[str | None, typer.Option("--file", help="... of this file of the archive, ...")] = None,
    sheet: Annotated[str | None, typer.Option(help="... or this sheet of the workbook.")] = None,
    field: Annotated[
        str | None, typer.Option(help="Only this field, as in `region_code` or `goods.0.hs_code`.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Follow a record back to file, line and column; or a line forward to what became of it."""
    found: Sequence[Mapping[str, Any]]
    if record_type and key:
        found = trace_record(record_type, key, source, field)
    elif batch and line:
        found = trace_line(batch, line, member, sheet)
    else:
        raise error_of(WrongUsage, "trace.usage", next_step="riskhub trace fire_incident NUMBER")
    if as_json:
        print_json(found)
        return
    for record in found:
        for name, value in record.items():
            if name != "fields" and value is not None:
                _print_member(name, value)
        rows = [
            (field["field"], field["value"], origin["column"], origin["sent"], origin["verbs"])
            for field in record.get("fields", ())
            for origin in field["from"]
        ]
        if rows:
            out.print()
            print_list(("field", "value", "column", "sent", "verbs"), rows)


def _print_member(name: str, value: Any) -> None:
    """Print one member of a traced record: `sent` by column, `kept_out` by finding, any other as it is."""
    if name == "sent" and isinstance(value, dict):
        lines = [f"{shown(column)}: {shown(cell)}" for column, cell in value.items() if cell is not None]
    elif name == "kept_out" and isinstance(value, list):
        found = [(each["state"], every) for each in value for every in each["findings"]]
        lines = [
            f"{every['code']} {shown(every['column'])} {shown(every['value'])} ({state})" for state, every in found
        ]
    else:
        lines = [shown(value)]
    for place, line in enumerate(lines):
        out.print(f"[dim]{padded('' if place else heading(name), MEMBER)}[/] {line}")
