"""Commands about the hub on this machine: `up`, `down`, `demo`, `warehouse migrate`, `docs build`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from cli.app import HUB, app, group
from cli.screen import Json, out, print_json, print_table
from hub.batch import COUNTS
from hub.messages import sentence
from hub.settings import settings
from pipeline.receipts.render import reconciliation
from pipeline.reports.data_docs import LAST, build
from stack import control as stack
from stack.analyst_query import psql
from stack.demo import drop_samples, poll, query_results
from stack.logins import migrate_login
from stack.migrate import migrate as migrate_warehouse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack.demo import DemoFile

STOPPING = 2.0  # seconds that steps may take to end after the demonstration: its receipts are out
warehouse_app = group("warehouse", "The tables of the warehouse.")
docs_app = group("docs", "Data Docs: what was expected of each batch, and what it looked like.")


def print_step(key: str, /, **values: Any) -> None:
    """Print a step of starting or stopping: the sentence `key` of the catalogue."""
    out.print(sentence(key, **values), markup=False)


@app.command(rich_help_panel=HUB)
def up() -> None:
    """Start the embedded PostgreSQL and Airflow and leave them running; bring the warehouse up to date."""
    stack.up(print_step)
    _print_addresses()


@app.command(rich_help_panel=HUB)
def down() -> None:
    """Stop everything that `up` has started."""
    stack.down(print_step)


@warehouse_app.command()
def migrate() -> None:
    """Bring the warehouse's tables up to what this version expects."""
    done = migrate_warehouse()
    if not migrate_login():
        out.print(sentence("migrate.no_login"), markup=False)
    out.print(sentence("migrate.done", names=", ".join(done)) if done else sentence("migrate.nothing"))


@docs_app.command("build")
def build_docs(
    last: Annotated[int, typer.Option(min=1, help="How many batches of each source.")] = LAST, *, as_json: Json = False
) -> None:
    """Bring the pages up to date: what was expected of the last batches of each source, and what they looked like."""
    page, made = build(last)
    if as_json:
        print_json({"page": str(page), "made": made})
    else:
        out.print(sentence("docs.built", page=page, made=made), markup=False, soft_wrap=True)


@app.command(rich_help_panel=HUB)
def demo() -> None:
    """Show the whole journey: start, drop samples, wait for every receipt, ask questions, tell a story, stop."""
    try:
        stack.up(print_step)
        files = drop_samples()
        out.print(sentence("demo.dropped", count=len(files)))
        _follow(files)
        _reconcile(files)
        for result in query_results():
            out.print(f"\n[bold]{result.title[settings().language]}[/]")
            print_table(result.columns, result.rows, right=result.columns[2:])
        out.print()
        _print_addresses(after=True)
    finally:
        stack.down(print_step, seconds=STOPPING)


def _follow(files: list[DemoFile]) -> None:
    with Live(console=out, refresh_per_second=4, transient=True) as live:
        printed: dict[tuple[str, str], str] = {}  # a source may have several files
        for now in poll(files):
            live.update(_progress(now))
            if not out.is_terminal:
                for file in now:
                    if printed.get((file.source, file.file_name)) != file.state:
                        printed[file.source, file.file_name] = file.state
                        out.print(f"  {_name_of(file)} {_state_of(file)}")


def _progress(files: list[DemoFile]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("", sentence("demo.source"), sentence("demo.file"), sentence("demo.state")):
        table.add_column(column)
    for file in files:
        symbol = "[green]✓[/]" if file.receipt else "·"
        table.add_row(symbol, file.source, file.file_name, _state_of(file))
    return table


def _name_of(file: DemoFile) -> str:
    """Return source and file, for a source may show several files."""
    return f"{file.source:33} {file.file_name:33}"


def _state_of(file: DemoFile) -> str:
    return sentence("demo.waits" if file.state == "dropped" else f"state.{file.state}")


def _reconcile(files: list[DemoFile]) -> None:
    out.print(f"\n[bold]{sentence('demo.reconciliation')}[/]")
    for file in files:
        if file.batch:
            row: Mapping[str, Any] = file.batch
            counts = {name: row[name] for name in COUNTS}
            line = sentence("state.duplicate") if file.batch["state"] == "duplicate" else reconciliation(counts)
            out.print(f"  {_name_of(file)} {line}", soft_wrap=True)


def _print_addresses(*, after: bool = False) -> None:
    airflow = stack.status()["airflow"]
    out.print(sentence("next.after" if after else "next.now"))
    login = f"{airflow['login']} / {airflow['password']}"
    out.print(sentence("next.ui", address=airflow["address"], login=login), markup=False)
    out.print(
        sentence("next.pages", address=airflow["pages"], logins=stack.logins_text(airflow["logins"])), markup=False
    )
    out.print(sentence("next.out", folder=settings().exchange), markup=False)
    out.print(sentence("next.psql", line=shlex.join(psql())), markup=False)
    out.print(sentence("next.drop"), markup=False)
