"""The demonstration: samples of a dozen sources through a real Airflow into the warehouse, and what analysts see.

Run twice, the second time finds every file a duplicate: nothing loads twice.
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
from warehouse import listings
from warehouse.connection import connect
from warehouse.statements import FOLDER, file_text

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


def drop_samples() -> list[DemoFile]:
    """Drop every sample into its exchange folder, each under a name as an agency would give it."""
    files = []
    for head, sample in samples():
        source = f"{head.agency}/{head.feed}"
        with connect() as conn:
            seen = {row["batch"] for row in listings.batches(conn, source=source)}
        name = f"{head.feed}_demo{sample.suffix}"
        drop_file(sample, source, name)
        files.append(DemoFile(source, name, seen))
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
    """Run the three queries of `warehouse_sql/queries/`, each of which joins several sources."""
    found = []
    with connect() as conn:
        for path in sorted((FOLDER / "queries").glob("*.sql")):
            text = file_text(f"queries/{path.stem}")
            heading = [line.removeprefix("--").strip() for line in text.splitlines()[:2]]
            cursor = conn.execute(text)
            found.append(
                QueryResult(
                    title={"en": heading[0], "zh": heading[1]},
                    columns=[column.name for column in cursor.description or ()],
                    rows=cursor.fetchall(),
                )
            )
    return found
