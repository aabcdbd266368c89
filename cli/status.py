"""Commands about the state of the hub: `status` shows what runs and waits, `doctor` what is wrong and its cure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from cli.app import HUB, app
from cli.screen import FAULT, FINE, Json, out, print_json, print_table
from hub.errors import HubError
from hub.messages import sentence
from hub.settings import settings
from pipeline.reports.timeliness.report import missing
from pipeline.reports.waiting import batches_in_trouble, sessions_that_wait
from stack import control as stack
from stack import health
from stack.checks import part_check
from stack.doctor import diagnose
from stack.time_limit import in_time
from warehouse import listings
from warehouse.connection import connect
from warehouse.listings import SourceTotals

if TYPE_CHECKING:
    from pipeline.reports.waiting import LockWait, StoppedBatch
    from stack.checks import Check

WAREHOUSE_SECONDS = 15.0  # how long the warehouse may take for the part that `status` reads from it
SYMBOL = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}


class Reachability(TypedDict):
    """Whether the warehouse answers, and what keeps it from answering."""

    healthy: bool
    why: str


class WarehouseStatus(TypedDict):
    """The warehouse's part of `riskhub status --json`; all but `warehouse` is None where it does not answer."""

    warehouse: Reachability
    sources: list[SourceTotals] | None
    expected: dict[str, dict[str, int]] | None  # by source: periods not in order, by state
    waiting: list[StoppedBatch] | None  # batches that wait for the machine, with the cure
    locks: list[LockWait] | None  # sessions that wait for one another


@app.command(rich_help_panel=HUB)
def status(*, as_json: Json = False) -> int:
    """Show what is running, and what is late, waiting or held.  Exits with 3 when something is dead or unknown."""
    parts = health.parts(settings().home)
    running = stack.described(parts)
    known = _of_warehouse(running)
    fine = known["warehouse"]["healthy"] and not running["broken"]
    if as_json:
        print_json({"stack": running, **known})
        return FINE if fine else FAULT
    _print_stack(parts, running, known["warehouse"])
    out.print()
    _print_sources(known["sources"])
    print_waiting(known["waiting"] or [], known["locks"] or [])
    for name, counts in (known["expected"] or {}).items():
        periods_by_state = ", ".join(f"{sentence(f'expected.{state}')} {periods}" for state, periods in counts.items())
        out.print(sentence("expected.owing", source=name, periods=periods_by_state), markup=False)
    return FINE if fine else FAULT


@app.command(rich_help_panel=HUB)
def doctor(*, as_json: Json = False) -> int:
    """Look for what keeps the hub from working, and name the cure.  Exits with 3 when there is something."""
    found = diagnose()
    if as_json:
        print_json([check.__dict__ for check in found])
    else:
        for check in found:
            _print_check(check)
    return FINE if all(check.fine for check in found) else FAULT


def _of_warehouse(running: stack.StackStatus) -> WarehouseStatus:
    """Return the warehouse's part of the status; no query is made where its server does not run."""
    server = running["postgres"]["state"]
    if settings().database_url is None and server != health.State.RUNS:
        return _unanswered(sentence(f"status.state.{server}"))
    try:
        return in_time(_read_warehouse, WAREHOUSE_SECONDS)
    except HubError as fault:
        return _unanswered(fault.what)


def _unanswered(why: str) -> WarehouseStatus:
    state: Reachability = {"healthy": False, "why": why}
    return {"warehouse": state, "sources": None, "expected": None, "waiting": None, "locks": None}


def _read_warehouse() -> WarehouseStatus:
    with connect() as conn:
        return {
            "warehouse": {"healthy": True, "why": ""},
            "sources": listings.rows_of(conn, SourceTotals, "status/source_totals"),
            "expected": missing(),
            "waiting": batches_in_trouble(conn),
            "locks": sessions_that_wait(conn),
        }


def print_waiting(waiting: list[StoppedBatch], locks: list[LockWait]) -> None:
    """Print which batches wait for the machine with the cure, and which sessions of the warehouse for one another."""
    for row in waiting:
        out.print(sentence("status.waits", **row), markup=False)
        out.print(f"    → {row['cure']}", markup=False)
    for session in locks:
        out.print(sentence("status.locked", **session), markup=False)


def _print_stack(parts: list[health.Part], running: stack.StackStatus, warehouse: Reachability) -> None:
    out.print(sentence("status.home", folder=running["home"]), markup=False)
    if running["portal"]["address"]:
        out.print(sentence("status.portal", address=running["portal"]["address"]), markup=False)
    if running["airflow"]["address"]:
        out.print(sentence("status.airflow", address=running["airflow"]["address"]), markup=False)
        out.print(sentence("status.pages", address=running["airflow"]["pages"]), markup=False)
        out.print(sentence("status.logins", logins=stack.logins_text(running["airflow"]["logins"])), markup=False)
    out.print()
    for part in parts:
        _print_check(part_check(part))
    if not warehouse["healthy"]:
        out.print(f"{SYMBOL[False]} {sentence('status.warehouse')}: ", end="")
        out.print(warehouse["why"], markup=False)


def _print_sources(sources: list[SourceTotals] | None) -> None:
    if not sources:
        out.print(sentence("status.no_sources" if sources is None else "status.none_yet"))
        return
    names = list(sources[0])
    headings = [sentence(f"status.{name}") for name in names]
    print_table(headings, [list(row.values()) for row in sources], right=headings[1:-1])


def _print_check(check: Check) -> None:
    out.print(f"{SYMBOL[check.fine]} {check.name}: ", end="")
    out.print(check.says, markup=False)
    if check.cure:
        out.print(f"    → {check.cure}", markup=False)
