"""The demonstration: samples of a dozen sources through a real Airflow into the warehouse, and what analysts see.

Beside its sample a source may have a file `story.*`.  Together these tell of one imported scooter: declared, failed at
a test, three injuries, a fire, a recall abroad.  Run twice, the second time finds every file a duplicate.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.inbox.exchange import exchange_folder
from hub.errors import RetryLater
from hub.messages import error_of
from mappings.catalogue import source_headers
from pipeline.intake.drop import drop_file
from pipeline.marts.refresh import refresh_marts
from warehouse import listings
from warehouse.connection import connect
from warehouse.example_queries import example_queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from psycopg import Connection

    from mappings.catalogue import Head
    from warehouse.listings import BatchLine

# A dozen of the shipped sources: every kind of sender that the three queries join, and csv, xlsx, json, xml and SQL.
SHOWN = frozenset(
    {
        "cn_credit/penalties",
        "eu_rasff/notifications",
        "hn_customs/declarations",
        "hn_customs/port_inspections",
        "hn_fire/incidents",
        "hn_hospital/injuries",
        "hn_market/sampling",
        "intl_cap/alerts",
        "kr_customs/declarations",
        "us_cpsc/neiss",
        "us_cpsc/recalls",
        "us_pittsburgh/fire_incidents",
    }
)
SHOWN_QUERIES = (21, 22, 23, 3)  # numbers of the example queries that are run, in this order
LONGEST_WAIT = 600  # seconds until the demonstration stops waiting for receipts


@dataclass
class DemoFile:
    """One sample file that was dropped, with its batch and receipt once these exist."""

    source: str
    file_name: str
    seen: set[str] = field(default_factory=set)  # batches of this source before the file was dropped
    batch: BatchLine | None = None
    receipt: Path | None = None

    @property
    def state(self) -> str:
        """The state of its batch; `dropped` until the hub has registered it."""
        return str(self.batch["state"]) if self.batch else "dropped"


def samples() -> list[tuple[Head, Path]]:
    """Return the sources that are shown and can be read, each with the sample file in its folder.

    Where none of them is among the hub's sources, it is the first dozen of those.
    """
    found = []
    for head in source_headers():
        files = sorted(head.folder.glob("sample.*"))
        if head.error is None and files:
            found.append((head, files[0]))
    shown = [each for each in found if f"{each[0].agency}/{each[0].feed}" in SHOWN]
    return shown or found[: len(SHOWN)]


def stories() -> list[tuple[Head, Path]]:
    """Return the sources that tell a part of the story and can be read, each with its file."""
    return [
        (head, file) for head in source_headers() if head.error is None for file in sorted(head.folder.glob("story.*"))
    ]


def drop_samples() -> list[DemoFile]:
    """Drop every sample, then every part of the story, under names as an agency would give them."""
    files = []
    for name, found in (("demo", samples()), ("story", stories())):
        for head, path in found:
            source = f"{head.agency}/{head.feed}"
            with connect() as conn:
                seen = {row["batch"] for row in listings.batches(conn, source=source)}
            file_name = f"{head.feed}_{name}{path.suffix}"
            drop_file(path, source, file_name)
            files.append(DemoFile(source, file_name, seen))
    return files


def poll(files: list[DemoFile]) -> Iterator[list[DemoFile]]:
    """Yield the files again and again until each has its receipt in `out/`.

    Raises RetryLater, naming the sources that still wait, when nothing comes for ten minutes.
    """
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        with connect() as conn:
            for file in files:
                _update(conn, file)
        yield files
        late = [file.source for file in files if file.receipt is None]
        if not late:
            return
        if time.monotonic() > deadline:
            raise error_of(RetryLater, "demo.late", where=", ".join(late), count=len(late), seconds=LONGEST_WAIT)
        time.sleep(0.5)


def _update(conn: Connection[Any], file: DemoFile) -> None:
    if file.receipt:
        return
    rows = listings.batches(conn, source=file.source, limit=10)
    fresh = [row for row in rows if row["batch"] not in file.seen and row["file"] == file.file_name]
    if fresh:
        file.batch = fresh[-1]
        receipt = exchange_folder(file.source) / "out" / f"{file.batch['batch']}.receipt.html"
        file.receipt = receipt if receipt.exists() else None


@dataclass(frozen=True)
class QueryResult:
    """An example query with its result; `title` is by language."""

    title: dict[str, str]
    columns: list[str]
    rows: list[tuple[Any, ...]]


def query_results() -> list[QueryResult]:
    """Run the example queries that look over everything, then the one that tells the story of one product."""
    queries = {query.number: query for query in example_queries()}
    found = []
    with connect() as conn:
        refresh_marts(conn)
        for number in SHOWN_QUERIES:
            cursor = conn.execute(queries[number].text)
            columns = [column.name for column in cursor.description or ()]
            found.append(QueryResult(queries[number].question, columns, cursor.fetchall()))
    return found
