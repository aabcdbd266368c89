"""Commands about the state of the hub: `status` shows what runs and waits, `doctor` what is wrong and its cure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.app import HUB, app
from cli.screen import FAULT, FINE, Json, out, print_json, print_table, word
from hub.errors import HubError
from hub.settings import settings
from pipeline.reports.timeliness.report import missing
from pipeline.reports.waiting import batches_in_trouble, sessions_that_wait
from stack import control as stack
from stack import health
from stack.doctor import diagnose, part_check
from stack.time_limit import in_time
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from stack.doctor import Check

ANSWER_SECONDS = 15.0  # how long the warehouse may take for the part that `status` reads from it
OF_WAREHOUSE = ("sources", "expected", "waiting", "locks")  # by the warehouse; None where it does not answer
MARK = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}


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
        periods_by_state = ", ".join(f"{word(f'expected.{state}')} {periods}" for state, periods in counts.items())
        out.print(word("expected.owing", source=name, periods=periods_by_state), markup=False)
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


def _of_warehouse(running: dict[str, Any]) -> dict[str, Any]:
    """Return `warehouse` {healthy, why}, and `sources` and `expected`, which are None where they cannot be known."""
    embedded = settings().database_url is None
    if embedded and running["postgres"]["state"] != health.State.RUNS:
        why = word(f"status.state.{running['postgres']['state']}")
        return {"warehouse": {"healthy": False, "why": why}, **dict.fromkeys(OF_WAREHOUSE)}
    try:
        known = in_time(_read_warehouse, ANSWER_SECONDS)
    except HubError as fault:
        return {"warehouse": {"healthy": False, "why": fault.what}, **dict.fromkeys(OF_WAREHOUSE)}
    return {"warehouse": {"healthy": True, "why": ""}, **known}


def _read_warehouse() -> dict[str, Any]:
    with connect() as conn:
        sources = ledger.rows_of(conn, "status/source_totals")
        waiting, locks = batches_in_trouble(conn), sessions_that_wait(conn)
    return dict(zip(OF_WAREHOUSE, (sources, missing(), waiting, locks), strict=True))


def print_waiting(waiting: list[dict[str, Any]], locks: list[dict[str, Any]]) -> None:
    """Print which batches wait for the machine with the cure, and which sessions of the warehouse for one another."""
    for row in waiting:
        out.print(word("status.waits", **row), markup=False)
        out.print(f"    → {row['cure']}", markup=False)
    for row in locks:
        out.print(word("status.locked", **row), markup=False)


def _print_stack(parts: list[health.Part], running: dict[str, Any], warehouse: dict[str, Any]) -> None:
    out.print(f"home       {running['home']}", markup=False)
    if running["airflow"]["address"]:
        out.print(f"airflow    {running['airflow']['address']}", markup=False)
    out.print()
    for part in parts:
        _print_check(part_check(part))
    if not warehouse["healthy"]:
        out.print(f"{MARK[False]} {word('status.warehouse')}: ", end="")
        out.print(warehouse["why"], markup=False)


def _print_sources(sources: list[dict[str, Any]] | None) -> None:
    if not sources:
        out.print(word("status.no_sources" if sources is None else "status.none_yet"))
        return
    names = list(sources[0])
    print_table([word(f"status.{name}") for name in names], [list(row.values()) for row in sources], right=names[1:-1])


def _print_check(check: Check) -> None:
    out.print(f"{MARK[check.fine]} {check.name}: ", end="")
    out.print(check.says, markup=False)
    if check.cure:
        out.print(f"    → {check.cure}", markup=False)
