"""The command about feeds that contradict each other: `conflicts`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.screen import Json, SourceName, app, out, print_json, print_table, word
from hub.errors import WrongUsage
from pipeline.conflicts.query import conflicts as found_conflicts
from pipeline.conflicts.query import summary as found_summary
from pipeline.sources import folder_of
from standards.links import links
from warehouse.connection import connect

SUMMARY = ("link", "rule", "left_source", "right_source", "open", "since", "closed")
LIST = ("rule", "thing", "left_source", "left_value", "right_source", "right_value", "opened_at", "outcome")


@app.command()
def conflicts(  # noqa: PLR0913 - the options of one command
    source: SourceName = None,
    link: Annotated[str | None, typer.Option(help="Only this link of standards/links.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 100,
    *,
    closed: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    summary: Annotated[bool, typer.Option("--summary", help="Count them by rule and pair of sources.")] = False,
    as_json: Json = False,
) -> None:
    """List what two feeds say differently about the same thing, the latest first."""
    if source is not None:
        folder_of(source)
    if link is not None and link not in links():
        raise WrongUsage(f"There is no link {link}.", next_step=f"Known links: {', '.join(links())}.")
    with connect() as conn:
        if summary:
            rows = found_summary(conn, source=source, link=link)
        else:
            rows = found_conflicts(conn, source=source, link=link, closed=closed, limit=limit)
    if as_json:
        print_json(rows)
    elif rows:
        names = SUMMARY if summary else LIST
        print_table(names, [[row[name] for name in names] for row in rows], right=("open", "closed"))
        if not summary and len(rows) == limit:
            out.print(word("conflict.more", count=limit))
    else:
        out.print(word("conflict.none"))
