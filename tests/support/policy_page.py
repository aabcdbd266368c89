"""docs/policy.md: which record type and source serves each task of the policy, from the register and the sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import mappings
from hub.settings import PROJECT
from mappings.engine import find_sources, read_source
from standards import standard
from standards.agencies import register

if TYPE_CHECKING:
    from mappings.engine import Source
    from standards.agencies import PolicyRow

PAGE = PROJECT / "docs" / "policy.md"
SHIPPED = Path(mappings.__file__).with_name("sources")
HEAD = """\
# The tasks of the policy

The implementation plan of Hainan of 28 December 2017 has tasks that need data or give them. This page says for each
which record types and which sources of this repository serve it. It is made from the tables of `standards/agencies/`
and the folders of the sources; `.venv/bin/python -m pytest tests/test_policy_page.py --update` writes it anew.

- **live**: every record type of the task exists and has a source; or the task needs no records, and the named part of
  the hub serves it.
- **partly**: some of its record types do; or the hub holds the records that the task wants published, and nothing of
  the hub publishes them by itself.
- **no**: none of its record types does, or nothing of the hub serves it.

A record type in *italics* has no schema yet. A source counts for a task if it holds the record type, and its body may
send this type by this task, or it names no body: public data of other places, which prove the type on a real file.

"""


def policy_page() -> str:
    """Return the page as it should be."""
    sources = [source for folder in find_sources([SHIPPED]) if not (source := read_source(folder)).only_checks]
    lines, states = [], []
    for row in register().rows.values():
        serving = {each: _sources(row, each, sources) for each in row.record_types}
        states.append(_state(row, serving))
        lines.append(_line(row, serving, states[-1]))
    count = {state: states.count(state) for state in ("live", "partly", "no")}
    total = f"{count['live']} of {len(states)} tasks are live, {count['partly']} partly, {count['no']} not yet.\n\n"
    table = "| task | | direction | record types | sources, or part of the hub | live |\n|---|---|---|---|---|---|\n"
    return HEAD + total + table + "".join(lines)


def _sources(row: PolicyRow, record_type: str, sources: list[Source]) -> list[str]:
    known = register()
    return [
        source.name
        for source in sources
        if any(each.name == record_type for each in source.record_types)
        and (
            row.direction == "out"
            or not source.bodies
            or any(row.code in known.every_right(code, record_type) for code in source.bodies)
        )
    ]


def _state(row: PolicyRow, serving: dict[str, list[str]]) -> str:
    if not row.record_types:
        return "live" if row.served_by else "no"
    served = [bool(found) for found in serving.values()]
    whole = all(served) and row.direction != "out"
    return "live" if whole else "partly" if any(served) else "no"


def _line(row: PolicyRow, serving: dict[str, list[str]], state: str) -> str:
    types = ", ".join(each if each in standard().types else f"*{each}*" for each in row.record_types)
    names = list(dict.fromkeys(name for found in serving.values() for name in found))
    places = ", ".join(f"`{name}`" for name in ([row.served_by] if row.served_by else names))
    task = f"{row.label['zh']} {row.label['en']}"
    return f"| {row.code} | {task} | {row.direction} | {types} | {places} | {state} |\n"
