"""Commands about analysts' logins: `analyst add`, `remove`, `list`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.app import group
from cli.screen import Json, out, print_json, print_rows
from hub.messages import sentence
from stack.logins import add_analyst, analysts, remove_analyst

analyst = group("analyst", "Logins of analysts, one for each person.")

Login = Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and _.")]


@analyst.command()
def add(
    name: Login,
    agency: Annotated[
        str | None, typer.Option(help="It sees what this agency sent and what others show it, and nothing else.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Make a login that may only read; its password is shown once.  For a login that exists: a new password."""
    url = add_analyst(name, agency)
    if as_json:
        print_json({"login": name, "url": url})
    else:
        out.print(sentence("analyst.added", name=name, url=url), markup=False, soft_wrap=True)


@analyst.command()
def remove(name: Login) -> None:
    """End an analyst's sessions and remove the login."""
    out.print(sentence("analyst.removed", name=name, sessions=remove_analyst(name)), markup=False)


@analyst.command(name="list")
def list_logins(*, as_json: Json = False) -> None:
    """List the analysts' logins and their open sessions."""
    rows = analysts()
    if as_json:
        print_json(rows)
    else:
        columns = ("login", "agency", "sessions", "since")
        print_rows(columns, rows, right=("sessions",))
