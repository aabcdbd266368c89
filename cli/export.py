"""The command `export`: what the warehouse holds, taken home as files."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads the annotations
from pathlib import Path  # noqa: TC003 - likewise
from typing import Annotated

import typer

from cli.app import QUESTIONS, app
from cli.moments import MOMENT, moment_of
from cli.screen import Json, out, print_json
from hub.errors import WrongUsage
from hub.i18n import LANGUAGES
from hub.messages import error_of, sentence
from hub.settings import settings
from pipeline.exports.export import ExportRequest, write_export
from pipeline.exports.formats import FORMATS
from stack.analyst_query import analyst_connection, refusals_of

UNLIMITED = 0  # seconds: an export takes as long as it takes


@app.command(rich_help_panel=QUESTIONS)
def export(  # noqa: PLR0913, PLR0917 - the options of one command
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write into; it must be empty or not exist yet.")
    ],
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="This type, with the items of its records; may be repeated."),
    ] = None,
    marts: Annotated[
        list[str] | None, typer.Option("--mart", metavar="MART", help="This mart, such as risk_event; may be repeated.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(metavar=MOMENT, parser=moment_of, help="What the hub had at this time (UTC); without it, now."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="parquet|csv|xlsx", help="The form of the files.")
    ] = "parquet",
    labels: Annotated[
        str | None,
        typer.Option(metavar="zh|en", help="Add to each code its label in this language, as of the day of the record."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Take the warehouse home: records or marts as files, with what the login of `riskhub sql` may read.

    Without --type and --mart, every record type.  The same time gives the same bytes.

    `export.json` in the folder has the time, and of each table the query, the rows and the SHA-256 of its files.
    """
    if form not in FORMATS:
        raise error_of(WrongUsage, "export.bad_format", name=form, known=", ".join(FORMATS))
    if labels is not None and labels not in LANGUAGES:
        raise typer.BadParameter(sentence("cli.no_language", name=labels, known=", ".join(LANGUAGES)))
    request = ExportRequest(folder, tuple(types or ()), tuple(marts or ()), as_of, form, labels)
    with analyst_connection(seconds=UNLIMITED) as conn, refusals_of(str(folder)):
        made = write_export(conn, request, settings().lock_seconds)
    if as_json:
        print_json(made.to_json())
        return
    out.print(
        sentence(
            "export.written",
            rows=sum(each.rows for each in made.tables),
            tables=len(made.tables),
            files=sum(len(each.files) for each in made.tables),
            folder=folder,
            as_of=made.as_of.isoformat(),
        ),
        markup=False,
    )
