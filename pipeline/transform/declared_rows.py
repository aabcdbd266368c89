"""What its sender has stated about a batch, beside what was read: the rows it should have, and notes from the door."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from mappings.engine import Source
    from pipeline.transform.staging import Work


def stated(submission: dict[str, Any] | None, source: Source, work: Work, meta: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the manifest gives reason to tell; raise RejectBatch when the file has not the rows that it says.

    Rows that are no records (blank lines, totals) may be counted in or left out.
    """
    if submission is None:
        return [asdict(Finding("SIGNATURE_WANTED"))] if source.signature == "wanted" else []
    rows, expected = meta["rows"], submission["rows_stated"]
    if expected is not None and expected != rows:
        skipped = sum(work.read(f"part-{part:05d}", "skipped").num_rows for part in range(meta["parts"]))
        if expected != rows - skipped:
            raise RejectBatch(Finding("ROWS_DIFFER", value=str(rows), expected=str(expected)))
    notes: list[dict[str, Any]] = submission["notes"]
    return notes
