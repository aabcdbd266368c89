"""Commands about the hub on this machine: `up`, `down`, `demo`, `warehouse migrate`, `docs build`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from cli.app import HUB, app, group
from cli.screen import Json, out, print_json, print_table, word
from hub.batch import COUNTS
from hub.settings import settings
from pipeline.receipts.render import reconciliation
from pipeline.reports.data_docs import LAST, build
from stack import control as stack
from stack.analyst_query import psql
from stack.demo import answers, drop_samples, watch
from stack.logins import migrate_login
from stack.migrate import migrate as migrate_warehouse

if TYPE_CHECKING:
    from stack.demo import Submission


warehouse_app = group("warehouse", "The tables of the warehouse.")
docs_app = group("docs", "Data Docs: what was expected of each batch, and what it looked like.")


def print_step(key: str, /, **values: Any) -> None:
    """Print a step of starting or stopping: the sentence `key` of the catalogue."""
    out.print(word(key, **values), markup=False)


@app.command(rich_help_panel=HUB)
def up() -> None:
    """Start the embedded PostgreSQL and Airflow and leave them running; bring the warehouse up to date."""
    stack.up(print_step)
    _where_to_look()


@app.command(rich_help_panel=HUB)
def down() -> None:
    """Stop everything that `up` has started."""
    stack.down(print_step)


@warehouse_app.command()
def migrate() -> None:
    """Bring the warehouse's tables up to what this version expects."""
    done = migrate_warehouse()
    if not migrate_login():
        out.print(word("migrate.no_login"), markup=False)
    out.print(word("migrate.done", names=", ".join(done)) if done else word("migrate.nothing"))


@docs_app.command("build")
def build_docs(
    last: Annotated[int, typer.Option(min=1, help="How many batches of each source.")] = LAST, *, as_json: Json = False
) -> None:
    """Bring the pages up to date: what was expected of the last batches of each source, and what they looked like."""
    page, made = build(last)
    if as_json:
        print_json({"page": str(page), "made": made})
    else:
        out.print(word("docs.built", page=page, made=made), markup=False, soft_wrap=True)


@app.command(rich_help_panel=HUB)
def demo() -> None:
    """Show the whole journey: start, drop ten samples, wait for every receipt, ask three questions, stop."""
    try:
        stack.up(print_step)
        submissions = drop_samples()
        out.print(word("demo.dropped", count=len(submissions)))
        _follow(submissions)
        _reconcile(submissions)
        for answer in answers():
            out.print(f"\n[bold]{answer.title[settings().language]}[/]")
            print_table(answer.columns, answer.rows, right=answer.columns[2:])
        out.print()
        _where_to_look(after=True)
    finally:
        stack.down(print_step)


def _follow(submissions: list[Submission]) -> None:
    with Live(console=out, refresh_per_second=4, transient=True) as live:
        printed: dict[str, str] = {}
        for now in watch(submissions):
            live.update(_progress(now))
            if not out.is_terminal:
                for submission in now:
                    if printed.get(submission.source) != submission.state:
                        printed[submission.source] = submission.state
                        out.print(f"  {submission.source:32} {submission.state}")


def _progress(submissions: list[Submission]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("", word("demo.source"), word("demo.file"), word("demo.state")):
        table.add_column(column)
    for submission in submissions:
        mark = "[green]✓[/]" if submission.receipt else "·"
        state = submission.state if submission.state == "dropped" else word(f"state.{submission.state}")
        table.add_row(mark, submission.source, submission.file_name, state)
    return table


def _reconcile(submissions: list[Submission]) -> None:
    out.print(f"\n[bold]{word('demo.reconciliation')}[/]")
    for submission in submissions:
        if submission.batch:
            counts = {name: submission.batch[name] for name in COUNTS}
            line = word("state.duplicate") if submission.batch["state"] == "duplicate" else reconciliation(counts)
            out.print(f"  {submission.source:32} {line}")


def _where_to_look(*, after: bool = False) -> None:
    airflow = stack.status()["airflow"]
    out.print(word("next.after" if after else "next.now"))
    out.print(
        word("next.ui", address=airflow["address"], login=f"{airflow['login']} / {airflow['password']}"), markup=False
    )
    out.print(word("next.out", folder=settings().exchange), markup=False)
    out.print(word("next.psql", line=shlex.join(psql())), markup=False)
    out.print(word("next.drop"), markup=False)
