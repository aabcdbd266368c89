"""A partner and an analyst for tests: drop files, run the hub, look at what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from hub.settings import settings
from pipeline.steps.runner import run
from warehouse import listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

FIRE = "hn_fire/incidents"
HEADER = "警情编号,接警时间,行政区划,起火场所,起火原因"
COUNTS = ("read", "new", "changed", "unchanged", "duplicate", "quarantined", "skipped")


def drop(source: str, name: str, content: bytes) -> Path:
    """Put a file into the source's folder as a careful partner does."""
    inbox = settings().exchange / source / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    hidden = inbox / f".{name}.part"
    hidden.write_bytes(content)
    return hidden.rename(inbox / name)


def sample(source: str) -> tuple[str, bytes]:
    """Return name and bytes of the sample in the source's folder."""
    for folder in settings().sources:
        for path in sorted((folder / source).glob("sample.*")):
            return path.name, path.read_bytes()
    raise FileNotFoundError(source)


def submit(source: str, name: str, content: bytes) -> dict[str, Any]:
    """Drop, run, and return the ledger's line of the batch that came of it."""
    before = {row["batch"] for row in batches(source)}
    drop(source, name, content)
    run(source)
    fresh = [row for row in batches(source) if row["batch"] not in before]
    assert len(fresh) == 1, fresh
    return fresh[0]


def batches(source: str | None = None) -> list[Any]:
    """Return what the ledger says, newest first."""
    with connect() as conn:
        return listings.batches(conn, source=source)


def counts(batch: dict[str, Any]) -> dict[str, int]:
    """Return the counts that are not zero."""
    return {name: batch[name] for name in COUNTS if batch[name]}


def receipt(batch: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON receipt that lies in the sender's folder."""
    path = settings().exchange / batch["source"] / "out" / f"{batch['batch']}.receipt.json"
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told


def codes(batch: dict[str, Any]) -> dict[str, int]:
    """Return the receipt's findings as code -> count."""
    found: dict[str, int] = {}
    for finding in receipt(batch)["findings"]:
        found[finding["code"]] = found.get(finding["code"], 0) + finding["count"]
    return found


def ask(query: str, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a query."""
    with connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def notes_in_core() -> dict[str, str]:
    """Return the note of each fire that core holds, by the agency's number."""
    rows = ask("select source_record_no as no, narrative as note from core.fire_incident")
    return {row["no"]: row["note"] for row in rows}
