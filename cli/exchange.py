"""Commands about submissions: drop, run, batches, receipt."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.check import FileArgument, RequiredSource, print_account
from cli.fetch import remote
from cli.screen import (
    FAULT,
    FINDINGS,
    FINE,
    Json,
    SourceName,
    app,
    err,
    out,
    print_json,
    print_table,
    tell,
    word,
)
from hub.batch import COUNTS
from hub.errors import HubError, WrongUsage
from mappings.catalogue import source_headers
from pipeline.checks.inbox import check_ready
from pipeline.intake.drop import drop_file
from pipeline.intake.fetch import fetch_all
from pipeline.intake.unclaimed import unclaimed_entries
from pipeline.sources import folder_of
from pipeline.steps.runner import STEPS
from pipeline.steps.runner import run as pipeline_run
from stack.file_modes import describe
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@app.command()
def drop(file: FileArgument, source: RequiredSource) -> None:
    """Put a file into the exchange folder of a source, the way a careful partner does."""
    folder_of(source)
    if not file.is_file():
        raise WrongUsage(f"There is no file {file}.", next_step="Name a file that exists.")
    out.print(word("drop.done", file=file.name, folder=drop_file(file, source).parent))


@app.command()
def run(source: SourceName = None, *, as_json: Json = False) -> int:
    """Ingest everything that is pending, without Airflow."""
    names = [source] if source else [f"{head.agency}/{head.feed}" for head in source_headers()]
    if source:
        folder_of(source)
    done, asked, faults = _run_sources(names, quiet=as_json)
    with connect() as conn:
        accounts = ledger.rows_of(conn, "status/list_batches", source=source, state=None, limit=100_000)
    rows = [row for row in reversed(accounts) if row["batch"] in set(done)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(("batch", "source", "file", "state", *COUNTS), _cells(rows), right=COUNTS)
    elif not asked:
        out.print(word("run.nothing"))
    if asked and not as_json:
        out.print(word("run.checked", count=len(asked)))
    alone = unclaimed_entries(source)
    for each in alone:
        err.print(describe(each), markup=False)
    for met in faults:
        tell(met)
    if faults:
        return FAULT
    return FINDINGS if alone or any(row["quarantined"] or row["state"] == "rejected" for row in rows) else FINE


def _run_sources(names: list[str], *, quiet: bool) -> tuple[list[str], list[str], list[HubError]]:
    """Return the batches taken through, the answers given to checks, and what went wrong; no source stops another."""
    done: list[str] = []
    asked: list[str] = []
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
        for name, unreachable in _as_they_come(names):
            faults += [unreachable] if unreachable else []
            told = {str(unreachable)}  # a mapping that does not load stops all three
            works: tuple[tuple[Callable[[], list[str]], list[str]], ...] = (
                (partial(_run_source, name, bar), done),
                (partial(check_ready, name), asked),
            )
            for work, found in works:
                try:
                    found.extend(work())
                except Exception as fault:  # noqa: BLE001 - whatever it is, the other sources go on
                    met = _fault_of(name, fault)
                    faults += [] if str(met) in told else [met]
                    told.add(str(met))
    return done, asked, faults


def _fault_of(name: str, fault: Exception) -> HubError:
    """Return a fault in the words of a command; the text of one that is not ours may hold data."""
    if isinstance(fault, HubError):
        fault.where = fault.where if name in fault.where else " · ".join(filter(None, (name, fault.where)))
        return fault
    why = fault.strerror if isinstance(fault, OSError) and fault.strerror else type(fault).__name__
    return HubError(word("run.fault", source=name), where=name, why=why, next_step=word("run.fault_next"))


def _as_they_come(names: list[str]) -> Iterator[tuple[str, HubError | None]]:
    """Yield the sources whose files lie in a folder, then the others as their servers have answered, or have not."""
    asked = [name for name in names if name in set(remote())]
    yield from ((name, None) for name in names if name not in asked)
    yield from fetch_all(asked)


def _run_source(name: str, bar: Progress) -> list[str]:
    task = bar.add_task(name, total=None, visible=False)
    steps = count()

    def tell_step(batches: int, batch: str, verb: str) -> None:
        description = f"{name} {batch} {verb}"
        bar.update(task, description=description, total=batches * len(STEPS), completed=next(steps), visible=True)

    done = pipeline_run(name, tell_step)
    bar.update(task, description=name, completed=len(done) * len(STEPS))
    return done


@app.command()
def batches(
    source: SourceName = None,
    state: Annotated[str | None, typer.Option(help="Only batches in this state.")] = None,
    limit: Annotated[int, typer.Option(help="The newest so many.")] = 50,
    *,
    as_json: Json = False,
) -> None:
    """List what was submitted and what became of it, newest first."""
    with connect() as conn:
        rows = ledger.rows_of(conn, "status/list_batches", source=source, state=state, limit=limit)
    if as_json:
        print_json(rows)
    elif rows:
        print_table(("batch", "source", "file", "state", *COUNTS), _cells(rows), right=COUNTS)
    else:
        out.print(word("batches.none"))


@app.command()
def receipt(
    batch: Annotated[str, typer.Argument(help="The batch's id.")],
    *,
    thread: Annotated[bool, typer.Option("--thread", help="All readings and corrections of the delivery.")] = False,
    as_json: Json = False,
) -> None:
    """Show the receipt of a batch as its sender got it."""
    if thread:
        _show_thread(batch, as_json=as_json)
        return
    with connect() as conn:
        ledger.entry(conn, batch)
        row = conn.execute(statement("receipts/receipt_body"), {"batch_id": batch, "kind": "json"}).fetchone()
    if row is None:
        raise WrongUsage(
            f"Batch {batch} has no receipt yet.", why="It is still being worked on.", next_step="See `riskhub batches`."
        )
    account = json.loads(bytes(row[0]))
    if as_json:
        print_json(account)
    else:
        print_account(account)


def _show_thread(batch: str, *, as_json: bool) -> None:
    with connect() as conn:
        rows = ledger.rows_of(conn, "trace/correction_thread", origin=ledger.entry(conn, batch).word)
    if as_json:
        print_json(rows)
        return
    closed = ("open", "corrected", "resent", "replayed")
    names = ("batch", "role", "file", "state", *COUNTS, "ended", *closed)
    print_table(names, [[row[name] for name in names] for row in rows], right=(*COUNTS, "ended", *closed))


def _cells(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row[name] for name in ("batch", "source", "file", "state", *COUNTS)] for row in rows]
