"""The demonstration: real files of ten sources through a real Airflow into the warehouse, and what analysts see.

Run twice, the second time finds every file a duplicate: nothing loads twice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.inbox.exchange import exchange_folder
from hub.errors import RetryLater
from mappings.catalogue import source_headers
from pipeline.intake.drop import drop_file
from warehouse import ledger
from warehouse.connection import connect
from warehouse.statements import FOLDER, file_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mappings.catalogue import Head

PATIENCE = 600  # seconds until the demonstration gives up waiting for a receipt


@dataclass
class Submission:
    """One sample file on its way, and what is known of it."""

    source: str
    file_name: str
    seen: set[str] = field(default_factory=set)  # batches of this source before the file was dropped
    batch: dict[str, Any] | None = None
    receipt: Path | None = None

    @property
    def state(self) -> str:
        """Where it stands, in the ledger's words; `dropped` until the hub has seen it."""
        return str(self.batch["state"]) if self.batch else "dropped"


def samples() -> list[tuple[Head, Path]]:
    """Return every source that can be read, with the sample file in its folder."""
    found = []
    for head in source_headers():
        files = sorted(head.folder.glob("sample.*"))
        if head.error is None and files:
            found.append((head, files[0]))
    return found


def drop_samples() -> list[Submission]:
    """Drop every sample into its exchange folder, each under a name as an agency would give it."""
    submissions = []
    for head, sample in samples():
        source = f"{head.agency}/{head.feed}"
        with connect() as conn:
            seen = {
                row["batch"]
                for row in ledger.rows_of(conn, "status/list_batches", source=source, state=None, limit=10_000)
            }
        name = f"{head.feed}_demo{sample.suffix}"
        drop_file(sample, source, name)
        submissions.append(Submission(source, name, seen))
    return submissions


def watch(submissions: list[Submission]) -> Iterator[list[Submission]]:
    """Yield the submissions again and again until each has its receipt in `out/`.

    Raises RetryLater, naming the sources that still wait, when nothing comes for ten minutes.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with connect() as conn:
            for submission in submissions:
                _look(conn, submission)
        yield submissions
        late = [submission.source for submission in submissions if submission.receipt is None]
        if not late:
            return
        if time.monotonic() > deadline:
            raise RetryLater(
                f"{len(late)} receipts have not come within {PATIENCE} seconds.",
                where=", ".join(late),
                next_step="Look into the logs folder under RISKHUB_HOME, then run `riskhub doctor`.",
            )
        time.sleep(0.5)


def _look(conn: Any, submission: Submission) -> None:
    if submission.receipt:
        return
    rows = ledger.rows_of(conn, "status/list_batches", source=submission.source, state=None, limit=10)
    fresh = [row for row in rows if row["batch"] not in submission.seen and row["file"] == submission.file_name]
    if fresh:
        submission.batch = fresh[-1]
        receipt = exchange_folder(submission.source) / "out" / f"{submission.batch['batch']}.receipt.html"
        submission.receipt = receipt if receipt.exists() else None


@dataclass(frozen=True)
class Answer:
    """An analyst's question with its answer."""

    title: dict[str, str]
    columns: list[str]
    rows: list[tuple[Any, ...]]


def answers() -> list[Answer]:
    """Ask the three questions of `warehouse_sql/queries/`, each of which joins several sources."""
    found = []
    with connect() as conn:
        for path in sorted((FOLDER / "queries").glob("*.sql")):
            text = file_text(f"queries/{path.stem}")
            heading = [line.removeprefix("--").strip() for line in text.splitlines()[:2]]
            cursor = conn.execute(text)
            found.append(
                Answer(
                    title={"en": heading[0], "zh": heading[1]},
                    columns=[column.name for column in cursor.description or ()],
                    rows=cursor.fetchall(),
                )
            )
    return found
