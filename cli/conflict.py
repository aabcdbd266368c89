"""Commands about feeds that contradict each other: `conflict list`, `conflict summary`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.app import group
from cli.screen import Json, SourceOption, out, print_json, print_rows
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from pipeline.conflicts.query import conflicts
from pipeline.conflicts.query import summary as conflict_summary
from pipeline.sources import folder_of
from standards.links import links
from warehouse.connection import connect

SUMMARY = ("link", "rule", "left_source", "right_source", "open", "since", "closed")
LIST = ("rule", "thing", "left_source", "left_value", "right_source", "right_value", "opened_at", "outcome")

conflict_app = group("conflict", "Conflicts: what two feeds say differently about the same thing.")
LinkOption = Annotated[str | None, typer.Option("--link", help="Only this link of standards/links.")]


@conflict_app.command("list")
def list_conflicts(
    source: SourceOption = None,
    link: LinkOption = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 100,
    *,
    closed: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: Json = False,
) -> None:
    """List the open conflicts, the latest first."""
    _check_names(source, link)
    with connect() as conn:
        rows = conflicts(conn, source=source, link=link, closed=closed, limit=limit)
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(LIST, rows)
        if len(rows) == limit:
            out.print(sentence("conflict.more", count=limit))
    else:
        out.print(sentence("conflict.none"))


@conflict_app.command()
def summary(source: SourceOption = None, link: LinkOption = None, *, as_json: Json = False) -> None:
    """Count the conflicts by rule and pair of sources, and show since when they are open."""
    _check_names(source, link)
    with connect() as conn:
        rows = conflict_summary(conn, source=source, link=link)
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(SUMMARY, rows, right=("open", "closed"))
    else:
        out.print(sentence("conflict.none"))


def _check_names(source: str | None, link: str | None) -> None:
    if source is not None:
        folder_of(source)
    if link is not None and link not in links():
        raise error_of(WrongUsage, "conflict.no_link", link=link, names=", ".join(links()))
