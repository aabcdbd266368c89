"""Commands that take deliveries in: `drop` puts a file into its folder, `run` takes in all that is pending."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.app import DELIVERIES, app
from cli.batch import print_batches
from cli.screen import (
    FAULT,
    FINDINGS,
    FINE,
    FileArgument,
    Json,
    RequiredSource,
    SourceOption,
    err,
    out,
    print_fault,
    print_json,
)
from hub.errors import HubError, WrongUsage
from hub.messages import error_of, sentence
from mappings.catalogue import source_headers
from pipeline.checks.inbox import check_ready
from pipeline.intake.drop import drop_file
from pipeline.intake.fetch import fetch_all, remote_sources
from pipeline.intake.unclaimed import unclaimed_entries
from pipeline.sources import folder_of
from pipeline.steps.runner import STEPS
from pipeline.steps.runner import run as pipeline_run
from stack.file_modes import describe
from warehouse import listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@app.command(rich_help_panel=DELIVERIES)
def drop(file: FileArgument, source: RequiredSource) -> None:
    """Put a file into the exchange folder of a source, the way a careful partner does."""
    folder_of(source)
    if not file.is_file():
        raise error_of(WrongUsage, "cli.no_file", file=file)
    out.print(sentence("drop.done", file=file.name, folder=drop_file(file, source).parent))


@app.command(rich_help_panel=DELIVERIES)
def run(source: SourceOption = None, *, as_json: Json = False) -> int:
    """Ingest everything that is pending, without Airflow."""
    names = [source] if source else [f"{head.agency}/{head.feed}" for head in source_headers()]
    if source:
        folder_of(source)
    done, checked, faults = _run_sources(names, quiet=as_json)
    with connect() as conn:
        rows = listings.batches(conn, ids=done)[::-1]
    if as_json:
        print_json(rows)
    elif rows:
        print_batches(rows)
    elif not checked:
        out.print(sentence("run.nothing"))
    if checked and not as_json:
        out.print(sentence("run.checked", count=len(checked)))
    unclaimed = unclaimed_entries(source)
    for each in unclaimed:
        err.print(describe(each), markup=False)
    for fault in faults:
        print_fault(fault)
    if faults:
        return FAULT
    return FINDINGS if unclaimed or any(row["quarantined"] or row["state"] == "rejected" for row in rows) else FINE


def _run_sources(names: list[str], *, quiet: bool) -> tuple[list[str], list[str], list[HubError]]:
    """Return the ids of the batches, the checks that were answered, and the faults; no source stops another."""
    done: list[str] = []
    checked: list[str] = []
    faults: list[HubError] = []
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        disable=quiet,
    )
    with bar:
        for name, unreachable in _fetched_sources(names):
            faults += [unreachable] if unreachable else []
            seen = {str(unreachable)}  # a mapping that does not load stops all three
            works: tuple[tuple[Callable[[], list[str]], list[str]], ...] = (
                (partial(_run_source, name, bar), done),
                (partial(check_ready, name), checked),
            )
            for work, found in works:
                try:
                    found.extend(work())
                except Exception as fault:  # noqa: BLE001 - whatever it is, the other sources go on
                    named = _fault_of(name, fault)
                    faults += [] if str(named) in seen else [named]
                    seen.add(str(named))
    return done, checked, faults


def _fault_of(name: str, fault: Exception) -> HubError:
    """Return a fault with the name of its source; the text of a foreign exception is left out, it may hold data."""
    if isinstance(fault, HubError):
        fault.where = fault.where if name in fault.where else " · ".join(filter(None, (name, fault.where)))
        return fault
    why = fault.strerror if isinstance(fault, OSError) and fault.strerror else type(fault).__name__
    return HubError(sentence("run.fault", source=name), where=name, why=why, next_step=sentence("run.fault_next"))


def _fetched_sources(names: list[str]) -> Iterator[tuple[str, HubError | None]]:
    """Yield the sources with a folder, then the others as their fetches end, each with the fault of its fetch."""
    remote = remote_sources()
    yield from ((name, None) for name in names if name not in remote)
    yield from fetch_all([name for name in names if name in remote])


def _run_source(name: str, bar: Progress) -> list[str]:
    task = bar.add_task(name, total=None, visible=False)
    steps = count()

    def show_step(batches: int, batch: str, verb: str) -> None:
        description = f"{name} {batch} {verb}"
        bar.update(task, description=description, total=batches * len(STEPS), completed=next(steps), visible=True)

    done = pipeline_run(name, show_step)
    bar.update(task, description=name, completed=len(done) * len(STEPS))
    return done
