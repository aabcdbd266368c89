"""Commands about source folders: `source lint`, `source list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hub.errors import FixTheHub
from hub.settings import settings
from mappings.engine import find_sources, read_source
from pipeline.cli.screen import FINDINGS, FINE, Json, app, out, print_json, print_table, tell, word
from pipeline.sources import folder_of

if TYPE_CHECKING:
    from pathlib import Path

source_app = typer.Typer(no_args_is_help=True, help="Look at source folders.")
app.add_typer(source_app, name="source", help="Look at source folders: lint, list.")
PAIR = ("sample.*", "expected.json")


@source_app.command()
def lint(name: Annotated[str | None, typer.Argument(metavar="AGENCY/FEED", help="Only this source.")] = None) -> int:
    """Read every source folder and tell all that is wrong with each; nothing is run."""
    folders = [folder_of(name)] if name else find_sources(settings().sources)
    faults = [fault for folder in folders if (fault := _fault(folder))]
    for fault in faults:
        tell(fault)
    out.print(word("source.linted", fine=len(folders) - len(faults), count=len(folders)))
    return FINDINGS if faults else FINE


def _fault(folder: Path) -> FixTheHub | None:
    try:
        read_source(folder)
    except FixTheHub as fault:
        return fault
    missing = [pattern for pattern in PAIR if not list(folder.glob(pattern))]
    if not missing:
        return None
    return FixTheHub(
        word("source.no_pair", names=", ".join(missing)), where=str(folder), next_step=word("source.pair_next")
    )


@source_app.command("list")
def list_sources(*, as_json: Json = False) -> None:
    """List the sources that can be read: name, record type, format, title."""
    rows = []
    for folder in find_sources(settings().sources):
        source = read_source(folder)
        rows.append(
            {
                "source": source.name,
                "record_type": ", ".join(each.name for each in source.record_types),
                "format": source.format["kind"],
                "title": source.title[settings().language],
                "mapping_version": source.version,
            }
        )
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]) if rows else [], [list(row.values()) for row in rows])
