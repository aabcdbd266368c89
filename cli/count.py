"""The command `count`: a table of counts that may leave the hub."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads the annotations
from pathlib import Path  # noqa: TC003 - likewise
from typing import Annotated

import typer

from cli.app import QUESTIONS, app
from cli.moments import MOMENT, moment_of
from cli.screen import Json, out, print_json
from hub.durable import write_durable
from hub.i18n import LANGUAGES
from hub.messages import sentence
from pipeline.exports.counts import CountRequest, count_table
from stack.analyst_query import analyst_connection, refusals_of
from standards.suppression import THRESHOLD


@app.command(rich_help_panel=QUESTIONS)
def count(  # noqa: PLR0913, PLR0917 - the options of one command
    mart: Annotated[str, typer.Argument(metavar="MART", help="The mart, such as risk_event.")],
    rows: Annotated[str, typer.Option("--rows", metavar="COLUMN", help="The column whose values are the rows.")],
    columns: Annotated[
        str, typer.Option("--columns", metavar="COLUMN", help="The column whose values are the columns.")
    ],
    file: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="The file to write.")],
    summed: Annotated[
        str,
        typer.Option("--sum", metavar="COLUMN", help="Add up this column, such as injury_count, and count no rows."),
    ] = "",
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1900, max=9998, help="Only events of this year.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(metavar=MOMENT, parser=moment_of, help="What the hub had at this time (UTC); without it, now."),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="zh|en", help="Add to each code its label in this language.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Count a mart by two columns into a table that may be published: small counts are hidden.

    Counts of 1 to 4 are hidden, and as many others as would give them away by the totals.

    Publish tables of a fixed form: two tables of one matter can be subtracted from each other.
    """
    if labels is not None and labels not in LANGUAGES:
        raise typer.BadParameter(sentence("cli.no_language", name=labels, known=", ".join(LANGUAGES)))
    request = CountRequest(mart, rows, columns, summed, year, as_of, labels)
    with analyst_connection() as conn, refusals_of(str(file)):
        table = count_table(conn, request)
    write_durable(file, table.to_csv())
    if as_json:
        print_json(table.to_json())
        return
    about = {"rows": len(table.row_labels), "columns": len(table.column_labels), "hidden": table.hidden}
    out.print(sentence("counts.written", file=file, threshold=THRESHOLD, **about), markup=False)
    if table.published.row_totals is None:
        out.print(sentence("counts.no_totals"), markup=False)
