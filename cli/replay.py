"""Commands about what was delivered before: `plan` shows what would change, `replay` reads it again."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.app import DELIVERIES, app
from cli.moments import Since, Until  # noqa: TC001 - typer reads them
from cli.screen import FINDINGS, FINE, Json, SourceOption, err, out, print_json, print_list
from hub.batch import COUNTS
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from hub.settings import settings
from mappings.engine import read_source
from pipeline.receipts.render import reconciliation
from pipeline.reports.plan import Plan, plan_file, plan_replay
from pipeline.sources import source_named
from pipeline.steps.replay import Candidate, Wanted, candidates
from pipeline.steps.replay import replay as read_again
from pipeline.steps.runner import STEPS
from validation.batches.figure_text import figure_label
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mappings.engine import Source

SomeFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A file as the agency would send it.")]
SomeFolder = Annotated[Path | None, typer.Option(help="A source folder with a changed mapping.")]
Batches = Annotated[list[str] | None, typer.Option("--batch", help="This batch; may be given more than once.")]
Code = Annotated[str | None, typer.Option(help="Only deliveries in which this finding was found last.")]
Changed = Annotated[bool, typer.Option("--changed", help="All that were read with another mapping or standard.")]
Force = Annotated[bool, typer.Option("--force", help="Also where mapping and standard are still the same.")]


@app.command(rich_help_panel=DELIVERIES)
def plan(  # noqa: PLR0913, PLR0917 - the options of one command
    file: SomeFile = None,
    source: SourceOption = None,
    mapping: SomeFolder = None,
    batch: Batches = None,
    since: Since = None,
    until: Until = None,
    *,
    changed: Changed = False,
    as_json: Json = False,
) -> int:
    """Show what would change, before anything is written.

    FILE and --source: what the file would bring.  --mapping FOLDER: how its mapping would read all that the source
    has delivered.  --source, --batch or --changed alone: what `riskhub replay` would do.  Exit code 1 when rows would
    be quarantined, or records lost, that are in the warehouse now.
    """
    if file is not None:
        if source is None:
            raise error_of(WrongUsage, "plan.usage", next_step="riskhub plan FILE --source AGENCY/FEED")
        plans = [plan_file(file, source_named(source))]
    else:
        given = read_source(mapping) if mapping else None
        wanted = Wanted(
            batch, given.name if given else source, since, until, changed=changed, force=mapping is not None
        )
        plans = list(_plans(candidates(wanted), given))
    if as_json:
        print_json([_plan_to_dict(each) for each in plans])
    elif plans:
        _print_plans(plans)
    else:
        out.print(sentence("plan.nothing"))
    refused = any(each.worse or (each.origin is None and each.state == "rejected") for each in plans)
    return FINDINGS if refused else FINE


def _plans(chosen: list[Candidate], given: Source | None) -> Iterable[Plan]:
    with _bar() as bar:
        task = bar.add_task("plan", total=len(chosen))
        for each in chosen:
            bar.update(task, description=f"{each.source} {each.origin}")
            yield plan_replay(each.origin, given or source_named(each.source))
            bar.advance(task)


@app.command(rich_help_panel=DELIVERIES)
def replay(  # noqa: PLR0913 - the options of one command
    batch: Batches = None,
    source: SourceOption = None,
    since: Since = None,
    until: Until = None,
    code: Code = None,
    *,
    changed: Changed = False,
    force: Force = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do; see also `plan`.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: Json = False,
) -> int:
    """Read deliveries again with the mapping and the standard as they are now; repair what waits in quarantine.

    A delivery that neither has changed for is left alone.  Stopped half-way, the same command goes on.
    """
    chosen = candidates(Wanted(batch, source, since, until, code, changed=changed, force=force))
    if dry_run:
        return _print_dry_run(chosen, as_json=as_json)
    if not chosen:
        if as_json:
            print_json([])
        else:
            out.print(sentence("replay.nothing"))
        return FINE
    if not yes:
        _confirm(chosen)
    with _bar(quiet=as_json) as bar:
        done = read_again(chosen, _steps(bar, len(chosen)))
    with connect() as conn:
        rows = [asdict(ledger.entry(conn, each)) for each in done]
    names = ("batch_id", "replay_of", "state", *COUNTS)
    if as_json:
        print_json([{name: row[name] for name in names} for row in rows])
    else:
        print_list(names, [[row[name] for name in names] for row in rows], right=COUNTS)
    return FINDINGS if any(row["quarantined"] or row["state"] == "rejected" for row in rows) else FINE


def _plan_to_dict(plan: Plan) -> dict[str, object]:
    """Return a plan as scripts read it."""
    return {**asdict(plan), "worse": plan.worse}


def _print_dry_run(chosen: list[Candidate], *, as_json: bool) -> int:
    plans = list(_plans(chosen, None))
    if as_json:
        print_json([{**asdict(each), "plan": _plan_to_dict(plan)} for each, plan in zip(chosen, plans, strict=True)])
    elif chosen:
        _print_chosen(chosen)
        _print_plans(plans)
    else:
        out.print(sentence("replay.nothing"))
    return FINDINGS if any(each.worse for each in plans) else FINE


def _confirm(chosen: list[Candidate]) -> None:
    _print_chosen(chosen)
    if not sys.stdin.isatty():
        raise error_of(WrongUsage, "replay.unasked")
    if not typer.confirm(sentence("replay.ask", count=len(chosen)), default=False):
        raise typer.Abort


def _print_chosen(chosen: list[Candidate]) -> None:
    rows = [(c.origin, c.source, c.file, c.last_state, c.open, sentence(f"replay.why.{c.why}")) for c in chosen]
    print_list(("batch", "source", "file", "state", "in_quarantine", "why"), rows, right=("in_quarantine",))


def _print_plans(plans: list[Plan]) -> None:
    for each in plans:
        out.print(f"\n[bold]{each.source}[/]  {each.origin or each.file}  {sentence('state.' + each.state)}")
        if not each.counts:
            for found in each.findings:
                out.print(f"  [red]{found['code']}[/] {found['column'] or ''} {found['value'] or ''}")
            continue
        out.print(f"  {reconciliation(each.counts)}")
        for reason in each.reasons:
            figure = figure_label(reason["figure"], settings().language)
            line = sentence("plan.held", figure=figure, observed=reason["observed"], expected=reason["expected"])
            out.print(f"  {line}", style="yellow", markup=False)
        for name in ("repaired", "refused", "ended"):
            if getattr(each, name):
                style = "green" if name == "repaired" else "red"
                out.print(f"  [{style}]{sentence(f'plan.{name}', rows=getattr(each, name))}[/]")
        _print_fields(each)
        gone = [(f["level"], f["code"], f["column"] or f["field"], f["count"]) for f in each.findings]
        if gone:
            print_list(("level", "finding", "column", "rows"), gone, right=("rows",))


def _print_fields(each: Plan) -> None:
    lines: list[tuple[Any, ...]] = []
    for field in each.fields:
        name: str | None = f"{field['record_type']}.{field['field']}"
        for example in field["examples"]:
            records = field["records"] if name else None
            lines.append((name, records, example["before"] or "∅", example["after"] or "∅", example["records"]))
            name = None
    if lines:
        print_list(("field", "records", "is", "would_be", "times"), lines, right=("records", "times"))


def _bar(*, quiet: bool = False) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, disable=quiet, transient=True)


def _steps(bar: Progress, count: int) -> Callable[[str, str], None]:
    task = bar.add_task("replay", total=count * len(STEPS))

    def show(batch: str, verb: str) -> None:
        bar.update(task, description=f"{batch} {verb}", advance=1)

    return show
