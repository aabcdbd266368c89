"""The command `check`: all that a partner needs who has no hub, only this distribution without its extras."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hub.errors import WrongUsage
from hub.settings import settings
from pipeline.check import Asked
from pipeline.check import check as checked
from pipeline.cli.screen import FINDINGS, FINE, Json, app, out, print_json, word
from pipeline.receipts import as_dict, reconciliation
from pipeline.sources import source_named

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file as the agency would send it.")]
RequiredSource = Annotated[str, typer.Option("--source", metavar="AGENCY/FEED", help="The source it belongs to.")]
Folder = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Write the receipt and the rows to be corrected here.")
]


@app.command()
def check(file: FileArgument, source: RequiredSource, folder: Folder = None, *, as_json: Json = False) -> int:
    """Say what the hub would say of a file.  Nothing is loaded; no warehouse is needed."""
    if folder is not None and not folder.is_dir():
        raise WrongUsage(f"There is no folder {folder}.", next_step="Name a folder that exists.")
    found = checked(file, source_named(source), Asked(f"{file.stem}.check"), answers=folder is not None)
    account = as_dict(found.verdict, settings().language)
    if folder is not None:
        for document in found.documents:
            (folder / document.name).write_bytes(document.body)
    if as_json:
        print_json(account)
    else:
        print_account(account)
        if folder is not None:
            out.print(word("check.written", folder=folder, names=", ".join(each.name for each in found.documents)))
    return FINDINGS if any(finding["level"] == "error" for finding in account["findings"]) else FINE


def print_account(account: dict[str, Any]) -> None:
    """Print a verdict for people: the reconciliation, then each finding with place and cure."""
    counts, findings = account["counts"], account["findings"]
    out.print(f"[bold]{account['source']}[/]  {account['batch'] or ''}  {word('state.' + account['state'])}")
    out.print(reconciliation(counts))
    for found in findings:
        style = {"error": "red", "warning": "yellow"}.get(found["level"], "cyan")
        out.print(f"\n[{style}]{found['code']}[/] ×{found['count']:,}  {found['title']}", end="")
        out.print(f"  {found['column'] or ''}", markup=False)
        out.print(f"  {found['message']}", markup=False)
        for place in found["samples"][:3]:
            where = " ".join(str(place[name]) for name in ("file", "sheet") if place[name])
            out.print(f"    {where}:{place['line']}  {place['value'] or ''}".replace("    :", "    "), markup=False)
        out.print(f"  → {found['cure']}", markup=False)
