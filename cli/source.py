"""Commands about source folders: `source new`, `lint`, `test`, `list`, `expected`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.screen import FINDINGS, FINE, Json, app, err, out, print_json, print_table, tell, word
from hub.errors import FixTheHub, WrongUsage
from hub.settings import settings
from mappings.engine import find_sources, read_source
from pipeline.authoring.draft import draft_source
from pipeline.authoring.golden import EXPECTED, differences, outcome_of
from pipeline.reports.timeliness import terms_of
from pipeline.reports.timeliness.report import expected as what_is_expected
from pipeline.sources import folder_of

source_app = typer.Typer(no_args_is_help=True)
app.add_typer(source_app, name="source", help="Source folders: new, lint, test, list, expected.")
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")
PAIR = ("sample.*", EXPECTED)
SHOWN = 40  # lines of differences

Sample = Annotated[Path, typer.Option("--from", metavar="FILE", help="A sample, as the agency would send it.")]
Into = Annotated[Path | None, typer.Option(help="Folder of sources; the last one of RISKHUB_SOURCES by default.")]


@source_app.command()
def new(  # noqa: PLR0913 - the options of one command
    name: Annotated[str, typer.Argument(metavar="AGENCY/FEED", help="What the source is to be called.")],
    sample: Sample,
    record_type: Annotated[str | None, typer.Option(help="Record type; guessed by default.")] = None,
    into: Into = None,
    *,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="Line of the header.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a text file.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Delimiter of a CSV file.")] = None,
    records: Annotated[str | None, typer.Option(help="Path of the records in a JSON document.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a mapping that is there.")] = False,
) -> int:
    """Draft the whole folder of a source from a sample file; what the draft is not sure of is TODO."""
    if not NAME.fullmatch(name):
        raise WrongUsage(
            word("source.bad_name", name=name), next_step="riskhub source new fire_brigade/incidents --from FILE"
        )
    header = {"row": header_row} if header_row else None
    said = {"sheet": sheet, "header": header, "encoding": encoding, "delimiter": delimiter, "records": records}
    form: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
    folder = (into or settings().sources[-1]) / name
    draft, files = draft_source(sample, folder, record_type, form, force=force)
    rows = [
        (each.column.name, each.path if each.sure else "TODO", each.confidence or "", "; ".join(each.evidence))
        for each in draft.proposals
    ]
    print_table(("column", "field", "confidence", "evidence"), rows)
    sure = sum(each.sure for each in draft.proposals)
    if draft.rivals is None:
        out.print(word("source.drafted", sure=sure, count=len(rows), type=draft.record_type.name))
    else:
        nearest = ", ".join(draft.rivals) or "-"
        out.print(word("source.drafted_untyped", sure=sure, count=len(rows), types=nearest), markup=False)
    for file in files:
        out.print(f"  {file}", markup=False)
    out.print(word("source.drafted_next", name=name, file=sample.name), markup=False)
    return FINE


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
        source = read_source(folder)
        terms_of(source.expect, str(folder))
    except FixTheHub as fault:
        return fault
    if source.only_checks:
        return None  # there is nothing that a sample would have to become
    missing = [pattern for pattern in PAIR if not list(folder.glob(pattern))]
    if not missing:
        return None
    next_step = word("source.pair_next", source=f"{folder.parent.name}/{folder.name}")
    return FixTheHub(word("source.no_pair", names=", ".join(missing)), where=str(folder), next_step=next_step)


@source_app.command()
def expected(
    source: Annotated[str | None, typer.Option("--source", metavar="AGENCY/FEED", help="Only this source.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only periods after this time (UTC).")] = None,
    *,
    all_periods: Annotated[bool, typer.Option("--all", help="Also what was delivered.")] = False,
    as_json: Json = False,
) -> int:
    """Say who owes what: each period that is late, silent, not accepted, or lost in an outage of the hub itself."""
    if source:
        folder_of(source)
    rows = what_is_expected(source, since.replace(tzinfo=UTC) if since else None)
    owing = [row for row in rows if row["state"] not in {"open", "delivered", "zero"}]
    if as_json:
        print_json(rows)
    elif shown := rows if all_periods else owing:
        names = ("source", "state", "from", "until", "due", "batches", "unwatched_minutes")
        cells = [[*(row[name] for name in names[:5]), " ".join(row["batches"]), row[names[6]]] for row in shown]
        print_table(names, [[cell[0], word(f"expected.{cell[1]}"), *cell[2:]] for cell in cells], right=names[6:])
    else:
        out.print(word("expected.nothing"))
    if not as_json and any(not row["calendar_known"] for row in rows):
        out.print(word("expected.unknown_calendar"))
    return FINDINGS if any(row["state"] in {"late", "silent", "not_accepted"} for row in owing) else FINE


@source_app.command("test")
def try_sample(
    name: Annotated[str | None, typer.Argument(metavar="AGENCY/FEED", help="Only this source.")] = None,
    *,
    update: Annotated[bool, typer.Option("--update", help="Write expected.json anew; read what it writes.")] = False,
) -> int:
    """Read each folder's sample with its mapping, and compare what comes out with expected.json."""
    folders = [folder_of(name)] if name else find_sources(settings().sources)
    sources = [source for source in map(read_source, folders) if not source.only_checks]
    wrong = 0
    for source in sources:
        outcome = outcome_of(source)
        found = differences(outcome, source.folder)
        if update and found:
            (source.folder / EXPECTED).write_text(outcome.written(), "utf-8")
            out.print(word("source.pair_written", name=source.name, count=len(found)), markup=False)
        elif found:
            wrong += 1
            out.print(word("source.pair_differs", name=source.name, count=len(found)), markup=False)
        for line in found[:SHOWN]:
            out.print(f"  {line}", markup=False)
    out.print(word("source.tested", fine=len(sources) - wrong, count=len(sources)))
    return FINDINGS if wrong else FINE


@source_app.command("list")
def list_sources(*, as_json: Json = False) -> int:
    """List the sources that can be read: name, record type, format, title.  Exit code 1 when others cannot."""
    rows: list[dict[str, str]] = []
    broken: list[str] = []
    for folder in find_sources(settings().sources):
        try:
            source = read_source(folder)
        except FixTheHub:
            broken.append(f"{folder.parent.name}/{folder.name}")
            continue
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
    if broken:
        err.print(word("source.broken", names=", ".join(broken)), markup=False)
    return FINDINGS if broken else FINE
