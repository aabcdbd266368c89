"""Commands about sources: `source list`, `new`, `lint`, `test`, `fetch`, `freshness`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

import typer

from cli.app import group
from cli.moments import After  # noqa: TC001 - typer reads it
from cli.screen import (
    FAULT,
    FINDINGS,
    FINE,
    Json,
    SourceArgument,
    err,
    out,
    print_fault,
    print_json,
    print_list,
    print_rows,
)
from hub.clock import now
from hub.durable import write_durable
from hub.errors import FixTheHub, WrongUsage
from hub.messages import error_of, sentence
from hub.settings import settings
from hub.zones import CHINA, in_zone
from mappings.draft import write_template_source
from mappings.engine import find_sources, read_agreements, read_source
from pipeline.authoring.draft import draft_source, template_in
from pipeline.authoring.golden import EXPECTED, differences, outcome_of
from pipeline.authoring.sender_check import sender_warnings
from pipeline.intake.fetch import fetch_all, fetch_source, remote_sources
from pipeline.reports.timeliness import terms_of
from pipeline.reports.timeliness.report import expected
from pipeline.sources import folder_of
from standards.exports.flat_columns import flat_columns

if TYPE_CHECKING:
    from hub.source_options import FormatOptions, HeaderPlace
    from pipeline.authoring.draft import FilledTemplate

source_app = group("source", "Sources: the folders that say how an agency's feed becomes records.")
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")
DRAFTED = ("column", "field", "confidence", "evidence")
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
    as_json: Json = False,
) -> int:
    """Draft the whole folder of a source from a sample file; what the draft is not sure of is TODO."""
    if not NAME.fullmatch(name):
        example = "riskhub source new fire_brigade/incidents --from FILE"
        raise error_of(WrongUsage, "source.bad_name", next_step=example, name=name)
    header: HeaderPlace | None = {"row": header_row} if header_row else None
    options = {"sheet": sheet, "header": header, "encoding": encoding, "delimiter": delimiter, "records": records}
    form = cast("FormatOptions", {key: value for key, value in options.items() if value is not None})
    folder = (into or settings().sources[-1]) / name
    if template := template_in(sample, record_type, form):
        _report_template(name, template, write_template_source(folder, *template, force=force), as_json=as_json)
        return FINE
    draft, files = draft_source(sample, folder, record_type, form, force=force)
    rows = [
        (each.column.name, each.path if each.sure else "TODO", each.confidence or "", "; ".join(each.evidence))
        for each in draft.proposals
    ]
    if as_json:
        columns = [dict(zip(DRAFTED, row, strict=True)) for row in rows]
        made = draft.record_type.name if draft.rivals is None else None
        print_json({"source": name, "record_type": made, "columns": columns, "files": [str(file) for file in files]})
        return FINE
    print_list(DRAFTED, rows)
    sure = sum(each.sure for each in draft.proposals)
    if draft.rivals is None:
        out.print(sentence("source.drafted", sure=sure, count=len(rows), type=draft.record_type.name))
    else:
        nearest = ", ".join(draft.rivals) or "-"
        out.print(sentence("source.drafted_untyped", sure=sure, count=len(rows), types=nearest), markup=False)
    for file in files:
        out.print(f"  {file}", markup=False)
    out.print(sentence("source.drafted_next", name=name, file=sample.name), markup=False)
    return FINE


def _report_template(name: str, template: FilledTemplate, files: list[Path], *, as_json: bool) -> None:
    record_type = template.table.record_type.name
    if as_json:
        columns = [
            dict(zip(DRAFTED, (each.path, each.path, 1.0, ""), strict=True))
            for each in flat_columns(template.table.record_type, template.table.items)
        ]
        print_json({"source": name, "record_type": record_type, "columns": columns, "files": [str(f) for f in files]})
        return
    out.print(sentence("template.recognised", type=record_type), markup=False)
    for file in files:
        out.print(f"  {file}", markup=False)


@source_app.command()
def lint(name: SourceArgument = None, *, as_json: Json = False) -> int:
    """Read every source folder and list all that is wrong with each; no data is read."""
    folders = [folder_of(name)] if name else find_sources(settings().sources)
    faults = [fault for folder in folders if (fault := _fault(folder))]
    broken = len(faults)
    if name is None:
        try:
            read_agreements(settings().sources)
        except FixTheHub as mistakes:
            faults.append(mistakes)
    if as_json:
        print_json([{"what": each.what, "where": each.where, "next_step": each.next_step} for each in faults])
        return FINDINGS if faults else FINE
    for fault in faults:
        print_fault(fault)
    for folder in folders:
        for warning in _warnings(folder):
            out.print(warning)
    out.print(sentence("source.linted", fine=len(folders) - broken, count=len(folders)))
    return FINDINGS if faults else FINE


def _warnings(folder: Path) -> list[str]:
    try:
        return list(sender_warnings(read_source(folder), in_zone(now(), ZoneInfo(CHINA)).date()))
    except FixTheHub:
        return []  # it is among the faults


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
    name = f"{folder.parent.name}/{folder.name}"
    return error_of(FixTheHub, "source.no_pair", where=str(folder), names=", ".join(missing), source=name)


@source_app.command()
def freshness(
    source: SourceArgument = None,
    since: After = None,
    *,
    all_periods: Annotated[bool, typer.Option("--all", help="Also what was delivered.")] = False,
    as_json: Json = False,
) -> int:
    """List the periods without a delivery in time: late, silent, not accepted, or lost in an outage of the hub."""
    if source:
        folder_of(source)
    rows = expected(source, since)
    owing = [row for row in rows if row["state"] not in {"open", "delivered", "zero"}]
    if as_json:
        print_json(rows)
    elif shown := rows if all_periods else owing:
        columns = ("source", "state", "from", "until", "due", "batches", "unwatched_minutes")
        lines = [
            {**row, "state": sentence(f"expected.{row['state']}"), "batches": " ".join(row["batches"])} for row in shown
        ]
        print_rows(columns, lines, right=columns[-1:])
    else:
        out.print(sentence("expected.nothing"))
    if not as_json and any(not row["calendar_known"] for row in rows):
        out.print(sentence("expected.unknown_calendar"))
    return FINDINGS if any(row["state"] in {"late", "silent", "not_accepted"} for row in owing) else FINE


@source_app.command("test")
def compare_sample(
    name: SourceArgument = None,
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Write expected.json anew; read it before you commit it.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Read each folder's sample with its mapping, and compare what comes out with expected.json."""
    folders = [folder_of(name)] if name else find_sources(settings().sources)
    sources = [source for source in map(read_source, folders) if not source.only_checks]
    found: dict[str, list[str]] = {}
    for source in sources:
        outcome = outcome_of(source)
        found[source.name] = differences(outcome, source.folder)
        if update and found[source.name]:
            write_durable(source.folder / EXPECTED, outcome.written().encode())
        if not as_json:
            _print_differences(source.name, found[source.name], "pair_written" if update else "pair_differs")
    wrong = 0 if update else sum(map(bool, found.values()))
    if as_json:
        print_json([{"source": name, "differences": lines} for name, lines in found.items()])
    else:
        out.print(sentence("source.tested", fine=len(sources) - wrong, count=len(sources)))
    return FINDINGS if wrong else FINE


def _print_differences(name: str, lines: list[str], outcome: str) -> None:
    if lines:
        out.print(sentence(f"source.{outcome}", name=name, count=len(lines)), markup=False)
    for line in lines[:SHOWN]:
        out.print(f"  {line}", markup=False)


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
    elif rows:
        print_list(list(rows[0]), [list(row.values()) for row in rows])
    elif not broken:
        err.print(sentence("source.none", folders=os.pathsep.join(map(str, settings().sources))), markup=False)
    if broken:
        err.print(sentence("source.broken", names=", ".join(broken)), markup=False)
    return FINDINGS if broken else FINE


@source_app.command()
def fetch(name: SourceArgument = None, *, as_json: Json = False) -> int:
    """Register what waits at the partners' servers, as `run` does first; connections come from AIRFLOW_CONN_<ID>."""
    if name:
        folder_of(name)
    names = [name] if name else remote_sources()
    found: dict[str, list[str]] = {}

    def register(source: str) -> None:
        found[source] = fetch_source(source)

    faults = [fault for _, fault in fetch_all(names, register) if fault]
    if as_json:
        print_json([{"source": source, "batches": batches} for source, batches in sorted(found.items())])
    else:
        for source, batches in sorted(found.items()):
            out.print(sentence("fetch.done", source=source, count=len(batches)), markup=False)
        if not names:
            out.print(sentence("fetch.nothing"))
    for fault in faults:
        print_fault(fault)
    return FAULT if faults else FINE
