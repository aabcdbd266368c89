"""Commands about the catalogue of findings: `finding list`, `finding show`.  They need no hub."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Literal

import typer

from cli.app import group
from cli.screen import Json, print_json, print_list, print_members
from hub.errors import WrongUsage
from hub.messages import error_of
from hub.settings import settings
from validation.catalogue import catalogue, examples, render

finding_app = group("finding", "Findings: what each code in a receipt means, and its cure.")
COLUMNS = ("code", "level", "scope", "title")


@finding_app.command("list")
def list_findings(
    level: Annotated[
        Literal["error", "warning", "repair"] | None, typer.Option(help="Only findings of this level.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """List every code that a receipt may hold."""
    language = settings().language
    found = [each for each in catalogue().values() if level in {None, each.level}]
    rows = [(each.code, each.level, each.scope, each.title[language]) for each in found]
    if as_json:
        print_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
    else:
        print_list(COLUMNS, rows)


@finding_app.command()
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code, as a receipt prints it.")],
    *,
    as_json: Json = False,
) -> None:
    """Explain one code: its level, an example of its message, and the cure."""
    known = catalogue().get(code.upper())
    if known is None:
        near = get_close_matches(code.upper(), catalogue(), n=3) or ["`riskhub finding list`"]
        raise error_of(WrongUsage, "finding.unknown", code=code, names=", ".join(near))
    texts = render(known.code, settings().language, **examples().get(known.code, {}))
    account = {
        "code": known.code,
        "level": known.level,
        "scope": known.scope,
        "title": texts.title,
        "message": texts.message,
        "cure": texts.cure,
    }
    if as_json:
        print_json(account)
        return
    print_members(account)
