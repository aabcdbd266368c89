"""Commands about batches that wait for a decision: `hold list`, `show`, `approve`, `reject`."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from cli.app import group
from cli.screen import FINE, BatchArgument, Json, SourceOption, out, print_json, print_members, print_rows
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from pipeline.review.hold import Decision, decide, held, hold_of
from pipeline.steps.runner import step
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from hub.receipt import HoldReason

hold_app = group("hold", "Batches that wait for a person's decision.")


@hold_app.command("list")
def list_held(source: SourceOption = None, *, as_json: Json = False) -> None:
    """List the batches that wait, oldest first, each with its reasons."""
    found = held(source)
    if as_json:
        print_json(found)
    elif found:
        columns = ("batch", "source", "file", "held_at", "why")
        print_rows(columns, [{**row, "why": _why(row["reasons"])} for row in found])
    else:
        out.print(sentence("hold.none"))


@hold_app.command()
def show(batch: BatchArgument, *, as_json: Json = False) -> None:
    """Show why a batch waits or waited: each figure with what was expected, and the decision."""
    with connect() as conn:
        entry = ledger.entry(conn, batch)
        hold = hold_of(conn, batch)
    if hold is None:
        raise error_of(WrongUsage, "hold.never", batch=batch)
    account = {"batch": batch, "source": entry.source, "file": entry.file_name, "state": entry.state, **hold}
    if as_json:
        print_json(account)
        return
    print_members({name: value for name, value in account.items() if value is not None and name != "reasons"})
    columns = ("code", "figure", "observed", "expected", "origin")
    print_rows(columns, hold["reasons"])


@hold_app.command()
def approve(
    batch: BatchArgument, comment: Annotated[str, typer.Option(help="Why it is right; stays in the audit.")] = ""
) -> int:
    """Release a batch: it is loaded as it is, its findings stay in the receipt."""
    return _decide(batch, "approve", comment)


@hold_app.command()
def reject(batch: BatchArgument, comment: Annotated[str, typer.Option(help="Why; its sender reads it.")] = "") -> int:
    """Reject a batch; its sender gets the reason with the receipt."""
    return _decide(batch, "reject", comment)


def _decide(batch: str, decision: Decision, comment: str) -> int:
    done = decide(batch, decision, getpass.getuser(), comment)
    out.print(sentence(f"hold.{decision}" if done else "hold.late", batch=batch))
    for verb in ("map", "validate", "load", "acknowledge"):
        step(verb, [batch])
    return FINE


def _why(reasons: list[HoldReason]) -> str:
    return "; ".join(
        f"{each['code']} {each['field'] or ''} {each['observed']} ({each['expected']})" for each in reasons
    )
