"""Commands about unknown codes: `codes gaps`, `codes merge`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from cli.screen import FINDINGS, FINE, Json, SourceName, app, out, print_json, print_table, word
from pipeline.reports.unmapped import apply_crosswalk as merge_sheet
from pipeline.reports.unmapped import unmapped_values as find_gaps
from pipeline.reports.unmapped import write_sheet

codes_app = typer.Typer(no_args_is_help=True)
app.add_typer(codes_app, name="codes", help="Unknown codes: rank them (gaps), take in the answers (merge).")
Sheet = Annotated[Path, typer.Argument(metavar="SHEET.csv", help="What `codes gaps --export` wrote, filled in.")]
Export = Annotated[Path | None, typer.Option(metavar="SHEET.csv", help="Write a sheet to fill in.")]
COLUMNS = ("rows", "source", "column", "value", "crosswalk", "suggested", "label", "because", "likeness")


@codes_app.command()
def gaps(
    source: SourceName = None,
    export: Export = None,
    prefill: Annotated[
        float | None, typer.Option(min=0, max=1, help="Fill in suggestions that are at least so like (0 to 1).")
    ] = None,
    *,
    as_json: Json = False,
) -> int:
    """Rank the words that no crosswalk knows by the rows that wait for them, with a suggested code."""
    found = find_gaps(source)
    if as_json:
        print_json([gap.as_dict() for gap in found])
    elif found:
        print_table(COLUMNS, [[getattr(gap, name) for name in COLUMNS] for gap in found], right=("rows", "likeness"))
    else:
        out.print(word("codes.none"))
    if export is not None:
        count = write_sheet(export, found, prefill)
        if not as_json:
            out.print(word("codes.exported", count=count, file=shlex.quote(str(export))), markup=False)
    return FINDINGS if found else FINE


@codes_app.command()
def merge(
    sheet: Sheet,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the sheet.")] = False,
) -> None:
    """Add the filled lines of a sheet to the crosswalks; a line that is wrong stops all of it."""
    merged = merge_sheet(sheet, dry_run=dry_run)
    for (source, crosswalk), count in sorted(merged.added.items()):
        out.print(word("codes.merged", count=count, source=source, crosswalk=crosswalk), markup=False)
    out.print(word("codes.left", blank=merged.blank, known=merged.known))
    for source in merged.sources:
        out.print(f"  riskhub plan --source {source}\n  riskhub replay --source {source}", markup=False)
