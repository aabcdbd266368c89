"""Commands about values without a code: `code check` ranks them, `code merge` adds codes to the crosswalks."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.app import group
from cli.screen import FINDINGS, FINE, Json, SourceOption, out, print_json, print_list
from hub.messages import sentence
from pipeline.reports.unmapped import apply_crosswalk, unmapped_values, write_sheet

code_app = group("code", "Codes: values that no crosswalk knows.")
Sheet = Annotated[Path, typer.Argument(metavar="SHEET.csv", help="What `code check --export` wrote, filled in.")]
Export = Annotated[Path | None, typer.Option(metavar="SHEET.csv", help="Write a sheet to fill in.")]
COLUMNS = ("rows", "source", "column", "value", "crosswalk", "suggested", "label", "because", "likeness")


@code_app.command()
def check(
    source: SourceOption = None,
    export: Export = None,
    prefill: Annotated[
        float | None, typer.Option(min=0, max=1, help="Fill in suggestions that are at least so like (0 to 1).")
    ] = None,
    *,
    as_json: Json = False,
) -> int:
    """Rank the values that no crosswalk knows by the rows that they keep out, with a suggested code."""
    found = unmapped_values(source)
    if as_json:
        print_json([asdict(each) for each in found])
    elif found:
        print_list(COLUMNS, [[getattr(each, name) for name in COLUMNS] for each in found], right=("rows", "likeness"))
    else:
        out.print(sentence("codes.none"))
    if export is not None:
        count = write_sheet(export, found, prefill)
        if not as_json:
            out.print(sentence("codes.exported", count=count, file=shlex.quote(str(export))), markup=False)
    return FINDINGS if found else FINE


@code_app.command()
def merge(
    sheet: Sheet,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the sheet.")] = False,
) -> None:
    """Add the filled lines of a sheet to the crosswalks; a line that is wrong stops all of it."""
    merged = apply_crosswalk(sheet, dry_run=dry_run)
    for (source, crosswalk), count in sorted(merged.added.items()):
        out.print(sentence("codes.merged", count=count, source=source, crosswalk=crosswalk), markup=False)
    out.print(sentence("codes.left", blank=merged.blank, known=merged.known))
    for source in merged.sources:
        out.print(f"  riskhub plan --source {source}\n  riskhub replay --source {source}", markup=False)
