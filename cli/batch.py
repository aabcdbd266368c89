"""Commands about batches: `batch list`, `show`, `history`; `batches` and `receipt` are what scripts rely on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from cli.app import SCRIPTS, app, group
from cli.check import print_account
from cli.moments import Since  # noqa: TC001 - typer reads it
from cli.screen import BatchArgument, Json, SourceOption, out, print_json, print_rows
from hub.batch import COUNTS, State
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from warehouse import ledger, listings
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warehouse.listings import BatchLine

batch_app = group("batch", "Batches: what was submitted, and what became of it.")
COLUMNS = ("batch", "source", "file", "state", *COUNTS)
CLOSED = ("open", "corrected", "resent", "replayed")  # what became of the rows that a batch kept out


@app.command("batches", rich_help_panel=SCRIPTS, help="The same as `batch list`.")
@batch_app.command("list")
def list_batches(
    source: SourceOption = None,
    state: Annotated[State | None, typer.Option(help="Only batches in this state.")] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    *,
    as_json: Json = False,
) -> None:
    """List what was submitted and what became of it, newest first."""
    with connect() as conn:
        rows = listings.batches(conn, source=source, state=state, since=since, limit=limit)
    if as_json:
        print_json(rows)
    elif rows:
        print_batches(rows)
    else:
        out.print(sentence("batches.none_such" if source or state or since else "batches.none"))


def print_batches(rows: Iterable[BatchLine]) -> None:
    """Print batches as `listings.rows_of` returns them, with their counts of rows."""
    print_rows(COLUMNS, rows, right=COUNTS)


@app.command("receipt", rich_help_panel=SCRIPTS, help="The same as `batch show`.")
@batch_app.command()
def show(batch: BatchArgument, *, as_json: Json = False) -> None:
    """Show the receipt of a batch: its counts and findings, as its sender got them."""
    with connect() as conn:
        entry = ledger.entry(conn, batch)
        row = conn.execute(statement("receipts/receipt_body"), {"batch_id": batch, "kind": "json"}).fetchone()
    if row is None:
        raise error_of(WrongUsage, "batches.no_receipt", batch=batch, state=sentence(f"state.{entry.state}"))
    account = json.loads(bytes(row[0]))
    if as_json:
        print_json(account)
    else:
        print_account(account)


@batch_app.command()
def history(batch: BatchArgument, *, as_json: Json = False) -> None:
    """List all readings of the delivery of a batch: the first one, corrections and replays."""
    with connect() as conn:
        rows = listings.readings_of(conn, batch)
    if as_json:
        print_json(rows)
        return
    names = ("batch", "role", "file", "state", *COUNTS, "ended", *CLOSED)
    print_rows(names, rows, right=(*COUNTS, "ended", *CLOSED))
